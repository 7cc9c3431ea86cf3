"""Side-by-side benchmarks: what judging and evidence cost, as ratios within one run on one machine."""

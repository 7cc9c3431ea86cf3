"""The watch: detectors over tables, run by an embedded engine."""

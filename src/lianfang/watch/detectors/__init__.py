"""The detectors, one file each, written once against the Ibis table API."""

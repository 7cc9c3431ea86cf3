"""The catalogue: an office's organisation, register, matters and drills, read, checked and compiled."""

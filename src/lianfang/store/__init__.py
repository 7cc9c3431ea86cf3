"""The store: Django models, the plain-SQL append path, the single writer of a process and the sequencer of the log."""

"""The command line: a module a verb. No rule lives here."""

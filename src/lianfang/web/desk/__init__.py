"""The workbench and the search over cases."""

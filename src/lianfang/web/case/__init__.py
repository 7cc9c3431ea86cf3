"""The pages of a case: its form, its map, its history and its files."""

"""The frame of every page: who is signed in, the language, and what goes wrong."""

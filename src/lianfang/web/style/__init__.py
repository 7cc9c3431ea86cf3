"""The style guide: every component of the pages, by the templates that draw it."""

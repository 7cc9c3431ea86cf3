"""The pages: views, templates and words; no rule lives here."""

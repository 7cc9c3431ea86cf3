"""REST under ``/api/v1``, a module a subject: the same acts as the pages, with the same verdicts. No rule lives here."""

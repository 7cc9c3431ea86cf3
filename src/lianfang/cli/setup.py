"""Django, for the verbs that need it. The others start without."""

from __future__ import annotations

import os

import django


def set_up() -> None:
    """Make the models usable. Call it before anything of ``lianfang.office`` is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.store.settings")
    django.setup()

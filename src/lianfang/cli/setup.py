"""Django, for the verbs that need it. The others start without."""

from __future__ import annotations

import os

import django

from lianfang.cli.output import stop
from lianfang.store import place


def set_up() -> None:
    """Make the models usable. Call it before anything of ``lianfang.office`` is imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.store.settings")
    django.setup()


def open_office() -> None:
    """Make an office usable that is already there. Where there is none, say so and end: nothing is made."""
    if not place.is_office(place.folder()):
        _no_office()
    set_up()
    from django.db import DatabaseError, connection  # noqa: PLC0415 usable only now

    from lianfang.store.models import Entry  # noqa: PLC0415

    try:
        there = Entry._meta.db_table in connection.introspection.table_names()
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        stop(f"打不开 {place.folder()} 的数据库：{reason}。", f"The database of {place.folder()} can't be opened.")
    if not there:
        _no_office()


def _no_office() -> None:
    folder = place.folder()
    stop(
        f"{folder} 里没有廉防的数据，请用环境变量 LIANFANG_DATA 指明数据目录。",
        f"There is no office in {folder}: name its folder with the environment variable LIANFANG_DATA.",
    )

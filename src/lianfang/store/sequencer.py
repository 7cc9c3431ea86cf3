"""The sequencer (PostgreSQL): gives committed entries their place in the log, without gaps, while writers never wait for it.

The embedded store gives an entry its place in the transaction that writes it, so there it has nothing to do.
"""

from __future__ import annotations

from lianfang.store.connection import Connection

LOCK = 7_090_162
"""The advisory lock that only one sequencer of a database holds at a time."""

PLACE = (
    "WITH placed AS (DELETE FROM unsequenced RETURNING entry_id)"
    " INSERT INTO leaf (idx, entry_id)"
    " SELECT coalesce((SELECT max(idx) + 1 FROM leaf), 0) + row_number() OVER (ORDER BY entry_id) - 1, entry_id FROM placed"
)

PLACED = "SELECT l.idx, e.leaf FROM leaf l JOIN entry e ON e.id = l.entry_id WHERE l.idx >= ? ORDER BY l.idx LIMIT ?"
NUMBERED = "SELECT id - 1, leaf FROM entry WHERE id > ? ORDER BY id LIMIT ?"
"""The same on SQLite, where ``leaf`` is a view that knows no order."""


def leaves(connection: Connection, first: int, most: int) -> list[tuple[int, bytes]]:
    """(place, leaf hash) of placed entries from a place on, in their order."""
    return connection.rows(PLACED if connection.postgres else NUMBERED, (first, most))


def sequence(connection: Connection) -> None:
    """Place every entry that is committed and waits.

    Entry numbers are drawn inside the writing transaction, after the locks on what it read: of two entries where one was judged on
    what the other wrote, the later has the greater number, or waits for a later call.
    """
    if not connection.postgres or not connection.rows("SELECT 1 FROM unsequenced LIMIT 1"):
        return
    try:
        connection.begin()
        connection.run("SELECT pg_advisory_xact_lock(?)", (LOCK,))
        connection.run(PLACE)
        connection.commit()
    except BaseException:
        connection.restore()
        raise

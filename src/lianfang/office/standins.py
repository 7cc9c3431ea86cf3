"""Stand-ins (代理人): who will be away names somebody for a time, either of the two ends it early, and both are evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from lianfang.evidence import canonical
from lianfang.kernel import CommandError, standins
from lianfang.kernel.model import FieldError, Stand, Text
from lianfang.kernel.schedule import office_day, start_of_day, utc_moment, utc_text
from lianfang.office.engine import engine
from lianfang.office.people import posts_of, roles_of, title, views
from lianfang.office.views import NotFound, StandInView
from lianfang.store.models import LedgerEntry
from lianfang.store.record import FACT, Append, json_text
from lianfang.store.repository import Scene

SOON = timedelta(minutes=1)
"""How long after it is said a change takes effect: no act is under way that long."""
LONGEST = timedelta(days=366)
STANDING = "SELECT key, data FROM ledger_entry WHERE ledger = ?"
Everybody = dict[str, tuple[Stand, ...]]


def name(person: str, stand_in: str, posts: Iterable[str], first: str, last: str) -> StandInView:
    """Name somebody to stand in at some of one's posts (all of them where none is named), from the first day until the end of the last
    (``YYYY-MM-DD``). Raises CommandError with what is wrong, of which nothing is kept."""
    held = posts_of(person)
    wanted = tuple(dict.fromkeys(posts)) or held
    begins, ends = _day("first", first), _day("last", last)
    _demand(
        ("stand_in", bool(posts_of(stand_in)), Text("请选择在岗的人员", "choose somebody who holds a post")),
        ("posts", set(wanted) <= set(held), Text("只能委托本人现任的岗位", "only posts that you hold now can be lent")),
        ("last", begins <= ends, Text("结束之日不能早于开始之日", "the last day can't be before the first")),
        ("last", ends >= office_day(engine().now()), Text("结束之日已经过去", "the last day is over")),
        ("last", ends - begins < LONGEST, Text("一次委托不超过一年", "it can be for a year at most")),
    )

    def change(everybody: Everybody, at: str) -> tuple[str, tuple[Stand, ...]]:
        since = max(start_of_day(begins.isoformat()), _soon(at))
        new = Stand(person, wanted, since, start_of_day((ends + timedelta(days=1)).isoformat()))
        found = standins.fault(stand_in, new, roles_of(stand_in), everybody)
        if found is not None:
            raise CommandError([FieldError({"since": "first", "until": "last"}.get(found[0], found[0]), found[1])])
        return stand_in, (*everybody.get(stand_in, ()), new)

    return _view(stand_in, _changed(person, change)[-1])


def end(person: str, stand_in: str, whom: str, since: str) -> None:
    """End it early, for whoever is away or who stands in. Raises NotFound where there is none of theirs that runs or is to come."""

    def change(everybody: Everybody, at: str) -> tuple[str, tuple[Stand, ...]]:
        theirs, soon = everybody.get(stand_in, ()), _soon(at)
        known = next((one for one in theirs if (one.person, one.since) == (whom, since) and soon < one.until), None)
        if known is None or person not in (stand_in, whom):
            raise NotFound(Text("没有这一委托，或已经结束。", "There is no such stand-in, or it is over."))
        return stand_in, tuple(one._replace(until=soon) if one is known else one for one in theirs)

    _changed(person, change)


def named(person: str) -> tuple[StandInView, ...]:
    """Who stands in for a person and for whom they do, now or later, the earliest first."""
    now = engine().now()
    rows = LedgerEntry.objects.filter(ledger=standins.LEDGER).values_list("key", "data")
    found = [(who, one) for who, data in rows for one in standins.stands(json.loads(data))]
    mine = [(who, one) for who, one in found if person in (who, one.person) and now < one.until and one.since < one.until]
    return tuple(_view(who, one) for who, one in sorted(mine, key=lambda pair: (pair[1].since, pair)))


def _view(stand_in: str, one: Stand) -> StandInView:
    known = {found.id: found for found in views([stand_in, one.person])}
    return StandInView(known[stand_in], known[one.person], one.posts, tuple(map(title, one.posts)), one.since, one.until,
                       one.since <= engine().now())  # fmt: skip


def _changed(person: str, change: Callable[[Everybody, str], tuple[str, tuple[Stand, ...]]]) -> tuple[Stand, ...]:
    """Change the entry of one stand-in, in a transaction and as evidence; what is over is left out of it."""
    left: list[tuple[Stand, ...]] = []

    def run(scene: Scene) -> None:
        at = engine().now()
        scene.expect([("entry", standins.LEDGER, "")])  # one change at a time
        rows = scene.connection.rows(STANDING, (standins.LEDGER,))
        stood = {key: standins.stands(json.loads(data)) for key, data in rows}
        stood.update({
            row.key: standins.stands(json.loads(row.data)) for row in scene.sheet.ledger.values() if row.ledger == standins.LEDGER
        })  # fmt: skip
        stand_in, theirs = change(stood, at)
        left.append(tuple(one for one in theirs if at < one.until))
        data = standins.kept(left[-1])
        fact = {"ledger": standins.LEDGER, "key": stand_in, "data": data, "by": person, "roles": sorted(roles_of(stand_in))}
        body = canonical({"case": None, "n": 0, "prev": "", "at": at, "fact": fact})
        placed = [(standins.LEDGER, stand_in, json_text(data))]
        scene.append(Append(FACT, at, person, standins.LEDGER, "", "", "", body, placed=placed))

    engine().writer.submit("", run, person)
    return left[-1]


def _soon(at: str) -> str:
    return utc_text(utc_moment(at) + SOON)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError([FieldError(field, Text("请填写日期，如 2026-01-05", "give a date such as 2026-01-05"))]) from None


def _demand(*demands: tuple[str, bool, Text]) -> None:
    """Raises CommandError with all that is not met."""
    errors = [FieldError(field, why) for field, met, why in demands if not met]
    if errors:
        raise CommandError(errors)

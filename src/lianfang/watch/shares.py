"""Shares of a hand's cases held against those of all others, exactly: what detectors of favour and of severity have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import comb
from typing import TYPE_CHECKING, Any

from lianfang.kernel.controls.pattern import Finding
from lianfang.kernel.model import Text
from lianfang.watch.columns import SEPARATOR, column, once, second, span, together

if TYPE_CHECKING:
    import ibis

STRONG, WEAK = 3, 2
VERY = 10
"""A chance so many times below what is asked for is a strong finding."""


def compared(table: ibis.Table, settings: Mapping[str, Any], outcome: str) -> ibis.Table:
    """Entries whose hand had, within the window up to then, that outcome more often than the others: the figures of both.

    ``own`` are the hand's cases and ``hits`` those of the outcome, ``everybody`` and ``all_hits`` the same of all, the hand's included;
    ``hands`` and ``outcomes`` are how many were compared, ``cases`` the hits. ``outcome`` names the setting that tells the column.
    """
    length = span(settings)
    rows = table.select(
        like=together(table, settings["like"]),
        hand=column(table, settings["hand"], "string"),
        outcome=column(table, settings[outcome], "string"),
        name=column(table, "case", "string"),
        second=second(column(table, settings["moment"], "string")),
    ).drop_null(["like", "hand", "outcome", "second"])

    def count(*group: str) -> Any:
        return rows.second.count().over(range=(-length, 0), group_by=["like", *group], order_by="second")

    seen = rows.mutate(own=count("hand"), hits=count("hand", "outcome"), everybody=count(), all_hits=count("outcome"))
    others, other_hits = seen.everybody - seen.own, seen.all_hits - seen.hits
    apart = (seen.hits * others - other_hits * seen.own) * 100 >= seen.own * others * settings["points"]
    held = seen.filter((seen.own >= settings["least"]) & (others >= settings["others"]) & apart).drop("name").distinct()
    near = held.join(rows, [held.like == rows.like, rows.second <= held.second, rows.second >= held.second - length], rname="{name}_2")
    mine = (near.hand == near.hand_2) & (near.outcome == near.outcome_2)
    keys = ["like", "hand", "outcome", "second", "own", "hits", "everybody", "all_hits"]
    return near.group_by(keys).agg(
        hands=near.hand_2.nunique(), outcomes=near.outcome_2.nunique(), cases=near.name.collect(where=mine)
    ).order_by("second", "like", "hand", "outcome")  # fmt: skip


def unlikely(rows: Iterable[Mapping[str, Any]], settings: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Those that chance does not explain, with the ``chance``: one for a hand and an outcome, once a window."""
    found = [{**row, "chance": chance} for row in rows if (chance := _chance(row)) * 1000 < settings["chance"]]
    return once(found, ("like", "hand", "outcome"), span(settings))


def figures(row: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """How many cases the others have and how many of these are hits; then what the hits are in a hundred of the hand's, and of theirs."""
    others, other_hits = row["everybody"] - row["own"], row["all_hits"] - row["hits"]
    return others, other_hits, round(row["hits"] * 100 / row["own"]), round(other_hits * 100 / others)


def finding(row: Mapping[str, Any], settings: Mapping[str, Any], told: Text) -> Finding:
    """The finding of a hand and an outcome, told so; strong where it is hardly chance by far."""
    return Finding(
        "|".join([*filter(None, row["like"].split(SEPARATOR)), row["hand"], row["outcome"], str(row["second"])]),
        tuple(sorted({case for case in row["cases"] if case})),
        STRONG if row["chance"] * 1000 * VERY < settings["chance"] else WEAK,
        told,
        fixed=True,
    )


def _chance(row: Mapping[str, Any]) -> float:
    """How likely it is that so many of all the hits, or more, fall to one person by lot, for any of those compared."""
    own, hits, everybody, all_hits = row["own"], row["hits"], row["everybody"], row["all_hits"]
    ways = sum(comb(all_hits, one) * comb(everybody - all_hits, own - one) for one in range(hits, min(own, all_hits) + 1))
    return min(float(ways / comb(everybody, own)) * int(row["hands"]) * int(row["outcomes"]), 1.0)

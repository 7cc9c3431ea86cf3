"""Ledgers of made-up offices, as large as asked for: a few have most of everything, as in life. The same size gives the same ledgers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

YEARS, DAY, EAST = 3, 86_400, 8 * 3600
FIRST = int(np.datetime64("2026-01-01T00:00:00", "s").astype(int))
OTHERS = 0.03
"""How many of a ledger's entries are of the wrong kind: doubled, split, far too fast."""
SELLERS = ("宝文印务", "湾图", "致远", "明德", "经纬", "鹏程", "海岸", "南山", "新安", "前海")
HAN = ord("一"), 2000
"""The signs that made-up words are made of."""


@dataclass(frozen=True)
class Ledger:
    """A ledger: its share of all entries, how its columns are made, and the settings of the detectors that watch it."""

    share: float
    make: Callable[[np.random.Generator, int], Mapping[str, Any]]
    watched: Mapping[str, Mapping[str, Any]]


def table(name: str, whole: int) -> pa.Table:
    """A ledger's entries in an office whose ledgers have so many entries in all."""
    ledger = LEDGERS[name]
    size = max(round(whole * ledger.share), 1)
    columns = ledger.make(np.random.default_rng([size, *name.encode()]), size)
    cases = {} if "case" in columns else {"case": _named("c", np.arange(size))}
    return pa.table({"key": _named(name, np.arange(size)), **cases, **columns})


def _named(word: str, numbers: np.ndarray) -> pa.Array:
    return pa.array([f"{word}-{number}" for number in numbers.tolist()])


def _tail(dice: np.random.Generator, size: int, many: int, steep: float = 1.0) -> np.ndarray:
    """Which of many each entry belongs to: the first has most, by Zipf's law."""
    weight = 1 / np.arange(1, many + 1) ** steep
    return dice.choice(many, size, p=weight / weight.sum())


def _nth(group: np.ndarray) -> np.ndarray:
    """How many of its group stand before each entry."""
    order = np.argsort(group, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    nth = np.empty(len(group), np.int64)
    nth[order] = np.arange(len(group)) - np.repeat(first, np.diff(np.r_[first, len(group)]))
    return nth


def _moments(seconds: np.ndarray) -> pa.Array:
    return pa.array([f"{one}Z" for one in np.datetime_as_string(seconds.astype("datetime64[s]"))])


def _office_hours(dice: np.random.Generator, size: int) -> np.ndarray:
    """Moments of the years in order, in office hours but for a few; more at the ends of months."""
    day = np.sort(dice.integers(0, YEARS * 365, size))
    at = np.where(dice.random(size) < OTHERS, dice.integers(0, DAY, size), dice.integers(9 * 3600, 18 * 3600, size))
    return FIRST + day * DAY + at - EAST


def _amounts(dice: np.random.Generator, size: int, middle: float = 60_000, spread: float = 1.6) -> np.ndarray:
    return np.maximum(dice.lognormal(np.log(middle), spread, size).astype(np.int64), 100)


def _invoices(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    many = max(size // 15, 5)
    seller, at = _tail(dice, size, many, 0.8), _office_hours(dice, size)
    # Each seller has a series that moves on with each invoice, by the more the more other customers there are.
    number = dice.integers(10_000_000, 90_000_000, many)[seller] + _nth(seller) * dice.choice([1, 97], many, p=[0.005, 0.995])[seller]
    amount = _amounts(dice, size)
    again = np.flatnonzero(dice.random(size) < OTHERS / 10)
    again = again[again > 0]
    for what in (seller, number, amount):
        what[again] = what[again - 1]
    number[again] += dice.choice([0, 1000, 50], len(again))
    payee = _tail(dice, size, max(size // 80, 5), 0.5)
    unit = payee % 7 * (payee % 11)
    nines, power = (unit == 0) & (dice.random(size) < 0.2), 10 ** np.floor(np.log10(amount)).astype(np.int64)
    amount = np.where(nines, 9 * power + amount % power, amount)
    return {
        "unit": _named("u", unit),
        "payee": _named("p", payee),
        "seller": pa.array([f"{SELLERS[one % len(SELLERS)]}{one}" for one in seller.tolist()]),
        "number": pa.array([f"{one}" for one in number.tolist()]),
        "amount": amount,
        "date": pa.array(np.datetime_as_string((at + EAST).astype("datetime64[s]").astype("datetime64[D]")).tolist()),
        "moment": _moments(at),
        "case": _named("c", np.arange(size) // 2),
    }


def _decisions(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    kind, hand = _tail(dice, size, 40), _tail(dice, size, 200, 0.6)
    own = (kind * 7 + hand) % 200
    lenient = (hand % 37 == 5) & (dice.random(size) < 0.8)
    party = _tail(dice, size, max(size // 8, 5), 0.9)
    party[(hand % 41 == 3) & (dice.random(size) < 0.5)] = 3
    return {
        "kind": _named("k", kind),
        "handler": _named("h", own // 8 + 20 * (kind % 40)),
        "outcome": pa.array(np.where(lenient, "uphold", np.array(["uphold", "vary", "revoke", "reject"])[_tail(dice, size, 4)]).tolist()),
        "applicant": _named("a", party),
        "moment": _moments(_office_hours(dice, size)),
    }


def _readings(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    """Each thing comes to somebody, and is read by somebody a while later."""
    thing, hand = np.arange(size) // 2, np.repeat(_tail(dice, (size + 1) // 2, 300, 0.7), 2)[:size]
    came = np.repeat(_office_hours(dice, (size + 1) // 2), 2)[:size]
    fast = hand % 23 == 7
    took = np.where(fast, dice.integers(2, 40, size), dice.lognormal(np.log(3000), 1, size).astype(np.int64) + 60)
    reads = np.arange(size) % 2
    return {
        "thing": _named("t", thing),
        "hand": pa.array([f"h-{one}" if reading else "desk" for one, reading in zip(hand.tolist(), reads.tolist(), strict=True)]),
        "size": dice.integers(1, 30, size) * reads,
        "moment": _moments(came + took * reads),
        "case": _named("c", thing),
    }


def _awards(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    return {
        "unit": _named("u", _tail(dice, size, 60)),
        "kind": _named("k", _tail(dice, size, 30)),
        "winner": _named("w", _tail(dice, size, max(size // 20, 4), 1.2)),
        "amount": _amounts(dice, size, 5_000_000, 1.2),
        "moment": _moments(_office_hours(dice, size)),
    }


def _bids(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    tender = np.sort(dice.choice(max(size // 5, 1), size))
    estimate = _amounts(dice, tender.max() + 1, 50_000_000, 1.0)
    cover = (tender % 29 == 4)[:size]
    apart = np.where(cover, dice.normal(1.0, 0.005, size), dice.normal(0.9, 0.12, size))
    amount = np.maximum((estimate[tender] * apart).astype(np.int64), 1)
    return {
        "tender": _named("t", tender),
        "bidder": _named("b", _tail(dice, size, max(size // 20, 4))),
        "amount": np.where(tender % 31 == 5, amount // 1_000_000 * 1_000_000 + 1_000_000, amount),
        "estimate": estimate[tender],
        "case": _named("c", tender),
    }


def _fills(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    car = _tail(dice, size, max(size // 120, 2), 0.5)
    order = np.lexsort((np.arange(size), car))
    at, litres = _office_hours(dice, size), dice.integers(25, 62, size)
    km = np.maximum((litres * dice.lognormal(np.log(11), 0.12, size)).astype(np.int64), 1)
    odd = dice.random(size) < OTHERS / 3
    km[odd] = dice.integers(-5, 60, odd.sum())
    driven = np.empty(size, np.int64)
    driven[order] = np.cumsum(km[order])  # what the cars before it have driven only raises where a car begins
    return {"car": _named("car", car), "litres": litres, "odometer": driven + 1000, "moment": _moments(at)}


def _scores(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    """Five people score each thing; some lean, some always give full marks."""
    thing, rater = np.arange(size) // 5, (np.arange(size) // 5 // 40 * 5 + np.arange(size) % 5) % 400
    unit = (thing // 40 * 7 + thing % 6) % 60
    score = np.clip(dice.normal(80, 6, size // 5 + 1)[thing] + dice.normal(0, 3, size), 20, 100).astype(np.int64)
    score = np.where((rater % 17 == 3) & (unit % 9 == 1), np.minimum(score + 40, 130), score)
    score = np.where(rater % 53 == 8, 100, score)
    return {
        "rater": _named("r", rater),
        "item": _named("i", thing),
        "party": _named("u", unit),
        "subject": _named("s", _tail(dice, size, max(size // 60, 2), 0.4)),
        "score": score,
        "full": np.full(size, 100),
        "moment": _moments(_office_hours(dice, size)),
        "case": _named("c", thing),
    }


def _numbers(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    unit = _tail(dice, size, max(size // 300, 2))
    order = np.argsort(unit, kind="stable")
    count = np.empty(size, np.int64)
    count[order] = np.cumsum(dice.choice([1, 2], size, p=[1 - OTHERS / 10, OTHERS / 10]))
    return {"number": pa.array([f"宝{one}〔2026〕{number}号" for one, number in zip(unit.tolist(), count.tolist(), strict=True)])}


def _staff(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    begins = FIRST + np.sort(dice.integers(0, YEARS * 365, size)) * DAY
    return {
        "name": _named("某", _tail(dice, size, max(size // 3, 2), 0.3)),
        "project": _named("j", np.arange(size) // 6),
        "begins": _moments(begins),
        "ends": _moments(begins + dice.lognormal(np.log(60), 1, size).astype(np.int64) * DAY),
    }


def _open(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    at = _office_hours(dice, size)
    ended = _moments(at + dice.lognormal(np.log(25), 0.8, size).astype(np.int64) * DAY).to_pylist()
    still = dice.random(size) < OTHERS
    return {
        "thing": _named("t", np.arange(size)),
        "kind": _named("k", _tail(dice, size, 25)),
        "moment": _moments(at),
        "ended": pa.array([None if one else day for one, day in zip(still.tolist(), ended, strict=True)]),
    }


def _progress(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    contract = np.arange(size) // 12
    pays, price = np.arange(size) % 2 == 1, _amounts(dice, size // 12 + 1, 80_000_000, 1.1)[contract]
    share = np.where(contract % 19 == 3, 0.24, 0.14) * dice.normal(1, 0.1, size)
    at = FIRST + (contract * 37 % 900) * DAY + np.arange(size) % 12 * 9 * DAY
    reached = np.minimum(np.arange(size) % 12 * 8 + 10, 100)
    return {
        "contract": _named("h", contract),
        "paid": pa.array([int(p * s) if yes else None for p, s, yes in zip(price.tolist(), share.tolist(), pays.tolist(), strict=True)]),
        "price": pa.array([p if yes else None for p, yes in zip(price.tolist(), pays.tolist(), strict=True)]),
        "progress": pa.array([None if yes else r for r, yes in zip(reached.tolist(), pays.tolist(), strict=True)]),
        "moment": _moments(at),
        "case": _named("c", contract),
    }


def _texts(dice: np.random.Generator, size: int, length: int) -> list[str]:
    """Texts of so many words, few of which are in most of them."""
    signs = dice.integers(HAN[0], sum(HAN), (4000, 3))
    words = ["".join(map(chr, word[: 2 + nth % 2])) for nth, word in enumerate(signs.tolist())]
    return ["".join(words[one] for one in text) for text in _tail(dice, size * length, len(words), 0.7).reshape(size, length).tolist()]


def _reports(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    texts = _texts(dice, size, 60)
    for nth in np.flatnonzero(dice.random(size) < OTHERS).tolist():
        texts[nth] = f"经查{texts[nth // 2]}"
    return {"report": pa.array(texts)}


def _losses(dice: np.random.Generator, size: int) -> Mapping[str, Any]:
    return {"account": pa.array(_texts(dice, size, 8))}


LEDGERS: Mapping[str, Ledger] = {
    "invoices": Ledger(
        0.13,
        _invoices,
        {
            "duplicate": {"seller": "seller", "number": "number", "amount": "amount", "date": "date"},
            "series": {"seller": "seller", "number": "number", "amount": "amount", "date": "date"},
            "weekend": {"group": ["payee", "seller"], "date": "date"},
            "digits": {"group": ["unit"], "amount": "amount", "moment": "moment"},
            "splitting": {
                "group": ["unit"], "any_of": ["payee", "seller"], "amount": "amount", "moment": "moment", "limit": 1_000_000,
                "window": "7d", "least": 3,
            },
        },
    ),
    "decisions": Ledger(
        0.2,
        _decisions,
        {
            "leaning": {"hand": "handler", "outcome": "outcome", "like": ["kind"], "moment": "moment"},
            "favourite": {"hand": "handler", "party": "applicant", "like": ["kind"], "moment": "moment"},
            "hours": {"who": "handler", "moment": "moment", "least": 3},
        },
    ),
    "readings": Ledger(0.36, _readings, {"speed": {"thing": "thing", "hand": "hand", "size": "size", "moment": "moment"}}),
    "scores": Ledger(
        0.1,
        _scores,
        {
            "apart": {"hand": "rater", "thing": ["item"], "party": "party", "score": "score", "moment": "moment"},
            "jump": {"subject": ["subject"], "score": "score", "moment": "moment", "points": 5},
            "perfect": {"hand": "rater", "score": "score", "full": "full", "moment": "moment"},
        },
    ),
    "bids": Ledger(
        0.06, _bids, {"bids": {"tender": "tender", "bidder": "bidder", "amount": "amount", "estimate": "estimate", "round": 1_000_000}}
    ),
    "fills": Ledger(0.05, _fills, {"fuel": {"car": "car", "litres": "litres", "odometer": "odometer", "moment": "moment", "tank": 70}}),
    "awards": Ledger(
        0.03,
        _awards,
        {
            "winner": {
                "group": ["unit", "kind"], "winner": "winner", "amount": "amount", "moment": "moment", "window": "365d", "least": 4,
                "share": 75,
            }
        },
    ),
    "numbers": Ledger(0.03, _numbers, {"gaps": {"number": "number"}}),
    "staff": Ledger(0.02, _staff, {"staff": {"person": "name", "project": "project", "begins": "begins", "ends": "ends"}}),
    "open": Ledger(0.01, _open, {"stale": {"thing": "thing", "moment": "moment", "ended": "ended", "like": ["kind"], "after": "30d"}}),
    "progress": Ledger(
        0.005,
        _progress,
        {"ahead": {"thing": "contract", "paid": "paid", "whole": "price", "progress": "progress", "moment": "moment"}},
    ),
    "reports": Ledger(0.003, _reports, {"alike": {"text": "report"}}),
    "losses": Ledger(0.002, _losses, {"entered": {"told": "account"}}),
}  # fmt: skip
"""What an office's ledgers hold, of all entries, and what watches them: every detector once. Most of what happens is that something is
read and decided; what is bought is far less."""

"""Records to try conditions on: every value that can make a difference to a condition of the simple form.

A condition of the simple form compares fields with constants, by any operator, joined by ``&& || !`` and guarded by ``has``. What it
says can then only change at its constants: a value at each of them and one on either side stands for all others, so that trying these
is a proof. Of other conditions the trial can find a counterexample, but prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from lianfang.kernel.conditions import Condition
from lianfang.kernel.model import Matter

MOST = 50_000
ABSENT = object()
_TOKEN = re.compile(
    r"\s*(?:(?P<has>has\(\w+\))|(?P<text>\"[^\"\\]*\"|'[^'\\]*')|(?P<int>\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|==|!=|&&|\|\||[<>!()]))"
)
_QUOTED = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")
_BETWEEN = re.compile(r"&&|\|\||[!()](?!=)")
_COMPARED = ("int", "money")
_LISTED = ("bool", "choice", "text")


def simple(condition: Condition, matter: Matter) -> bool:
    """Whether a condition has the form in which trying every difference is a proof."""
    at, text = 0, condition.text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or (found["name"] and not _known(found["name"], matter)):
            return False
        at = found.end()
    return all(_fields(part, matter) <= 1 for part in _BETWEEN.split(text))


def samples(conditions: Iterable[Condition], matter: Matter, filled: Collection[str]) -> Iterator[Mapping[str, Any]] | None:
    """Records that differ in every way that can matter to the conditions; None when there are too many. ``filled`` are the fields that
    are certainly filled in by then: of all others it is also tried that they are not."""
    known = list(conditions)
    names = sorted({name for one in known for name in one.uses if name in matter.record})
    texts = " ".join(one.text for one in known)
    choices = [[*([] if name in filled else [ABSENT]), *_values(name, texts, matter)] for name in names]
    count = 1
    for values in choices:
        count *= len(values)
    if count > MOST:
        return None
    return ({n: v for n, v in zip(names, values, strict=True) if v is not ABSENT} for values in product(*choices))


def _known(name: str, matter: Matter) -> bool:
    if name in matter.record:
        return matter.record[name].type in (*_COMPARED, *_LISTED)
    return name in matter.params or name in ("true", "false")


def _fields(part: str, matter: Matter) -> int:
    """How many fields stand in one comparison: two of them can differ in more ways than constants tell."""
    return len({name for name in re.findall(r"[A-Za-z_]\w*", _QUOTED.sub("", part)) if name in matter.record})


def _values(name: str, texts: str, matter: Matter) -> list[Any]:
    field = matter.record[name]
    match field.type:
        case "bool":
            return [True, False]
        case "choice":
            return [*field.choices]
        case kind if kind in _COMPARED:
            used = [value for param, value in matter.params.items() if re.search(rf"\b{param}\b", texts)]
            least, most = field.min, field.max
            points = {0, *used, *map(int, re.findall(r"(?<![\w.])\d+", texts)), *(bound for bound in (least, most) if bound is not None)}
            near = sorted({point + step for point in points for step in (-1, 0, 1)})
            return [v for v in near if (least is None or v >= least) and (most is None or v <= most)]
    return ["", *(quoted[1:-1] for quoted in re.findall(r"\"[^\"\\]*\"|'[^'\\]*'", texts)), "\N{REPLACEMENT CHARACTER}"]

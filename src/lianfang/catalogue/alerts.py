"""How long each stage of an alert may take and to whom late work is reported: what the office says in ``alerts.yaml``, else the usual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lianfang.catalogue.organisation import Organisation
from lianfang.catalogue.problems import nearest
from lianfang.catalogue.schema import AlertsSpec
from lianfang.catalogue.source import Place
from lianfang.kernel.controls.deadline import Rung
from lianfang.kernel.model import Text
from lianfang.kernel.schedule import Duration

USUAL: Mapping[str, Mapping[str, str]] = {
    "red": {"verify": "2wd", "handle": "3wd", "rectify": "10wd", "close": "2wd", "agree": "2wd"},
    "orange": {"verify": "3wd", "handle": "5wd", "rectify": "15wd", "close": "3wd", "agree": "3wd"},
    "yellow": {"verify": "5wd", "handle": "10wd", "rectify": "20wd", "close": "5wd", "agree": "5wd"},
}
"""By colour and stage."""
OVERSIGHT_ITSELF = (Rung(""),)
"""Where no post is named, those who oversee everything are told."""


@dataclass(frozen=True, slots=True)
class Times:
    """By colour and stage how long it may take, and to whom late work is reported, one after the other ('' for oversight)."""

    within: Mapping[str, Mapping[str, Duration]]
    ladder: tuple[Rung, ...]


def times_of(spec: AlertsSpec) -> Times:
    """The times that an office works by."""
    said = {colour: {**stages, **spec.within.get(colour, {})} for colour, stages in USUAL.items()}  # type: ignore[call-overload]
    within = {colour: {stage: Duration.parse(length) for stage, length in stages.items()} for colour, stages in said.items()}
    rungs = tuple(Rung(rung.post, Duration.parse(rung.after) if rung.after else None) for rung in spec.escalate)
    return Times(within, rungs or OVERSIGHT_ITSELF)


def alerts_problems(spec: AlertsSpec, built: Organisation) -> Iterator[tuple[Place, Text]]:
    """Posts that there are not, posts named twice, and rungs that come no later than the one before."""
    for i, rung in enumerate(spec.escalate):
        if rung.post not in built.posts:
            yield ("escalate", i, "post"), nearest(rung.post, built.posts, "岗位", "post")
        if rung.post in [other.post for other in spec.escalate[:i]]:
            yield ("escalate", i, "post"), Text(f"岗位“{rung.post}”写了两次", f"the post {rung.post!r} stands twice")
        if bool(rung.after) != (i > 0):
            yield (
                ("escalate", i),
                Text("第一级不写 after，其后各级写明逾期多久后上报", "the first has no `after`; each later one says how long after"),
            )

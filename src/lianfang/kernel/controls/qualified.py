"""qualified 持证上岗、专人: the actor is the appointed person, or holds one of the posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.kernel.controls.base import GATE, Control, Gate, Kind, Param, Setting
from lianfang.kernel.model import Case, Command, Facts, Need, Refusal, Text, Values
from lianfang.kernel.wording import joined


def _build(control: Control, setting: Setting) -> Gate:
    ledger, key, holder = control.params["ledger"], control.params["key"], control.params["holder"]
    posts = frozenset(control.params["posts"])

    def ask(case: Case, command: Command, values: Values) -> tuple[Need, ...]:
        return (("entry", ledger, str(key(values))),)

    def by_post(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        if posts & set(facts.get(f"posts:{command.actor}") or ()):
            return None
        names = joined(setting.label(post) for post in sorted(posts))
        return control.refuse(
            Text(f"此事只能由{names.zh}办理。", f"Only {names.en} may do this."),
            Text(f"请交由{names.zh}办理。", f"Leave it to {names.en}."),
            {"needed": sorted(posts)},
        )

    def by_ledger(case: Case, command: Command, values: Values, facts: Facts) -> Refusal | None:
        one = str(key(values))
        entry = facts.get(f"entry:{ledger}:{one}")
        named = entry["data"].get(holder) if entry else None
        if named == command.actor:
            return None
        name, doing = setting.label(ledger), setting.label(command.step)
        return control.refuse(
            Text(
                f"{name.zh}中“{one}”的指定人员不是您，您不能办理“{doing.zh}”。",
                f"You are not the person appointed for “{one}” in {name.en}, so you can't do “{doing.en}”.",
            ),
            Text("请由台账上指定的人员办理。", "Leave it to the person whom the ledger names."),
            {"key": one, "appointed": named or "", "actor": command.actor},
        )

    return Gate(by_ledger, ask) if ledger else Gate(by_post)


def _steps(params: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(params["at"])


KIND = Kind(
    id="qualified",
    family=GATE,
    title=Text("专人办理", "Appointed person"),
    demand=Text("办理人持有岗位、证件或任命", "the actor holds the post, certificate or appointment"),
    params=(
        Param("at", "steps", Text("环节", "the steps"), required=True),
        Param("posts", "posts", Text("可以办理的岗位（任一）", "posts that may do it (any)"), default=()),
        Param("ledger", "ledger", Text("登记指定人员的台账", "the ledger that names the person"), default=""),
        Param("key", "value", Text("台账中的键", "the key in that ledger")),
        Param("holder", "text", Text("台账中记指定人员的栏目", "the column that names the person"), default=""),
    ),
    blind=Text("看不出持证人把账号交给别人用。", "It can't see an account lent to somebody else."),
    steps_of=_steps,
    build=_build,
)

"""``lianfang watch``: what the reconciling watches come to now, in their four groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lianfang.cli.output import DONE, FINDING, end, json_option, print_json, table

if TYPE_CHECKING:
    from lianfang.kernel.controls.base import Control
    from lianfang.kernel.controls.reconcile import Compared
    from lianfang.kernel.model import Matter

GROUPS = ("agree", "differ", "only_here", "only_there", "waiting")
HEADS = ("对账 reconcile", "相符 agree", "不符 differ", "仅我方 only here", "仅对方 only there", "待对方 waiting")


@click.command()
@json_option
def watch(as_json: bool) -> None:
    """立即对账，差异随即预警。 Reconcile now; differences become alerts."""
    from lianfang.cli.setup import open_office  # noqa: PLC0415 Django, for the verbs that need it

    open_office()
    from lianfang.office.engine import engine  # noqa: PLC0415

    found = engine().reconciling.look()
    if as_json:
        print_json({"reconcile": [_described(*one) for one in found]})
    else:
        counts = [[str(len(getattr(compared, group))) for group in GROUPS] for _, _, compared in found]
        table([HEADS, *([f"{m.id}/{c.id}", *line] for (m, c, _), line in zip(found, counts, strict=True))])
        for _, _, compared in found:
            for one in compared.differences:
                click.echo(f"✗ {one.why.zh} / {one.why.en}")
    end(FINDING if any(compared.differences for _, _, compared in found) else DONE)


def _described(matter: Matter, control: Control, compared: Compared) -> dict[str, Any]:
    groups = {name: [_difference(one) for one in getattr(compared, name)] for name in ("differ", "only_here", "only_there")}
    return {"matter": matter.id, "control": control.id, "agree": list(compared.agree), **groups, "waiting": list(compared.waiting)}


def _difference(one: Any) -> dict[str, Any]:
    sides = {name: [{"key": e.key, "case": e.case, **e.data} for e in getattr(one, name)] for name in ("here", "there")}
    return {"about": one.about, **sides, "message": one.why.en, "message_zh": one.why.zh}

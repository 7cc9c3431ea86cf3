"""Loopholes: what silently takes the force out of an approval.

Nobody there to approve, the applicant as their own approver, one person at several levels, a meeting without a vote, a larger amount
that needs fewer levels, a value that is changed after it was approved, a risky step that is reached past every gate of the risk, and a
value under an embargo that gets out.

What other engines offer beside these can't be said here at all, because an act is always taken by a person at a step where the case
stands: a step that passes on time-out or by itself, an approval that counts for later levels, a jump to any step
(``tests/kernel/test_excluded.py``).
"""

from __future__ import annotations

from lianfang.catalogue.checks.approvers import one_for_all, own, vacant
from lianfang.catalogue.checks.findings import Finding
from lianfang.catalogue.checks.leaks import leaks
from lianfang.catalogue.checks.levels import past_every_gate, skipped, stale
from lianfang.catalogue.organisation import Organisation
from lianfang.kernel.model import Matter


def loopholes(matter: Matter, organisation: Organisation, at: str) -> list[Finding]:
    """All loopholes of a matter, with those who hold its posts at a moment (UTC text)."""
    approvals = [step for step in matter.steps.values() if step.kind in ("approval", "meeting")]
    return [
        *(one for step in approvals for one in vacant(matter, step, organisation, at)),
        *(one for step in approvals for one in own(matter, step, organisation, at)),
        *one_for_all(matter, organisation, at),
        *skipped(matter),
        *stale(matter),
        *past_every_gate(matter),
        *leaks(matter),
    ]

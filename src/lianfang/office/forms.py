"""Forms made from a matter's record: what a step asks for, and what may be chosen."""

from __future__ import annotations

from lianfang.office.views import FormView


def opening_form(person: str, matter: str) -> FormView:
    """The form that opens a case of a matter (or of a duty's small matter). Raises NotFound."""
    raise NotImplementedError


def step_form(person: str, case_id: str, step: str) -> FormView:
    """The form of a step, filled with what the record holds; for any step of the matter, whether it waits or not, since it is
    the kernel that judges. Raises NotFound."""
    raise NotImplementedError

"""Reading one case: as a page shows it, and its raw entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianfang.office.views import CaseView


def case_view(person: str, case_id: str) -> CaseView:
    """All of a case that a person may see. Raises NotFound where it does not exist for them."""
    raise NotImplementedError


def entries(person: str, case_id: str) -> list[Mapping[str, Any]]:
    """The evidence of a case, oldest first: ``{"entry", "index", "leaf", "kind", "body"}`` with ``body`` the decoded entry."""
    raise NotImplementedError

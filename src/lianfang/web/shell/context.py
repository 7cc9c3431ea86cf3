"""What every page's frame shows of the person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lianfang.office import accounts, alerts
from lianfang.office.alert_access import may_read


def frame(request: HttpRequest) -> dict[str, Any]:
    """The person who is signed in, and for those who look after alerts how many are open (``None`` for the others)."""
    person = getattr(request, "person", None)
    user = getattr(request, "user", None)
    if person is None and user is not None and user.pk is not None:
        person = accounts.person_of(user.pk)
    watching = person is not None and may_read(person.id)
    return {"person": person, "open_alerts": alerts.open_alerts(person.id) if person is not None and watching else None}

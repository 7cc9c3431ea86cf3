"""A process that acts on the office in its environment: one job a line on its input, one answer a line on its output."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.store.settings"
django.setup()

from lianfang.office import acts  # noqa: E402 Django first
from lianfang.office.engine import engine  # noqa: E402


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Do a job."""
    if job.pop("do") == "ready":
        engine()
        return {"ready": True}
    outcome = acts.act(**job) if "case_id" in job else acts.start(**job)
    refused = outcome.refusal.control if outcome.refusal else ""
    return {"accepted": outcome.accepted, "case": outcome.case_id, "entry": outcome.entry, "control": refused, "repeated": outcome.repeated}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)

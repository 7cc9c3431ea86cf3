"""Makes ``paper_office`` importable for every test of the kernel, and gives Hypothesis one way of working on every machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("lianfang", deadline=None, derandomize=True)
settings.load_profile("lianfang")

"""Drills: each misconduct attempted on purpose in an office that lives in memory, and each control proved by its absence."""

from lianfang.catalogue.drills.report import Failure, Report, drill

__all__ = ["Failure", "Report", "drill"]

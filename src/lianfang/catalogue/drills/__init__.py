"""Drills: each misconduct attempted on purpose in an office that lives in memory, each control proved by its absence, and much beside that
nobody wrote."""

from lianfang.catalogue.drills.report import Failure, Report, Run, Weakening, drill

__all__ = ["Failure", "Report", "Run", "Weakening", "drill"]

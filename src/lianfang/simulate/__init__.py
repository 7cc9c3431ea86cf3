"""The simulated office: honest life over the matters of a catalogue, through the same kernel, with a stated share of misconduct.

It shares nothing with the detectors but the words of the catalogue: what they are to find here was not made to their measure.
"""

from lianfang.simulate.life import Life, simulate
from lianfang.simulate.report import Figures, Report

__all__ = ["Figures", "Life", "Report", "simulate"]

"""What a catalogue must hold beyond being well-formed, one module a check: covered by its source, not to be bypassed, workable."""

from lianfang.catalogue.checks.report import Checked, check

__all__ = ["Checked", "check"]

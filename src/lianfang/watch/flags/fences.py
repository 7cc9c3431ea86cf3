"""Quartiles and the fences outside of them: what is usual, told by the values themselves."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value below which a share of them lies, by the eighth definition of Hyndman and Fan (1996); None for none."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = (len(ordered) + 1.0 / 3.0) * share + 1.0 / 3.0
    whole = int(place)
    if whole <= 0 or share == 0:
        return ordered[0]
    if whole >= len(ordered) or share == 1:
        return ordered[-1]
    low, high = ordered[whole - 1], ordered[whole]
    return low + (place - whole) * (high - low)


def fences(values: Iterable[float]) -> tuple[float, float, float, float] | None:
    """Both quartiles, and the fences one and a half times their distance outside of them (Tukey 1977); None for no values."""
    ordered = sorted(values)
    low, high = quantile(ordered, 0.25), quantile(ordered, 0.75)
    if low is None or high is None:
        return None
    return low, high, fused(high - low, -1.5, low), fused(high - low, 1.5, high)


def fused(one: float, other: float, more: float) -> float:
    """``one × other + more``, rounded once (IEEE 754 fusedMultiplyAdd)."""
    try:
        return float(Fraction(one) * Fraction(other) + Fraction(more))
    except OverflowError:
        return one * other + more

"""Bringing an office up: tables, organisation, published matters, opening ledgers, accounts and duties. Safe to repeat."""

from __future__ import annotations


def install(demo: bool) -> None:
    """Make the database ready for the catalogue in force. ``demo`` also gives the catalogue's people accounts to sign in with."""
    raise NotImplementedError

"""Procurement as open data (OCDS): compiled releases, and the settings file of the library whose flags are computed over them."""

"""The register and the pages of its matters."""

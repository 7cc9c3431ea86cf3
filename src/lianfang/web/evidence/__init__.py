"""The log, its checkpoint and its entries."""

"""The use cases: what people do with the system, one module a use case; commands and queries beside each other."""

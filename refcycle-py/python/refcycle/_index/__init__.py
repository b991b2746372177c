"""Indexes: what takes a search of a whole dump, kept in a file beside it."""

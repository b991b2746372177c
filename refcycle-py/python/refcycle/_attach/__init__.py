"""Requests a dump from another process."""

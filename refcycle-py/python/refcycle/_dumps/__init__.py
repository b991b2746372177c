"""Writes the heap of a running program to a file."""

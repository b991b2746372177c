"""How the heap of a running program is written to a file."""

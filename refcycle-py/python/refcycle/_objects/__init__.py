"""Facts about objects and their types, live or from a file."""

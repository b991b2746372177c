"""The command line: `refcycle` and `python -m refcycle`."""

"""Rejects interpreters whose heap refcycle cannot read."""

import sys

OLDEST = (3, 10)
NEWEST = (3, 15)


def _reason() -> str | None:
    implementation = sys.implementation.name
    version = sys.version_info[:2]
    if implementation != "cpython":
        return f"this is {implementation}"
    if not OLDEST <= version <= NEWEST:
        return f"this is Python {version[0]}.{version[1]}"
    # The same as `Py_GIL_DISABLED` in sysconfig, which takes longer to import than refcycle.
    if "t" in getattr(sys, "abiflags", ""):
        return "this Python is built without the GIL"
    return None


def check() -> None:
    """Raise ImportError if refcycle cannot work here."""
    reason = _reason()
    if reason is None:
        return
    what_to_do = "run the program with one of these versions"
    if sys.version_info[:2] > NEWEST:
        what_to_do = "try `pip install -U refcycle`"
    raise ImportError(
        f"this release of refcycle supports CPython {OLDEST[0]}.{OLDEST[1]} to "
        f"{NEWEST[0]}.{NEWEST[1]} with the GIL, and {reason}: {what_to_do}"
    )


check()

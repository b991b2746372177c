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
    if reason is not None:
        raise ImportError(
            f"refcycle needs CPython {OLDEST[0]}.{OLDEST[1]} to "
            f"{NEWEST[0]}.{NEWEST[1]} with the GIL, and {reason}: "
            "run the program with one of these versions"
        )


check()

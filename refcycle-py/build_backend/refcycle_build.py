"""Builds refcycle with maturin, on Pythons that it supports.

`requires-python` has no upper bound: with one, pip on a newer Python would install an old release
that has none.
"""

import runpy
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent / "python" / "refcycle"

try:
    runpy.run_path(str(_PACKAGE / "_supported_interpreters.py"))
except ImportError as error:
    sys.exit(f"refcycle cannot be built here: {error}")

from maturin import *  # noqa: E402, F403  # the hooks of PEP 517

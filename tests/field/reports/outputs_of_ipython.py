# https://github.com/ipython/ipython/issues/11204
"""IPython keeps each value that it shows: `Out`, `_`, `_1`."""

import contextlib
import io
import os

os.environ["IPYTHONDIR"] = "/nonexistent/ipython"
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import refcycle

CAUSE = [("Out", "_oh")]
FIX = [("reset out", "Out", "cache_size"), ("clear", "reset", "del", "cache_size")]

config = Config()
config.HistoryManager.enabled = False
shell = InteractiveShell.instance(config=config)
shell.display_formatter.active_types = []


class Array:
    pass


shell.user_ns["Array"] = Array
with contextlib.redirect_stdout(io.StringIO()):
    shell.run_cell("Array()", store_history=True)
    shell.run_cell("1 + 1", store_history=True)
print(refcycle.why(refcycle.snapshot().find_by_typename("Array")[0]))

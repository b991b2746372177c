"""Imports modules of Python, and no file of the program that has the name of one."""

import importlib
import os
import sys
from _frozen_importlib_external import PathFinder  # `importlib.machinery` is one module more

__all__ = ["import_of_python"]


def import_of_python(name: str) -> None:
    """Import a module of Python, if it is there and the program has no file of this name.

    If that fails, a later call that needs the module imports it, or does without it.
    """
    try:
        if name not in sys.modules and _is_of_python(name):
            importlib.import_module(name)
    except Exception:
        return


def _is_of_python(name: str) -> bool:
    if name in sys.builtin_module_names:
        return True
    spec = PathFinder.find_spec(name)
    if spec is None:  # no file has this name; it may be compiled into the program
        return True
    folder = os.path.dirname(os.__file__)  # without that file, an AttributeError
    return (spec.origin or "").startswith(folder + os.sep)

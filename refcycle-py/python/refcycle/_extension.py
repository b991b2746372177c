"""Loads the extension module; in the second interpreter of a process, a copy of it.

The library serves the interpreter that imports it first, and rejects any other one. To the
loader, a copy of the file is another library, with its own statics.
"""

import importlib
import sys

from refcycle import (
    _supported_interpreters as _supported_interpreters,  # first: rejects unsupported interpreters
)

NAME = "refcycle._refcycle"


def load() -> None:
    """Import `refcycle._refcycle`, or a copy that belongs to this interpreter alone."""
    try:
        importlib.import_module(NAME)
    except ImportError as error:
        if "belongs to another interpreter" not in str(error):
            raise
        _load_copy()


def _load_copy() -> None:
    import os
    import tempfile
    from importlib.machinery import ExtensionFileLoader
    from importlib.util import find_spec, module_from_spec

    spec = find_spec(NAME)
    assert spec is not None and spec.origin is not None
    origin = spec.origin
    with open(origin, "rb") as file:
        library = file.read()
    try:
        # The name must be new, because the loader identifies libraries by name.
        handle, path = tempfile.mkstemp(prefix="refcycle-", suffix=os.path.basename(origin))
        try:
            with open(handle, "wb") as file:
                file.write(library)
            spec.origin = path
            spec.loader = ExtensionFileLoader(NAME, path)
            module = module_from_spec(spec)
        finally:
            os.unlink(path)  # the library stays loaded
    except (OSError, ImportError) as error:
        raise ImportError(
            "refcycle needs a copy of its library for each interpreter, and could not load "
            f"one from {tempfile.gettempdir()} ({error}): "
            "set TMPDIR to a directory in which files can be written and executed"
        ) from error
    spec.origin = module.__file__ = origin
    sys.modules[NAME] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[NAME]
        raise
    vars(sys.modules["refcycle"])["_refcycle"] = module  # as an import does


load()

"""Other interpreters in one process, on every version of CPython."""

import sys

try:
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters

NEW = sys.version_info >= (3, 13)

# With the main interpreter's GIL and, since 3.12, with a GIL of its own.
KINDS = ("legacy", "isolated")


def create(kind):
    if NEW:
        return _interpreters.create(kind)
    return _interpreters.create(isolated=kind == "isolated")


def run_in(interpreter, code):
    """Runs the code, which can import `refcycle`; its failure is raised here."""
    failure = _interpreters.run_string(
        interpreter, f"import sys\nsys.path[:] = {sys.path!r}\n{code}"
    )
    assert failure is None, getattr(failure, "errdisplay", failure)


destroy = _interpreters.destroy


def run_in_new(kind, code):
    interpreter = create(kind)
    try:
        run_in(interpreter, code)
    finally:
        destroy(interpreter)

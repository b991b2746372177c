"""What `import refcycle` imports, and what it imports only later."""

import subprocess
import sys

import pytest

import refcycle

LATER = {"census": "heap_census", "diff": "differences", "leaks": "differences", "watch": "growth"}


def python(code):
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout


def test_every_name_is_there():
    assert [name for name in refcycle.__all__ if not hasattr(refcycle, name)] == []
    assert set(refcycle.__all__) <= set(dir(refcycle))


@pytest.mark.parametrize("name", LATER)
def test_a_module_is_imported_when_it_is_asked_for(name):
    module = f"refcycle.{LATER[name]}"
    code = f"import sys, refcycle; print({module!r} in sys.modules); refcycle.{name}"
    assert python(f"{code}; print({module!r} in sys.modules)").split() == ["False", "True"]


def test_a_name_is_the_same_whenever_it_is_asked_for():
    for name, module in LATER.items():
        found = getattr(refcycle, name)
        assert found is getattr(refcycle, name)
        assert found is getattr(sys.modules[f"refcycle.{module}"], name)


def test_a_star_gives_all():
    code = "from refcycle import *; print(diff.__name__, census.__name__, snapshot.__name__)"
    assert python(code).split() == ["diff", "census", "snapshot"]


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="module 'refcycle' has no attribute 'nothing'"):
        refcycle.nothing  # noqa: B018

"""Interpreters that are rejected, and the cost of the import."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers.processes import run, run_json

from refcycle import _supported_interpreters

ROOT = Path(__file__).resolve().parents[2]


def test_this_interpreter_is_not_refused():
    assert _supported_interpreters.check() is None


SUPPORTED = "this release of refcycle supports CPython 3.10 to 3.15 with the GIL, and "
OTHER_PYTHON = "run the program with one of these versions"


@pytest.mark.parametrize(
    ("change", "reason", "what_to_do"),
    [
        ({"abiflags": "t"}, "this Python is built without the GIL", OTHER_PYTHON),
        ({"abiflags": "td"}, "this Python is built without the GIL", OTHER_PYTHON),
        ({"version_info": (3, 9, 20)}, "this is Python 3.9", OTHER_PYTHON),
        ({"version_info": (3, 16, 0)}, "this is Python 3.16", "try `pip install -U refcycle`"),
        ({"implementation": SimpleNamespace(name="pypy")}, "this is pypy", OTHER_PYTHON),
    ],
)
def test_the_error_says_why_and_what_to_do(change, reason, what_to_do, monkeypatch):
    for name, value in change.items():
        monkeypatch.setattr(sys, name, value)
    with pytest.raises(ImportError) as raised:
        _supported_interpreters.check()
    assert str(raised.value) == f"{SUPPORTED}{reason}: {what_to_do}"


def test_the_source_distribution_is_not_built_on_an_unknown_python():
    # maturin, which is not installed here, is not asked for.
    backend = ROOT / "refcycle-py" / "build_backend" / "refcycle_build.py"
    code = f"""
    import runpy, sys
    sys.version_info = (3, 16, 0, "final", 0)
    try:
        runpy.run_path({str(backend)!r})
    except SystemExit as error:
        print(error)
    """
    assert run(code).strip() == (
        f"refcycle cannot be built here: {SUPPORTED}this is Python 3.16: "
        "try `pip install -U refcycle`"
    )


@pytest.mark.parametrize("flags", ["t", "td"])
def test_without_the_gil_the_package_is_refused_before_the_library_is_loaded(flags):
    code = f"""
    import sys
    sys.abiflags = {flags!r}
    try:
        import refcycle
    except ImportError as error:
        print("built without the GIL" in str(error))
    print("refcycle._refcycle" in sys.modules)
    """
    assert run(code).split() == ["True", "False"]


def test_without_the_gil_the_library_refuses_by_itself():
    from refcycle import _refcycle

    code = f"""
    import sys
    from importlib.machinery import ExtensionFileLoader
    from importlib.util import module_from_spec, spec_from_file_location
    path = {_refcycle.__file__!r}
    loader = ExtensionFileLoader("_refcycle", path)
    spec = spec_from_file_location("_refcycle", path, loader=loader)
    flags, sys.abiflags = sys.abiflags, "t"
    try:
        module_from_spec(spec)
    except ImportError as error:
        print(error)
    sys.abiflags = flags
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    print(module.VERSION)
    """
    message, version = run(code).splitlines()
    assert message == (
        "refcycle needs CPython with the GIL, and this Python is built without the GIL: "
        "run the program with a Python that has it"
    )
    assert version == _refcycle.VERSION


@pytest.mark.skipif(not hasattr(sys, "abiflags"), reason="this system has no flags")
def test_the_flags_say_what_the_build_says():
    import sysconfig

    assert ("t" in sys.abiflags) == bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def test_the_import_takes_nothing_that_is_slow():
    code = """
    import json, sys
    before = set(sys.modules)
    import refcycle
    print(json.dumps(sorted(set(sys.modules) - before)))
    """
    slow = {"inspect", "dataclasses", "sysconfig", "tempfile", "logging", "subprocess", "random"}
    assert not slow & set(run_json(code))

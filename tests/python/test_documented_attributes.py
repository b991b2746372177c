"""`help()` of a class explains every public attribute: in the class or in the attribute itself."""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap

import pytest

import refcycle

OWN = "refcycle"
MODULES = [found.name for found in pkgutil.iter_modules(refcycle.__path__) if found.name[0] != "_"]


def public_classes():
    for name in [OWN, *(f"{OWN}.{each}" for each in MODULES)]:
        module = importlib.import_module(name)
        for each in getattr(module, "__all__", ()):
            found = getattr(module, each)
            if isinstance(found, type) and found.__module__.partition(".")[0] == OWN:
                yield found


CLASSES = sorted(set(public_classes()), key=lambda each: (each.__module__, each.__name__))


def assigned_by(cls):
    """The attributes that the methods of a class that is written in Python assign to `self`."""
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        return set()
    stored = [
        node
        for node in ast.walk(ast.parse(textwrap.dedent(source)))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]
    return {node.attr for node in stored if getattr(node.value, "id", "") == "self"}


def attributes_of(cls):
    """The names of the data of an instance."""
    names = set(getattr(cls, "_fields", ()))
    for base in [base for base in cls.__mro__ if base.__module__.partition(".")[0] == OWN]:
        slots = base.__dict__.get("__slots__", ())
        names |= {slots} if isinstance(slots, str) else set(slots)
        names |= assigned_by(base)
        data = [(name, value) for name, value in vars(base).items() if not callable(value)]
        names |= {
            name for name, value in data if not isinstance(value, (classmethod, staticmethod))
        }
    return sorted(name for name in names if not name.startswith("_"))


def has_text(cls, name):
    """Whether the attribute itself has a docstring."""
    own = inspect.getattr_static(cls, name, None)
    is_descriptor = hasattr(type(own), "__get__")
    text = str(getattr(own, "__doc__", None) or "") if is_descriptor else ""
    return bool(text) and not text.startswith("Alias for field")


@pytest.mark.parametrize("cls", CLASSES, ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_each_attribute_is_explained(cls):
    texts = "\n".join(base.__doc__ or "" for base in cls.__mro__)
    missing = [
        name
        for name in attributes_of(cls)
        if not has_text(cls, name)
        if not re.search(rf"^ +{name}: |`{name}`", texts, re.MULTILINE)
    ]
    assert missing == []

"""Objects that have the name of their type in a file, and those with names of their own."""

import contextvars
import functools

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle._refcycle import object_name

pytestmark = pytest.mark.any_version


class Plain:
    @property
    def first(self):
        pass

    @property
    def second(self):
        pass


class Other:
    pass


def closures():
    left, right = [1], [2]
    return (lambda: left), (lambda: right)


def test_each_object_has_its_own_name_in_a_file(tmp_path):
    """The names in the file are those that the objects have when each is alone."""
    functions = closures()
    objects = [
        *(Plain() for _ in range(3)),
        *(Other() for _ in range(3)),
        *(functools.partial(print) for _ in range(2)),
        *(property(), Plain.first, Plain.second, property(len)),
        *(len, abs, [].append, {}.update),
        *(list.append, list.pop, str.join, type.__dict__["__mro__"], int.real),
        *(contextvars.ContextVar("first"), contextvars.ContextVar("second")),
        *(function.__code__ for function in functions),
        *functions,
        *(function.__closure__[0] for function in functions),
    ]
    for redact in (False, True):
        ObjectGraph(objects).save(tmp_path / "all", redact=redact)
        together = refcycle.load(tmp_path / "all")
        for obj in objects:
            holders = [function for function in functions if obj in function.__closure__]
            ObjectGraph([obj, *holders]).save(tmp_path / "one", redact=redact)
            saved, alone = (
                loaded.at(id(obj)) for loaded in (together, refcycle.load(tmp_path / "one"))
            )
            assert (saved.type_name, saved.label) == (alone.type_name, alone.label)
            assert object_name(saved).long == object_name(alone).long

"""Objects of extension modules: what holds them is named, or is said to be C code."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from compiling import Compiled
from holding import (
    Thing,
    chains,
    check_all_calls,
    holders,
    is_at_its_place,
    label_between,
    unexplained,
)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="C variables have no names")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compiled]:
    folder = tmp_path_factory.mktemp("extensions")
    made = Compiled(folder)
    sys.path.insert(0, str(folder))
    yield made
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def pybind11(compiled: Compiled) -> ModuleType:
    return compiled.module("pybind11")


@pytest.fixture(scope="module")
def nanobind(compiled: Compiled) -> ModuleType:
    return compiled.module("nanobind")


@pytest.fixture(scope="module")
def cython(compiled: Compiled) -> ModuleType:
    return compiled.module("cython")


@pytest.fixture(scope="module")
def mypyc(compiled: Compiled) -> ModuleType:
    return compiled.module("mypyc")


class TestPybind11:
    def test_an_attribute(self, pybind11: Any, tmp_path: Path) -> None:
        pybind11.hub = hub = pybind11.Hub()
        hub.current = thing = Thing()
        assert holders(thing) == {("dict", "value['current']")}
        assert "module hub_pybind11 .hub → object hub_pybind11.Hub" in chains(thing)
        assert ".current → this object" in chains(thing)
        check_all_calls([hub, thing], tmp_path)
        del pybind11.hub

    def test_a_vector(self, pybind11: Any, tmp_path: Path) -> None:
        hub, thing = pybind11.Hub(), Thing()
        assert unexplained(thing) == 0
        hub.connect(thing)
        assert holders(thing) == set()
        assert unexplained(thing) == 1
        assert "and 1 reference from C code" in chains(thing)
        check_all_calls([hub, thing], tmp_path)
        hub.clear()
        assert unexplained(thing) == 0

    def test_a_function_that_cpp_calls(self, pybind11: Any, tmp_path: Path) -> None:
        hub, thing = pybind11.Hub(), Thing()
        hub.set_hook(lambda number, thing=thing: None)
        assert holders(thing) == {("tuple", "item[0]")}
        assert "held by C code: 1 reference function <lambda>" in chains(thing)
        check_all_calls([hub, thing], tmp_path)

    def test_keep_alive(self, pybind11: Any, tmp_path: Path) -> None:
        hub = pybind11.Hub()
        assert unexplained(hub) == 0
        part = hub.part()
        assert unexplained(hub) == 1
        check_all_calls([hub, part], tmp_path)
        del part
        assert unexplained(hub) == 0

    @on_linux
    def test_a_c_variable(self, pybind11: Any, tmp_path: Path) -> None:
        thing = Thing()
        pybind11.see(thing)
        assert "C variable last_seen in hub_pybind11.so this object" in chains(thing)
        check_all_calls([thing], tmp_path)
        pybind11.see(None)


class TestNanobind:
    def test_a_member(self, nanobind: Any, tmp_path: Path) -> None:
        nanobind.hub = hub = nanobind.Hub()
        hub.last = thing = Thing()
        [(kind, label)] = holders(thing)
        assert kind == "Hub"
        assert is_at_its_place(hub, label, thing)
        assert f"object hub_nanobind.Hub {label} → this object" in chains(thing)
        check_all_calls([hub, thing], tmp_path)
        del nanobind.hub

    def test_a_vector(self, nanobind: Any, tmp_path: Path) -> None:
        hub, thing = nanobind.Hub(), Thing()
        hub.connect(thing)
        # The vector is elsewhere in memory.
        assert holders(thing) == {("Hub", None)}
        assert unexplained(thing) == 0
        # The place would be that of the member, and the reference may be either.
        hub.last = thing
        assert holders(thing) == {("Hub", None)}
        check_all_calls([hub, thing], tmp_path)

    def test_a_class_that_shows_nothing(self, nanobind: Any, tmp_path: Path) -> None:
        hub, thing = nanobind.HiddenHub(), Thing()
        hub.connect(thing)
        assert holders(thing) == set()
        assert unexplained(thing) == 1
        check_all_calls([hub, thing], tmp_path)
        hub.clear()

    def test_a_default(self, nanobind: Any, tmp_path: Path) -> None:
        default = nanobind.same()
        assert holders(default) == {("nb_func", None)}
        assert "module hub_nanobind .same → object nanobind.nb_func" in chains(default)
        check_all_calls([nanobind.same, default], tmp_path)


class TestCython:
    @pytest.mark.parametrize("attribute", ["last", "name", "hidden"])
    def test_a_field(self, cython: Any, attribute: str, tmp_path: Path) -> None:
        cython.hub = hub = cython.NamedHub()
        thing = Thing()
        if attribute == "hidden":
            hub.hide(thing)
        else:
            setattr(hub, attribute, thing)
        [(kind, label)] = holders(thing)
        assert kind == "NamedHub"
        assert is_at_its_place(hub, label, thing)
        assert f"object hub_cython.NamedHub {label} → this object" in chains(thing)
        check_all_calls([hub, thing], tmp_path)
        del cython.hub

    def test_two_fields(self, cython: Any) -> None:
        hub, thing = cython.Hub(), Thing()
        hub.hide_twice(thing)
        # It is known that there are two references, and not which is which.
        assert holders(thing) == {("Hub", None)}

    def test_a_list_in_a_field(self, cython: Any) -> None:
        cython.hub = hub = cython.Hub()
        thing = Thing()
        hub.connect(thing)
        assert holders(thing) == {("list", "item[0]")}
        assert "→ list (1 item) [0] → this object" in chains(thing)
        del cython.hub

    def test_a_closure(self, cython: Any, tmp_path: Path) -> None:
        thing = Thing()
        cython.made = made = cython.closure_of(thing)
        [(kind, label)] = holders(thing)
        assert kind.startswith("__pyx_scope_struct")
        assert label is not None
        assert label.startswith("field at byte ")
        found = chains(thing)
        assert ".made → object cython_function_or_method .__closure__ → object" in found
        check_all_calls([made, thing], tmp_path)
        del cython.made

    def test_a_generator(self, cython: Any, tmp_path: Path) -> None:
        thing = Thing()
        cython.made = made = cython.generator_of(thing)
        next(made)
        assert "module hub_cython .made → object generator .__closure__ → object" in chains(thing)
        check_all_calls([made, thing], tmp_path)
        del cython.made

    @on_linux
    def test_a_c_variable(self, cython: Any) -> None:
        thing = Thing()
        cython.see(thing)
        assert "_last_seen in hub_cython.so" in chains(thing)
        cython.see(None)


class TestMypyc:
    def test_attributes_have_their_names(self, mypyc: Any, tmp_path: Path) -> None:
        mypyc.hub = hub = mypyc.NamedHub()
        for name in ("last", "name", "later"):
            thing = Thing()
            setattr(hub, name, thing)
            assert holders(thing) == {("NamedHub", name)}
            assert f"object hub_mypyc.NamedHub .{name} → this object" in chains(thing)
            check_all_calls([hub, thing], tmp_path)
        assert label_between(hub, hub.listeners) == "listeners"
        del mypyc.hub

    def test_a_field_that_is_a_number_names_no_other(self, mypyc: Any) -> None:
        hub = mypyc.Hub()
        # The field `number` has this number without an object, the other one has the object.
        hub.last = hub.number = 3
        hub.listeners = listeners = [1]
        assert label_between(hub, listeners) == "listeners"
        assert label_between(hub, hub.last) in ("last", "field at byte 40", None)
        thing = Thing()
        hub.last = thing
        assert holders(thing) == {("Hub", "last")}

    def test_no_code_of_a_metaclass_runs(self, mypyc: Any) -> None:
        class Meta(type):
            def __eq__(cls, other: object) -> bool:
                raise AssertionError("code of the program")

            __hash__ = type.__hash__

        class Value(metaclass=Meta):
            pass

        hub = mypyc.Hub()
        hub.last = value = Value()
        assert label_between(hub, value) == "last"

    def test_each_class_has_its_own_fields(self, mypyc: Any) -> None:
        for cls, value in itertools.product((mypyc.Hub, mypyc.NamedHub), (Thing(), [])):
            hub = cls()
            hub.last = value
            assert label_between(hub, value) == "last"

    def test_a_generator(self, mypyc: Any, tmp_path: Path) -> None:
        thing = Thing()
        mypyc.made = made = mypyc.generator_of(thing)
        next(made)
        assert "module hub_mypyc .made → object hub_mypyc.generator_of_gen" in chains(thing)
        check_all_calls([made, thing], tmp_path)
        del mypyc.made

    def test_a_global_variable(self, mypyc: Any) -> None:
        mypyc.KNOWN["thing"] = thing = Thing()
        assert holders(thing) == {("dict", "value['thing']")}
        mypyc.KNOWN.clear()

"""The mapping and the set whose keys are compared by something computed from them."""

import copy
import pickle
from collections.abc import MutableMapping, MutableSet

import pytest

from refcycle.element_transform_set import ElementTransformSet
from refcycle.key_transform_dict import KeyTransformDict


@pytest.fixture
def mapping():
    made = KeyTransformDict(transform=str.lower)
    made["A"] = 1
    made["b"] = 2
    return made


def letters(text, transform=str.lower):
    made = ElementTransformSet(transform=transform)
    made.update(text)
    return made


def raising(key):
    raise ZeroDivisionError(key)


class TestKeyTransformDict:
    def test_keys_with_equal_transforms_are_one_key(self, mapping):
        assert (mapping["a"], mapping["A"], mapping["B"]) == (1, 1, 2)
        assert "a" in mapping and "B" in mapping and "c" not in mapping
        assert len(mapping) == 2

    def test_the_first_of_equal_keys_stays(self, mapping):
        mapping["a"] = 10
        assert list(mapping.items()) == [("A", 10), ("b", 2)]

    def test_a_key_may_come_again_after_it_went(self, mapping):
        del mapping["a"]
        mapping["a"] = 3
        assert list(mapping.items()) == [("b", 2), ("a", 3)]

    def test_a_missing_key_is_named_as_it_was_asked_for(self, mapping):
        for ask in (mapping.__getitem__, mapping.__delitem__, mapping.pop):
            with pytest.raises(KeyError) as caught:
                ask("ZZ")
            assert caught.value.args == ("ZZ",)
            assert caught.value.__cause__ is None and caught.value.__suppress_context__

    def test_it_has_the_methods_of_a_mapping(self, mapping):
        assert isinstance(mapping, MutableMapping) and not isinstance(mapping, dict)
        assert mapping.get("none") is None and mapping.get("none", 4) == 4
        assert mapping.pop("a") == 1 and mapping.pop("a", None) is None
        mapping.update({"X": 1, "x": 2}, Y=3)
        assert list(mapping.items()) == [("b", 2), ("X", 2), ("Y", 3)]
        assert mapping.setdefault("x", 9) == 2 and mapping.setdefault("new", 7) == 7
        assert list(mapping.keys()) == ["b", "X", "Y", "new"]
        assert list(mapping.values()) == [2, 2, 3, 7]
        assert mapping.popitem() == ("b", 2)
        mapping.clear()
        assert len(mapping) == 0 and not mapping
        with pytest.raises(KeyError):
            mapping.popitem()

    def test_it_equals_a_dict_of_the_same_items(self, mapping):
        assert mapping == {"A": 1, "b": 2}
        assert {"A": 1, "b": 2} == mapping
        assert mapping != {"a": 1, "b": 2}

    def test_it_is_unhashable_and_has_no_other_attributes(self, mapping):
        with pytest.raises(TypeError):
            hash(mapping)
        with pytest.raises(AttributeError):
            mapping.other = 1

    def test_without_a_factory_nothing_is_made(self):
        with pytest.raises(KeyError):
            KeyTransformDict(str.lower, None)["x"]
        assert len(KeyTransformDict(str.lower)) == 0

    def test_a_factory_makes_what_is_missing(self):
        key = []
        made = KeyTransformDict(id, default_factory=list)
        made[key].append(1)
        assert made[key] == [1]
        assert key in made and [] not in made
        assert next(iter(made)) is key and len(made) == 1

    def test_a_factory_is_not_asked_by_in(self):
        made = KeyTransformDict(str.lower, raising)
        assert "x" not in made
        with pytest.raises(TypeError):
            made["x"]

    def test_errors_of_the_transform_pass(self, mapping):
        with pytest.raises(TypeError):
            mapping[5]
        with pytest.raises(ZeroDivisionError):
            KeyTransformDict(raising)["x"] = 1
        with pytest.raises(TypeError):
            KeyTransformDict(lambda key: [])["x"] = 1

    def test_a_key_error_of_the_transform_passes_as_it_is(self):
        lookup = {"known": 1}
        made = KeyTransformDict(lookup.__getitem__, default_factory=list)
        with pytest.raises(KeyError) as caught:
            made["unknown"]
        assert caught.value.args == ("unknown",)
        assert len(made) == 0

    def test_arguments(self):
        with pytest.raises(TypeError):
            KeyTransformDict()
        with pytest.raises(TypeError):
            KeyTransformDict(str.lower, list, {"a": 1})

    def test_it_can_be_copied_and_pickled(self, mapping):
        for made in (copy.deepcopy(mapping), pickle.loads(pickle.dumps(mapping))):
            assert list(made.items()) == [("A", 1), ("b", 2)]
            made["B"] = 5
            assert made["b"] == 5 and mapping["b"] == 2


class TestElementTransformSet:
    def test_elements_with_equal_transforms_are_one_element(self):
        made = letters("AaB")
        assert list(made) == ["A", "B"] and len(made) == 2
        assert "b" in made and "c" not in made
        made.add("b")
        assert list(made) == ["A", "B"]

    def test_elements_can_be_taken_out(self):
        made = letters("ABC")
        made.discard("a")
        made.discard("nope")
        made.remove("b")
        assert list(made) == ["C"]
        with pytest.raises(KeyError) as caught:
            made.remove("nope")
        assert caught.value.args == ("nope",)
        assert made.pop() == "C"
        with pytest.raises(KeyError):
            made.pop()

    def test_it_is_a_mutable_set(self):
        made = letters("ab")
        assert isinstance(made, MutableSet) and not isinstance(made, set)
        made.clear()
        assert not made
        with pytest.raises(TypeError):
            hash(made)
        with pytest.raises(AttributeError):
            made.other = 1

    def test_update_takes_one_iterable(self):
        made = letters("x")
        made.update(letter for letter in "Xyz")
        assert list(made) == ["x", "y", "z"]
        with pytest.raises(TypeError):
            made.update(5)
        with pytest.raises(TypeError):
            made.update(["p"], ["q"])

    def test_operators_give_sets_with_the_same_transform(self):
        left, right = letters("AbC"), letters("Bcd")
        results = {
            "|": (left | right, ["A", "b", "C", "d"]),
            "&": (left & right, ["b", "C"]),
            "-": (left - right, ["A"]),
            "^": (left ^ right, ["A", "d"]),
        }
        for made, expected in results.values():
            assert type(made) is ElementTransformSet
            assert sorted(map(str.lower, made)) == sorted(map(str.lower, expected))
            made.add("Z")
            assert "z" in made
        assert list(left) == ["A", "b", "C"] and list(right) == ["B", "c", "d"]

    def test_operators_take_other_sets(self):
        made = letters("AbC")
        assert sorted(made | {"a", "x"}) == ["A", "C", "b", "x"]
        assert sorted(map(str.lower, made & {"B"})) == ["b"]
        assert list(made - {"x"}) == ["A", "b", "C"]
        assert [] == list(made - made) == list(made ^ made)

    def test_a_difference_is_the_same_in_place_and_not(self):
        in_place = made = letters("AbC")
        difference = made - {"a"}
        in_place -= {"a"}
        assert list(difference) == list(in_place) == ["b", "C"]

    def test_operators_change_in_place(self):
        made = letters("AbC")
        made |= {"a", "d"}
        assert list(made) == ["A", "b", "C", "d"]
        made -= {"B"}
        assert list(made) == ["A", "C", "d"]
        made &= letters("acx")
        assert list(made) == ["A", "C"]
        made ^= letters("cx")
        assert list(made) == ["A", "x"]

    def test_comparison_uses_the_transform(self):
        made = letters("AbC")
        assert made == letters("aBc") and not made != letters("aBc")
        assert made <= letters("abcd") and made >= letters("A")
        assert made < letters("abcd") and not made < letters("abc")
        assert made.isdisjoint(letters("xyz")) and not made.isdisjoint(letters("c"))
        assert letters("ab") != letters("ac")

    def test_by_identity_it_holds_what_cannot_be_hashed(self):
        one, other = [], []
        made = letters([one, other, one], transform=id)
        assert len(made) == 2 and one in made and [] not in made
        assert [element is one for element in made] == [True, False]
        assert next(iter(made - letters([one], transform=id))) is other

    def test_errors_of_the_transform_pass(self):
        with pytest.raises(TypeError):
            5 in letters("a")  # noqa: B015
        with pytest.raises(ZeroDivisionError):
            ElementTransformSet(raising).add(1)
        with pytest.raises(TypeError):
            ElementTransformSet()
        with pytest.raises(TypeError):
            ElementTransformSet(str.lower, ["a"])

    def test_it_can_be_copied_and_pickled(self):
        made = letters("Ab")
        for again in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert list(again) == ["A", "b"]
            again.add("c")
            assert "C" in again and "c" not in made

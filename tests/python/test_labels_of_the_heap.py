"""The names of all references in a process, compared with the attributes."""

import pathlib
import sys

import pytest
from helpers.processes import run_json

# The maximum share of references that may have no name, in percent.
MOST_WITHOUT = 0.05

CHECKED = {
    "item_is_right": 2000,
    "value_is_right": 5000,
    "key_is_right": 20,
    "field_is_right": 5000,
    "attribute_is_right": 500 if sys.version_info >= (3, 11) else 10,
    "class_is_right": 500,
    "private_field_is_right": 100,
    "place_is_right": 1,
}


@pytest.fixture(scope="module")
def facts():
    return run_json("from helpers.heap import main; main()", cwd=pathlib.Path(__file__).parent)


@pytest.mark.parametrize("check", CHECKED)
def test_no_name_is_wrong(facts, check):
    assert facts[check]["wrong"] == []
    assert facts[check]["checked"] >= CHECKED[check]


def test_nearly_all_references_have_a_name(facts):
    share = 100 * facts["without"] / facts["edges"]
    assert share < MOST_WITHOUT, facts["most without"]


def test_names_are_the_same_in_a_graph_of_their_own(facts):
    assert facts["different alone"] == []

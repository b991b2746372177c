"""Classes that a function creates again and again: one signature and one fix, live and loaded."""

import pytest

import refcycle
from refcycle._refcycle import object_name

pytestmark = pytest.mark.any_version

NAME = __name__


class Meta(type):
    pass


def statement(number):
    class Form:
        pass

    return Form


def view():
    pass


# The statements and calls with the signature of what they create.
STATEMENTS = [statement(number) for number in range(60)]
# No statement can have such a name.
CALLS = {number: type(f"Form/{number}", (), {}) for number in range(60)}
METACLASS = [Meta("Form", (), {}) for _ in range(60)]
# A function that creates classes may fill a table of constants.
FEW = [statement(number) for number in range(10)]
TABLE = {number: type(f"Op{number}", (), {}) for number in range(60)}
INSTANCES = [class_() for class_ in list(CALLS.values())[:5]]
FUNCTIONS = [type(view)(view.__code__, {}, f"GET /users/{number}") for number in range(3)]

SIGNATURES = {
    "STATEMENTS -> list[*] -> class Form": STATEMENTS,
    "CALLS -> dict[*] -> class (type)": CALLS.values(),
    "METACLASS -> list[*] -> class Form": METACLASS,
    "INSTANCES -> list[*] -> (type)": INSTANCES,
    "FUNCTIONS -> list[*] -> function ?": FUNCTIONS,
}
QUALIFIED = {
    "STATEMENTS": f"{NAME}.statement.<locals>.Form",
    "CALLS": "(type)",
    "METACLASS": f"{NAME}.Form",
}


@pytest.fixture(scope="module")
def graphs(tmp_path_factory):
    """The live graph and those from files, each with a function that finds an object in it."""
    graph = refcycle.snapshot()
    found = {"live": (graph, lambda obj: obj)}
    for name, redact in (("redacted", True), ("shown", False)):
        path = tmp_path_factory.mktemp("heap") / f"{name}.refcycle"
        graph.save(path, redact=redact)
        loaded = refcycle.load(path)
        found[name] = (loaded, lambda obj, loaded=loaded: loaded.at(id(obj)))
    return found


@pytest.fixture(params=["live", "redacted", "shown"])
def heap(request, graphs):
    return graphs[request.param]


def fixes_of(why):
    return [f"{remedy.name}: {remedy.advice}" for remedy in why.remedies]


def test_one_signature(heap):
    graph, find = heap
    objects = [find(obj) for group in SIGNATURES.values() for obj in group]
    found = {row.signature: row.count for row in graph.signatures(objects)}
    expected = {f"module {NAME}.{end}": len(group) for end, group in SIGNATURES.items()}
    assert found == expected


@pytest.mark.parametrize("name", QUALIFIED)
def test_one_fix(heap, name):
    graph, find = heap
    kept = globals()[name]
    class_ = find(list(kept.values() if name == "CALLS" else kept)[7])
    assert object_name(class_).qualified == QUALIFIED[name]
    [fix] = fixes_of(graph.why(class_, limit=1))
    assert fix.startswith(f"module-level registry: `{NAME}.{name}` keeps its items alive: remove")


@pytest.mark.parametrize("name", ["FEW", "TABLE"])
def test_a_table_of_classes_has_no_fix(heap, name):
    graph, find = heap
    class_ = globals()[name][3]
    assert fixes_of(graph.why(find(class_))) == []

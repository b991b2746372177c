"""Heap files with changed parts: they are rejected, or all queries succeed."""

import pytest

pytest.importorskip("pyarrow")

from helpers.mutations import (
    DEEP,
    METADATA,
    Mutation,
    ask_everything,
    judge,
    sweep,
    whole,
)

import refcycle

pytestmark = pytest.mark.large_imports


@pytest.fixture(scope="module")
def parts():
    return whole()


def changed(parts, path, change):
    """Write the file with a change of its rows or metadata."""
    mutation = Mutation(0, *parts)
    mutation.__dict__.update(batches=1, fields={field.name: field for field in parts[2]})
    mutation.rows, mutation.metadata = [dict(row) for row in parts[0]], dict(parts[1])
    change(mutation.rows, mutation.metadata)
    assert mutation.write(str(path))
    return path


def test_the_whole_file_answers(parts, tmp_path):
    path = changed(parts, tmp_path / "whole", lambda rows, metadata: None)
    ask_everything(refcycle.load(path), tmp_path)


def test_what_is_missing_is_not_needed(parts, tmp_path):
    def change(rows, metadata):
        for key in [key for key in metadata if key != "refcycle.format"]:
            del metadata[key]
        metadata["refcycle.of later"] = "[[["
        metadata["pandas"] = "{"

    graph = refcycle.load(changed(parts, tmp_path / "bare", change))
    assert graph.metadata == {"of later": "[[["}
    ask_everything(graph, tmp_path)


def fact(key, value):
    return lambda rows, metadata: metadata.update({f"refcycle.{key}": value})


KEYS = {
    "types": ("{}", '{"list": "hw"}', '{"\\udcff": ""}'),
    "threads": ("{}", '{"a": []}', '{"a": ["b", "\\ud800"]}'),
    "command": ("[]", '["a", "\\udcff"]'),
    "pid": ("0", "17"),
    "sys.modules": ("0", str((1 << 64) - 1)),
    "frozen": ("0", "5"),
    "pause_seconds": ("0", "0.5", "1e-07"),
    "time": ("2026-11-28T18:19:15Z",),
    "closed": ("true", "false"),
    "redacted": ("true", "false"),
    "untracked": ("true", "false"),
    "python": ("", "3.14.0rc1+"),
    "platform": ("linux",),
    "refcycle": ("1.0.0",),
}


@pytest.mark.parametrize("key", KEYS)
def test_facts_that_are_right_are_taken(parts, tmp_path, key):
    for value in KEYS[key]:
        path = changed(parts, tmp_path / "file", fact(key, value))
        assert refcycle.load(path).metadata[key] == value


WRONG = [
    *(("types", value) for value in ("3", "[1]", "null", DEEP, "", '{"a": 1}', '{"a": ["b"]}')),
    *(("threads", value) for value in ("3", "[]", DEEP, "", '{"a": "b"}', '{"a": [1]}')),
    *(("command", value) for value in ("3", "{}", DEEP, "", "[1]", '[["a"]]', '"a"')),
    *(("pid", value) for value in ("", "-1", "x", str(1 << 64), "9" * 5000, "1.0")),
    *(("sys.modules", value) for value in ("", "-1", "0x10", str(1 << 64))),
    *(("frozen", value) for value in ("", "-1", "true")),
    *(("pause_seconds", value) for value in ("", "nan", "inf", "-1", "1e999")),
    *(("time", value) for value in ("", "now", "2026-11-28", "2026-11-28T18:19:15+01:00")),
    *(("closed", "True"), ("redacted", "1"), ("untracked", "")),
    *(("python", "a\0b"), ("platform", "\x1b[31m"), ("refcycle", "1" * 5000)),
]


@pytest.mark.parametrize(("key", "value"), WRONG, ids=range(len(WRONG)))
def test_facts_that_are_wrong_are_refused_with_an_explanation(parts, tmp_path, key, value):
    path = changed(parts, tmp_path / "file", fact(key, value))
    with pytest.raises(ValueError, match=f"its `refcycle.{key}` is .*, and should be") as caught:
        refcycle.load(path)
    assert len(str(caught.value)) < 500 + len(str(path))
    assert str(caught.value).isprintable()


def set_of(column, value, row=3):
    def change(rows, metadata):
        rows[row][column] = value

    return change


def same_address(rows, metadata):
    rows[5]["address"] = rows[2]["address"]


def sizes_beyond_memory(rows, metadata):
    rows[1]["size"] = rows[2]["size"] = 1 << 62


COLUMNS = [
    (same_address, "two objects have the address 0x"),
    (sizes_beyond_memory, "its sizes add up to more than any memory"),
    (set_of("size", (1 << 64) - 1), "its sizes add up to more than any memory"),
    # If the schema of the file says so, Arrow itself finds nulls.
    (set_of("address", None), "an object has no address or no size|null"),
    (set_of("size", None), "an object has no address or no size|null"),
    (set_of("type", None), "has no type or no name"),
    (set_of("label", None), "has no type or no name"),
    (set_of("referents", None), "the references of an object are missing"),
    (set_of("referents", [0] * 99), "not every reference has a label"),
    (set_of("reference_kinds", None), "not every reference has a kind"),
    (set_of("reference_kinds", ["item"] * 99), "not every reference has a kind"),
    (set_of("uncounted", [99]), "a reference is missing"),
    (set_of("uncounted", [None]), "a reference has no number|null"),
    (set_of("weak_owners", [99, 0]), "a weak reference is missing"),
    (set_of("weak_owners", [0]), "a weak reference is missing"),
    (set_of("weak_owners", [None, 0]), "a weak reference is missing|null"),
    (set_of("weak_owners", [0, 99]), "a weak reference or its owner|a weak reference is missing"),
    (set_of("roots", [{"group": "x", "holder": "y"}]), "a root has an unknown group"),
    (set_of("roots", [{"group": None, "holder": "y"}]), "a root has no name|null"),
    (set_of("roots", [{"group": "threads", "holder": None}]), "a root has no name|null"),
    (set_of("roots", [None]), "a root has no name|null"),
]


@pytest.mark.parametrize(("change", "words"), COLUMNS, ids=range(len(COLUMNS)))
def test_columns_that_are_wrong_are_refused_with_an_explanation(parts, tmp_path, change, words):
    path = changed(parts, tmp_path / "file", change)
    with pytest.raises(ValueError, match=words):
        refcycle.load(path)


@pytest.mark.parametrize("head", [21, 22, 1 << 31, (1 << 32) - 2, (1 << 32) - 1])
def test_a_reference_to_no_object_is_refused(parts, tmp_path, head):
    def change(rows, metadata):
        rows[3]["referents"], rows[3]["reference_labels"] = [head], [None]

    assert len(parts[0]) == 21
    path = changed(parts, tmp_path / "file", change)
    with pytest.raises(ValueError, match=f"a reference leads to object {head}, and there are 21"):
        refcycle.load(path)


@pytest.mark.any_version
def test_each_fact_with_each_value(parts, tmp_path):
    """`load` rejects all of them, or all queries succeed."""
    for key in KEYS:
        for value in METADATA:
            path = changed(parts, tmp_path / "file", fact(key, value))
            try:
                graph = refcycle.load(path)
            except ValueError as error:
                assert f"its `refcycle.{key}` is" in str(error)
                continue
            for obj in list(graph)[:3]:
                str(graph.why(obj))
            str(refcycle.diff(graph, graph))


@pytest.mark.any_version
@pytest.mark.filterwarnings("ignore:there is no font")
def test_files_that_are_changed_at_random():
    found = sweep(range(200))
    assert found.keys() == {"not made", "refused", "answers"}
    assert found["refused"] > 40 and found["answers"] > 60


def test_a_seed_says_what_failed(parts, tmp_path, monkeypatch):
    def fail(path):
        raise TypeError("a reason")

    monkeypatch.setattr(refcycle, "load", fail)
    with pytest.raises(TypeError) as caught:
        judge(1, parts, str(tmp_path))
    assert caught.value.args[1].startswith("seed 1: [")

"""What is not in a redacted file: everything except identifiers."""

import gc
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import threading
import types

import pytest
from helpers import secret_places
from helpers.columns import decompressed
from helpers.pages import Page
from helpers.secrets_of_all_kinds import KINDS, found

import refcycle
from refcycle import ObjectGraph

HERE = pathlib.Path(__file__).parent
FORMATS = ["json", "graphml", "gexf", "cyjs", "csv", "heapsnapshot", "html", "refcycle", "arrow"]
FORMATS += ["speedscope.json", "folded", "pprof"]


def child(*arguments, may_end_with=0):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=HERE, capture_output=True, timeout=240
    )
    assert done.returncode in (0, may_end_with), done.stderr.decode("utf-8", "replace")
    return done.stdout


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Dumps of a process with secrets of all kinds in all places, one by each method."""
    folder = tmp_path_factory.mktemp("secrets")
    names = json.loads(child("-m", "helpers.dump_secrets", folder).splitlines()[-1])
    return {pathlib.Path(name).relative_to(folder).parts[0]: pathlib.Path(name) for name in names}


def leaks(content):
    """Return the secrets in the bytes, as places and kinds."""
    names = [*secret_places.NAMES, "arguments of a function"]
    return sorted((names[place], kind) for place, kind in found(content))


def test_secrets_are_found(tmp_path):
    """The search finds all of them if a file is not redacted."""
    given = secret_places.secrets(7)
    ObjectGraph([{secret: [] for secret in given}, *given]).save(tmp_path / "file", redact=False)
    content = decompressed(tmp_path / "file")
    if content is None:
        pytest.skip("nothing here decompresses zstd")
    assert found(content) == {(7, kind) for kind in KINDS}


@pytest.mark.any_version
def test_no_secret_is_in_a_file(files):
    ways = {"dump", "untracked", "snapshot", "part", "dicts", "texts", "again", "memory"}
    assert files.keys() - {"forked", "signal"} == ways
    for way, path in files.items():
        content = decompressed(path)
        if content is None:
            pytest.skip("nothing here decompresses zstd")
        assert leaks(content) == [], way
        assert b"not_staying" not in content, way


@pytest.mark.any_version
def test_no_secret_is_in_a_loaded_graph(files):
    for way, path in files.items():
        graph = refcycle.load(path)
        assert graph.metadata["redacted"] == "true"
        said = [graph.metadata]
        said += [(obj.type_name, obj.label, obj.state, obj.references()) for obj in graph]
        said += [(root.name, root.holders) for root in graph.roots()]
        assert leaks(repr(said).encode("utf-8", "surrogatepass")) == [], way


def test_identifiers_stay(files):
    graph = refcycle.load(files["untracked"])
    said = [graph.metadata["threads"]]
    said += [text for obj in graph for text in (obj.type_name, obj.label)]
    said += [name for obj in graph for name, _ in obj.references() if name]
    text = "\n".join(said)
    assert [name for name in secret_places.STAYING if name not in text] == []
    for name in [
        "value['staying_class_attribute']",
        "value['staying_global']",
        "value['staying_keyword']",
        "value['staying_in_a_module']",
        "value['staying_package.staying_module']",
        "value['helpers.secret_places']",
        "value['staying_annotated']",
        "local 'staying_variable'",
        "staying_slot",
    ]:
        assert name in said, name
    # In a dict or, since 3.11, in the instance.
    for name in ("staying_attribute", "staying_in_a_dict"):
        assert name in said or f"value['{name}']" in said
    environment = "value[{}]".format(
        "'STAYING_IN_THE_ENVIRONMENT'"
        if sys.platform == "win32"
        else "b'STAYING_IN_THE_ENVIRONMENT'"
    )
    assert environment in said
    stacks = json.loads(graph.metadata["threads"])
    assert {"StayingThread", "a worker"} <= stacks.keys()
    assert any(
        "secret_places.py:" in line and line.endswith(" waiting") for line in stacks["a worker"]
    )
    frames = [obj.label for obj in graph if obj.type_name == "frame"]
    assert any("secret_places.py:" in label for label in frames)
    assert any("helpers/dump_secrets.py:" in label for label in frames) or sys.platform == "win32"


@pytest.mark.any_version
def test_no_secret_is_in_what_is_made_of_a_file(files, tmp_path):
    """The files of each format, and the output of the commands."""
    path = files["part"]
    graph = refcycle.load(path)
    for ending in FORMATS:
        out = tmp_path / f"made.{ending}"
        child("-m", "refcycle", "convert", path, out)
        if ending in ("refcycle", "arrow"):
            content = decompressed(out)
        else:
            content = gzip.decompress(out.read_bytes()) if ending == "pprof" else out.read_bytes()
        assert leaks(content) == []
    page = Page(tmp_path / "made.html")
    assert "StayingClass" in " ".join(page.labels())
    assert leaks(repr((page.labels(), page.types(), page.edges())).encode()) == []
    near = graph.ancestors(graph.find_by_typename("StayingSlots")[0], generations=3)
    for text in (near.to_dot(), near.to_svg(), near.to_json(), str(near)):
        assert leaks(text.encode()) == []


@pytest.mark.any_version
def test_no_secret_is_in_the_answers_of_commands(files):
    path = files["untracked"]
    commands = {
        ("top", path): 0,
        ("cycles", path): 1,  # if there is garbage
        ("diff", files["dump"], files["snapshot"]): 0,
    }
    for name in ("Kept", "Slotted", "ValueError", "StayingClass"):
        commands["why", path, name] = 0
    for command, status in commands.items():
        for shown in ([], ["--json"]):
            answer = child("-m", "refcycle", *command, *shown, may_end_with=status)
            assert leaks(answer) == [], command
    answer = child("-m", "refcycle", "why", path, "StayingClass")
    assert b"sys.modules['helpers.secret_places']" in answer and b".KEPT" in answer


@pytest.mark.any_version
def test_no_secret_is_in_the_answers_of_sql(files):
    pytest.importorskip("duckdb")
    query = "select * from vertices, edges where vertices.id = edges.tail"
    for shown in ([], ["--json"]):
        answer = child("-m", "refcycle", "sql", files["part"], query, *shown)
        assert leaks(answer) == []


@pytest.mark.any_version
def test_no_secret_is_in_an_index(files, tmp_path):
    pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    for name in ("dump", "part"):
        path = tmp_path / f"{name}.refcycle"
        shutil.copy(files[name], path)
        child("-m", "refcycle", "index", path)
        for table in ("objects", "types", "signatures", "frames", "account", "metadata"):
            answer = child("-m", "refcycle", "sql", path, f"select * from {table}")
            assert leaks(answer) == [], table
        assert leaks(child("-m", "refcycle", "top", "--json", path)) == []


def labels_of(path, *objects):
    """The names of the references of the first object to the others, in a redacted file."""
    ObjectGraph(list(objects)).save(path)
    graph = refcycle.load(path)
    return [name for name, _ in graph.at(id(objects[0])).references()]


def test_a_dict_is_a_namespace_by_what_holds_it(tmp_path):
    class Named:
        pass

    path, target, named = tmp_path / "file", [], Named()
    # A dict of its own: otherwise, since 3.13, the instance has the values.
    namespace = named.__dict__ = {"name": target}
    data = {"name": target}
    # In the same graph, and with the same contents.
    ObjectGraph([named, namespace, data, target]).save(path)
    graph = refcycle.load(path)
    assert "value['name']" in [name for name, _ in graph.at(id(namespace)).references()]
    assert "value[str (4 characters)]" in [name for name, _ in graph.at(id(data)).references()]
    # Kept elsewhere, and its owner is not in the graph: it is not known to be one.
    assert "value[str (4 characters)]" in labels_of(path, namespace, target)
    module = types.ModuleType("named")
    module.name = target
    assert "value[str (4 characters)]" in labels_of(path, vars(module), target)
    assert "value['name']" in labels_of(path, vars(module), target, module)
    # Imported modules are known anyway.
    assert "value['ObjectGraph']" in labels_of(path, globals(), ObjectGraph)


def test_what_holds_from_outside_shows_no_key(tmp_path):
    """Up to 3.13, dicts and tuples of strings are in no snapshot, but are named as holders."""
    text = "".join(["hun", "ter2 ", "hunter2"])
    holder = [{"hunter2": text}, ("hunter2", text)]
    gc.collect()  # which finds that they hold nothing to collect
    ObjectGraph([holder, text]).save(tmp_path / "file")
    graph = refcycle.load(tmp_path / "file")
    holders = [name for root in graph.roots() for name in root.holders]
    assert "hunter2" not in repr(holders)
    if not gc.is_tracked(holder[0]):
        assert "value[str (7 characters)] of dict[1]" in holders
    assert "item[1] of tuple[2]" in holders


def test_attributes_of_compiled_types_and_of_threads_stay(tmp_path):
    local, target = threading.local(), []
    local.name_of_a_local = target
    refcycle.snapshot().save(tmp_path / "file")
    graph = refcycle.load(tmp_path / "file")
    dicts = [obj for obj in graph if obj.type_name == "dict"]
    names = [{name for name, _ in obj.references()} for obj in dicts]
    assert any("value['name_of_a_local']" in found for found in names)
    of_float = {"value['fromhex']", "value['is_integer']"}
    assert any(of_float <= found for found in names)


def test_a_name_is_shown_whole_or_not_at_all(tmp_path):
    class Named:
        pass

    named, target = Named(), []
    named.__dict__ = {"n" * length: target for length in (1, 60, 61, 200, 201)}
    names = labels_of(tmp_path / "file", vars(named), target, named)
    shown = [f"value['{'n' * length}']" for length in (1, 60, 61, 200)]
    assert sorted(name for name in names if name.startswith("value")) == sorted(
        [*shown, "value[str (201 characters)]"]
    )


def test_lengths_and_types_stand_for_values(tmp_path):
    objects = ["a", "b" * 1234, b"", b"ab", b"a" * 2_000_000, 7, 1.5, 2j, True, None]
    path = tmp_path / "file"
    ObjectGraph(objects).save(path)
    assert [obj.label for obj in refcycle.load(path)] == [
        "str (1 character)",
        "str (1,234 characters)",
        "bytes (0 bytes)",
        "bytes (2 bytes)",
        "bytes (2,000,000 bytes)",
        "int",
        "float",
        "complex",
        "True",
        "None",
    ]


def test_a_file_with_values_is_not_called_redacted(tmp_path):
    """The values are in the labels of a file, and remain there."""
    ObjectGraph([{"pass word": []}]).save(tmp_path / "whole", redact=False)
    graph = refcycle.load(tmp_path / "whole")
    with pytest.raises(ValueError, match="cannot be redacted later"):
        graph.save(tmp_path / "again", redact=True)
    assert not (tmp_path / "again").exists()
    for keywords in ({}, {"redact": False}):
        graph.save(tmp_path / "again", **keywords)
        assert refcycle.load(tmp_path / "again").metadata["redacted"] == "false"
    child("-m", "refcycle", "convert", tmp_path / "whole", tmp_path / "made.refcycle")
    assert refcycle.load(tmp_path / "made.refcycle").metadata["redacted"] == "false"


def test_a_redacted_file_stays_so(tmp_path):
    target = []
    ObjectGraph([{"secret": target}, target]).save(tmp_path / "first")
    graph = refcycle.load(tmp_path / "first")
    graph.save(tmp_path / "second", redact=False)
    again = refcycle.load(tmp_path / "second")
    assert again.metadata["redacted"] == "true"
    assert [obj.references() for obj in again] == [obj.references() for obj in graph]

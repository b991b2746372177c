"""Indexes of dumps: what they contain, that they change no result, and when they are not used."""

import json
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections import Counter, deque

import pytest

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed on this interpreter")

import refcycle  # noqa: E402
from refcycle import ObjectGraph, fleet  # noqa: E402
from refcycle._fleet.sources import sources_in  # noqa: E402
from refcycle._index import files as index_files  # noqa: E402
from refcycle._index.contents import OBJECTS, SIGNATURES  # noqa: E402
from refcycle._index.files import opened, write_index  # noqa: E402
from refcycle.command_line import main  # noqa: E402

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]

# A process with garbage, weak entries, a thread, native memory and many objects held alike.
PROGRAM = """
import array, gc, sys, threading, weakref
import refcycle

gc.disable()

class User:
    def __init__(self, number):
        self.name = f"user {number}"
        self.tags = [number, {"key": (number, number + 1000)}]

class Key:
    pass

users = {number: User(number) for number in range(300)}
weak = weakref.WeakKeyDictionary()
keys = [Key() for _ in range(20)]
for key in keys:
    weak[key] = [key.__class__.__name__ * 3]
numbers = array.array("q", range(1000))
for _ in range(5):
    one, other = User(1), User(2)
    one.other, other.other = other, one
    one.seen = [users[0], users[1]]
del one, other
ready, done = threading.Event(), threading.Event()

def work():
    mine = [User(5)]
    ready.set()
    done.wait()

worker = threading.Thread(target=work, name="worker")
worker.start()
ready.wait()
"""
WAYS = {
    "whole": "refcycle.dump(sys.argv[1])",
    "tracked": "refcycle.snapshot().save(sys.argv[1])",
    "part": "refcycle.ObjectGraph([users, *users.values(), one_user]).save(sys.argv[1])",
}
TABLES = "vertices objects types roots signatures frames account metadata files".split()
DATA = os.path.join(os.path.dirname(__file__), "data")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The dumps by name."""
    folder = tmp_path_factory.mktemp("dumps")
    found = {}
    for name, way in WAYS.items():
        path = str(folder / f"{name}.refcycle")
        code = f"{PROGRAM}\none_user = users[0]\ntry:\n    {way}\nfinally:\n    done.set()"
        subprocess.run([sys.executable, "-c", code, path], check=True)
        found[name] = path
    found["empty"] = str(folder / "empty.refcycle")
    ObjectGraph([]).save(found["empty"])
    for name in ("format_1", "format_2"):
        found[name] = str(folder / f"{name}.refcycle")
        shutil.copy(os.path.join(DATA, f"{name}.refcycle"), found[name])
    return found


DUMPS = [*WAYS, "empty", "format_1", "format_2"]


@pytest.fixture(params=DUMPS)
def dump(request, written, tmp_path):
    """A dump without an index, in a folder of its own."""
    path = str(tmp_path / "heap.refcycle")
    shutil.copy(written[request.param], path)
    return path


@pytest.fixture
def whole(written, tmp_path):
    path = str(tmp_path / "whole.refcycle")
    shutil.copy(written["whole"], path)
    return path


@pytest.fixture
def part(written, tmp_path):
    path = str(tmp_path / "part.refcycle")
    shutil.copy(written["part"], path)
    return path


def refuse(reason, **_):
    raise AssertionError(reason)


def columns_of(path, table="objects"):
    with opened(path, refuse) as index:
        return getattr(index, table)().to_pydict()


@pytest.fixture
def command(capsys):
    """Run a command in this process, which has imported the large packages."""

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            main([str(each) for each in arguments])
        printed = capsys.readouterr()
        return done.value.code, printed.out, printed.err

    return run


class TestColumns:
    def test_their_names_and_numbers(self, dump):
        assert refcycle.index_file(dump) == dump + ".index"
        with opened(dump, refuse) as index:
            assert index.objects().column_names == list(OBJECTS)
            assert index.signatures().column_names == list(SIGNATURES)
            assert len(index.objects()) == len(refcycle.load(dump))

    def test_retained_sizes_and_dominators(self, dump):
        refcycle.index_file(dump)
        graph = refcycle.load(dump)
        number = {obj: place for place, obj in enumerate(graph)}
        found = columns_of(dump)
        assert found["size"] == (list(graph.shallow_sizes()) if number else [])
        assert found["retained"] == [graph.retained_size(obj) for obj in graph]
        above = (graph.immediate_dominator(obj) for obj in graph)
        assert found["dominator"] == [None if obj is None else number[obj] for obj in above]

    def test_garbage_and_components(self, whole):
        refcycle.index_file(whole)
        graph = refcycle.load(whole)
        found = columns_of(whole)
        garbage = graph.unreachable()
        assert found["is_garbage"] == [obj in garbage for obj in graph]
        assert sum(obj.type_name == "__main__.User" for obj in garbage) == 10
        number = {obj: place for place, obj in enumerate(graph)}
        components = {}
        for place, component in enumerate(found["component"]):
            components.setdefault(component, set()).add(place)
        expected = {
            frozenset(number[obj] for obj in component)
            for component in graph.strongly_connected_components()
        }
        assert set(map(frozenset, components.values())) == expected

    def test_distances_and_groups_of_roots(self, whole):
        refcycle.index_file(whole)
        graph = refcycle.load(whole)
        found = columns_of(whole)
        order = ["threads", "interpreter", "registries", "hidden", "elsewhere", "immortal", None]
        number = {obj: place for place, obj in enumerate(graph)}
        with pyarrow.OSFile(whole) as file:
            rows = pyarrow.ipc.open_file(file).read_all()["roots"].to_pylist()
        groups = {
            number[root.vertex]: {one["group"] for one in rows[number[root.vertex]] or ()}
            or {None}
            for root in graph.roots()
        }
        # The search starts also at those whose count is unknown.
        assert {found["distance"][place] for place in groups} == {0}
        zero = [place for place, distance in enumerate(found["distance"]) if distance == 0]
        starts = {place: groups.get(place, {None}) for place in zero}
        distance = dict.fromkeys(starts, 0)
        best = {place: min(map(order.index, of)) for place, of in starts.items()}
        queue = deque(starts)
        objects = list(graph)
        while queue:
            tail = queue.popleft()
            for head in map(number.get, graph.children(objects[tail])):
                if head not in distance:
                    distance[head] = distance[tail] + 1
                    best[head] = best[tail]
                    queue.append(head)
                elif distance[head] == distance[tail] + 1:
                    best[head] = min(best[head], best[tail])
        assert found["distance"] == [distance.get(place) for place in range(len(objects))]
        assert found["root_group"] == [
            order[best[place]] if place in best else None for place in range(len(objects))
        ]
        assert {"threads", "interpreter"} <= set(found["root_group"])

    def test_signatures(self, dump):
        refcycle.index_file(dump)
        graph = refcycle.load(dump)
        found, table = columns_of(dump), columns_of(dump, "signatures")
        rows = graph.signatures()
        assert table["signature_id"] == list(range(len(rows)))
        assert table["signature"] == [row.signature for row in rows]
        assert table["type"] == [row.example.type_name for row in rows]
        for column, name in (("count", "count"), ("bytes", "size"), ("retained", "retained_size")):
            assert table[column] == [getattr(row, name) for row in rows]
        assert table["is_garbage"] == [row.is_garbage for row in rows]
        counts = Counter(found["signature_id"])
        assert [counts[place] for place in range(len(rows))] == table["count"]
        number = {obj: place for place, obj in enumerate(graph)}
        places = [found["signature_id"][number[row.example]] for row in rows]
        assert places == table["signature_id"]

    def test_owners_are_those_of_the_largest(self, whole):
        refcycle.index_file(whole)
        graph = refcycle.load(whole)
        found = columns_of(whole)
        rows = list(zip(graph, found["retained"], found["owner"], strict=True))
        assert 100 < sum(owner is not None for _, _, owner in rows) <= 1000
        least = min(retained for _, retained, owner in rows if owner is not None)
        for obj, retained, owner in rows:
            is_container = obj.kind in ("list", "tuple", "dict", "set")
            if owner is not None:
                assert graph._name_of(obj).endswith(f", {owner}")
            elif is_container and retained > least:
                assert ", " not in graph._name_of(obj)
        assert "__main__.users" in found["owner"]

    def test_modules_and_types(self, dump):
        refcycle.index_file(dump)
        vertices = pyarrow.table(refcycle.load(dump).to_arrow().vertices).to_pydict()
        found = columns_of(dump)
        assert found["type"] == vertices["type"]
        assert found["module"] == vertices["module"]

    def test_native_bytes(self, whole):
        refcycle.index_file(whole)
        found = columns_of(whole)
        for obj, native in zip(refcycle.load(whole), found["native"], strict=True):
            if obj.type_name == "refcycle.Buffer":
                assert native == obj.size
            else:
                assert native in (0, None)

    def test_what_a_part_does_not_know_is_null(self, part):
        refcycle.index_file(part)
        found = columns_of(part)
        for name in ("distance", "root_group", "component"):
            assert set(found[name]) == {None}
        # Something outside holds them, which may be garbage itself.
        assert set(found["is_garbage"]) == {None}

    def test_garbage_of_a_part_is_known(self, tmp_path):
        path = str(tmp_path / "part.refcycle")
        code = (
            "import gc, sys, refcycle\ngc.disable()\n"
            "class Lost: pass\n"
            "def lost():\n"
            "    one = Lost(); one.me = one\n"
            "    yield from (one, vars(one))\n"
            "refcycle.ObjectGraph(lost()).save(sys.argv[1])\n"
        )
        subprocess.run([sys.executable, "-c", code, path], check=True)
        refcycle.index_file(path)
        graph = refcycle.load(path)
        expected = [obj in graph.unreachable() or None for obj in graph]
        assert columns_of(path)["is_garbage"] == expected
        assert True in expected

    def test_old_files_do_not_know_everything(self, written, tmp_path):
        path = str(tmp_path / "old.refcycle")
        shutil.copy(written["format_1"], path)
        refcycle.index_file(path)
        assert set(columns_of(path)["native"]) == {None}


class TestSameResults:
    def test_of_sql(self, dump):
        pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
        from refcycle._fleet.database import Database

        def answers():
            database = Database([dump], refcycle.load, complain=refuse)
            queries = [f"select * from {table}" for table in TABLES]
            return [database.answer(query) for query in queries]

        before = answers()
        refcycle.index_file(dump)
        after = answers()
        for one, other in zip(before, after, strict=True):
            assert (one.columns, len(one.rows)) == (other.columns, len(other.rows))
            for column, values, others in zip(
                one.columns,
                zip(*one.rows, strict=True),
                zip(*other.rows, strict=True),
                strict=False,
            ):
                assert values == others, column

    def test_of_sql_with_edges(self, part):
        pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
        from refcycle._fleet.database import Database

        query = "select * from edges join objects on head = vertex order by edges.id"
        before = Database([part], refcycle.load, complain=refuse).answer(query)
        refcycle.index_file(part)
        assert Database([part], refcycle.load, complain=refuse).answer(query) == before
        assert before.rows != []

    def test_sql_does_not_load_the_dump(self, whole):
        pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
        from refcycle._fleet.database import Database

        refcycle.index_file(whole)
        database = Database([whole], refuse, complain=refuse)
        found = database.answer("select count(*) from objects, files")
        assert found.rows == [(len(refcycle.load(whole)),)]

    @pytest.mark.parametrize("options", [(), ("--json",), ("--json", "--limit", "3")])
    def test_of_top(self, dump, command, options):
        before = command("top", *options, dump)
        refcycle.index_file(dump)
        assert command("top", *options, dump) == before

    def test_top_does_not_load_the_dump(self, whole, command, monkeypatch):
        refcycle.index_file(whole)
        monkeypatch.setattr("refcycle._cli.commands.top.load", refuse)
        assert command("top", whole)[0] == 0
        with pytest.raises(AssertionError):
            main(["top", "--limit", "1001", whole])

    def test_of_a_summary(self, dump):
        before = fleet.summarise(dump)
        refcycle.index_file(dump)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            after = fleet.summarise(dump)
        assert after.equals(before)

    def test_the_dump_does_not_change(self, dump):
        with open(dump, "rb") as file:
            before = file.read()
        stamp = os.stat(dump)
        refcycle.index_file(dump)
        with open(dump, "rb") as file:
            assert file.read() == before
        assert os.stat(dump).st_mtime_ns == stamp.st_mtime_ns
        assert sorted(os.listdir(os.path.dirname(dump))) == [
            "heap.refcycle",
            "heap.refcycle.index",
        ]


class TestNotUsed:
    @pytest.fixture
    def reasons(self, part):
        """The index of `part` must not be used: return why."""
        refcycle.index_file(part)

        def find(path=part):
            told = []
            with opened(path, told.append) as index:
                assert index is None
            [reason] = told
            assert reason.startswith(f"{path}.index is not used: ")
            return reason

        return find

    def test_an_index_of_another_content(self, part, written, reasons):
        shutil.copy(written["tracked"], part)
        assert "the dump is not the one that was indexed" in reasons()
        assert f"run `refcycle index {part}` again" in reasons()

    def test_another_content_of_the_same_size_and_time(self, part, reasons):
        stamp = os.stat(part)
        with open(part, "r+b") as file:
            file.seek(stamp.st_size // 2)
            byte = file.read(1)
            file.seek(stamp.st_size // 2)
            file.write(bytes([byte[0] ^ 1]))
        os.utime(part, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        assert os.stat(part).st_size == stamp.st_size
        assert "the dump is not the one that was indexed" in reasons()

    def test_an_index_of_another_version(self, part, reasons, monkeypatch):
        monkeypatch.setattr(index_files, "VERSION", "0.0.1")
        write_index(part, refcycle.load)
        monkeypatch.undo()
        assert "version 0.0.1 of refcycle made it" in reasons()

    def test_an_index_that_was_cut_off(self, part, reasons):
        name = part + ".index"
        whole = os.path.getsize(name)
        for size in (0, 1, 30, whole // 2, whole - 1):
            os.truncate(name, size)
            assert "it is damaged" in reasons()
            write_index(part, refcycle.load)

    def test_an_index_with_a_wrong_byte(self, part, reasons):
        """It is damaged, or it is as before: the byte is in what nobody reads."""
        name = part + ".index"
        before = columns_of(part), columns_of(part, "signatures")
        with open(name, "rb") as file:
            good = file.read()
        for place in range(0, len(good), max(1, len(good) // 300)):
            bad = bytearray(good)
            bad[place] ^= 0x55
            with open(name, "wb") as file:
                file.write(bad)
            told = []
            with opened(part, told.append) as index:
                if index is None:
                    assert told[0].startswith(f"{name} is not used: "), place
                else:
                    found = index.objects().to_pydict(), index.signatures().to_pydict()
                    assert found == before, place

    @pytest.mark.skipif(os.name != "posix", reason="links need permissions there")
    def test_a_link(self, part, reasons, tmp_path):
        os.rename(part + ".index", tmp_path / "elsewhere")
        os.symlink(tmp_path / "elsewhere", part + ".index")
        assert "it is a symbolic link" in reasons()

    def test_parts_that_are_packed(self, part, reasons):
        """A small one could become of any size."""
        name = part + ".index"
        with zipfile.ZipFile(name) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, data in parts.items():
                archive.writestr(each, data)
        assert "it is damaged" in reasons()

    @pytest.mark.parametrize(
        "leaders", ["[]", "{}", "[1, 2, [[1]], [], {}, {}]", '["x", 2, [], [], {}, {}]', "?"]
    )
    def test_parts_that_are_something_else(self, part, reasons, leaders):
        name = part + ".index"
        with zipfile.ZipFile(name) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        parts["leaders.json"] = leaders.encode()
        with zipfile.ZipFile(name, "w") as archive:
            for each, data in parts.items():
                archive.writestr(each, data)
        assert "it is damaged" in reasons()

    def test_the_results_are_those_of_the_dump(self, part, written, command):
        refcycle.index_file(part)
        shutil.copy(written["tracked"], part)
        done = command("top", part)
        assert done[2].count("is not used") == 1
        os.rename(part + ".index", part + ".old")
        assert command("top", part) == (0, done[1], "")
        os.rename(part + ".old", part + ".index")
        with pytest.warns(RuntimeWarning, match="is not used"):
            stale = fleet.summarise(part)
        os.remove(part + ".index")
        assert fleet.summarise(part).equals(stale)

    def test_sql_says_it(self, part, written, command):
        pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
        refcycle.index_file(part)
        shutil.copy(written["tracked"], part)
        status, text, told = command("sql", part, "select count(*) from objects")
        assert (status, text.split()) == (0, ["count_star()", str(len(refcycle.load(part)))])
        assert "the dump is not the one that was indexed" in told

    def test_a_copy_of_both_is_used(self, part, tmp_path):
        refcycle.index_file(part)
        (tmp_path / "copies").mkdir()
        copy = str(tmp_path / "copies" / "other.refcycle")
        shutil.copy(part, copy)
        shutil.copy(part + ".index", copy + ".index")
        assert columns_of(copy) == columns_of(part)


class TestWriting:
    def test_the_same_dump_gives_the_same_index(self, part):
        refcycle.index_file(part)
        with open(part + ".index", "rb") as file:
            before = file.read()
        refcycle.index_file(part)
        with open(part + ".index", "rb") as file:
            assert file.read() == before

    @pytest.mark.skipif(os.name != "posix", reason="has no such permissions")
    def test_only_its_owner_can_read_it(self, part):
        refcycle.index_file(part)
        assert os.stat(part + ".index").st_mode & 0o777 == 0o600

    @pytest.mark.skipif(os.name != "posix", reason="has no such links")
    def test_a_link_is_not_followed(self, part, tmp_path, command):
        victim = tmp_path / "victim"
        victim.write_text("mine")
        os.symlink(victim, part + ".index")
        with pytest.raises(OSError, match="a symbolic link, which is not followed"):
            refcycle.index_file(part)
        status, _, told = command("index", part)
        assert status == 2 and "symbolic link" in told
        assert victim.read_text() == "mine"

    @pytest.mark.skipif(os.name != "posix", reason="has no such limits")
    def test_a_limit_for_files(self, part):
        """The earlier index remains, and nothing else."""
        refcycle.index_file(part)
        with open(part + ".index", "rb") as file:
            before = file.read()
        names = sorted(os.listdir(os.path.dirname(part)))
        code = (
            "import resource, signal, sys, refcycle\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))\n"
            "try:\n    refcycle.index_file(sys.argv[1])\n"
            "except OSError:\n    print('refused')\n"
        )
        done = subprocess.run([sys.executable, "-c", code, part], capture_output=True, text=True)
        assert done.stdout == "refused\n", done.stderr
        with open(part + ".index", "rb") as file:
            assert file.read() == before
        assert sorted(os.listdir(os.path.dirname(part))) == names

    def test_a_process_that_is_killed_half_way(self, part):
        refcycle.index_file(part)
        with open(part + ".index", "rb") as file:
            index = file.read()
        with open(part, "rb") as file:
            dump = file.read()
        code = (
            "import os, sys, refcycle\nfrom refcycle._index import files\n"
            "written = files._written\n"
            "def half(*arguments):\n"
            "    yield next(written(*arguments))[:1000]\n"
            "    os._exit(9)\n"
            "files._written = half\n"
            "refcycle.index_file(sys.argv[1])\n"
        )
        done = subprocess.run([sys.executable, "-c", code, part])
        assert done.returncode == 9
        with open(part + ".index", "rb") as file:
            assert file.read() == index
        with open(part, "rb") as file:
            assert file.read() == dump
        assert columns_of(part)["type"]

    def test_a_dump_that_changes_meanwhile(self, part, written):
        def load(path):
            graph = refcycle.load(path)
            shutil.copy(written["tracked"], path)
            return graph

        with pytest.raises(ValueError, match="the dump changed while it was indexed"):
            write_index(part, load)
        assert not os.path.exists(part + ".index")

    def test_a_dump_that_is_replaced_meanwhile(self, part, written, tmp_path):
        def load(path):
            graph = refcycle.load(path)
            shutil.copy(path, tmp_path / "new")
            os.replace(tmp_path / "new", path)
            return graph

        with pytest.raises(ValueError, match="the dump changed while it was indexed"):
            write_index(part, load)

    def test_what_is_no_dump(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            refcycle.index_file(tmp_path / "none")
        (tmp_path / "text").write_text("no dump")
        with pytest.raises(ValueError, match="not a heap dump"):
            refcycle.index_file(tmp_path / "text")
        for bad in (b"bytes", 3, None):
            with pytest.raises(TypeError, match="path must be"):
                refcycle.index_file(bad)
        assert os.listdir(tmp_path) == ["text"]

    def test_without_pyarrow(self, part):
        code = (
            "import sys, refcycle, refcycle.indexing\n"
            "class NoArrow:\n"
            "    def find_spec(self, name, *_):\n"
            "        if name == 'pyarrow':\n"
            "            raise ModuleNotFoundError(name, name=name)\n"
            "sys.meta_path.insert(0, NoArrow())\n"
            "try:\n    refcycle.index_file(sys.argv[1])\n"
            "except ImportError as error:\n    print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, part], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("an index needs the package pyarrow, which is not installed")


class TestCommand:
    def test_files_and_folders(self, command, written, tmp_path):
        for name in ("part", "empty"):
            shutil.copy(written[name], tmp_path)
        done = command("index", tmp_path)
        assert (done[0], done[2]) == (0, "")
        first, second = done[1].splitlines()
        assert first.startswith(f"{tmp_path}/empty.refcycle.index: ")
        assert first.endswith("for 0 objects")
        assert second.startswith(f"{tmp_path}/part.refcycle.index: ")
        again = command("index", tmp_path)[1].splitlines()
        assert again == [
            f"{tmp_path}/{name}.refcycle.index: is up to date" for name in ("empty", "part")
        ]

    def test_a_file_that_is_no_dump_stops_nothing(self, command, part, tmp_path):
        (tmp_path / "bad.refcycle").write_bytes(b"ARROW1")
        status, text, told = command("index", tmp_path)
        assert status == 2
        assert text.startswith(part + ".index: ")
        assert told.startswith(f"refcycle: not indexed: {tmp_path}/bad.refcycle: ")
        assert os.path.exists(part + ".index")
        status, _, told = command("index", tmp_path / "none.refcycle")
        assert (status, told) == (
            2,
            f"refcycle: not indexed: {tmp_path}/none.refcycle: no such file\n",
        )

    def test_json(self, command, part, tmp_path):
        found = json.loads(command("index", "--json", part)[1])
        assert found == {
            "indexes": [
                {
                    "file": part,
                    "index": part + ".index",
                    "size": os.path.getsize(part + ".index"),
                    "objects": len(refcycle.load(part)),
                    "is_new": True,
                }
            ],
            "failures": [],
        }
        found = json.loads(command("index", "--json", part)[1])
        assert found["indexes"][0]["is_new"] is False

    def test_a_stale_index_is_replaced(self, command, part, written):
        refcycle.index_file(part)
        shutil.copy(written["tracked"], part)
        assert command("index", part)[0] == 0
        assert len(columns_of(part)["type"]) == len(refcycle.load(part))

    def test_a_url(self, command):
        status, _, told = command("index", "memory://dumps/a.refcycle")
        assert status == 2
        assert "copy the dump first" in told


def test_patterns_and_lists_of_files_leave_indexes_out(part):
    refcycle.index_file(part)
    for paths in ([part + "*"], [part, part + ".index"], [os.path.dirname(part)]):
        sources, failures = sources_in(paths)
        assert [source.name for source in sources] == [part]
        assert failures == []
    # Without its dump, a file with this ending is a file like any other.
    os.rename(part, part + "x")
    sources, _ = sources_in([part + "*"])
    assert [source.name for source in sources] == [part + ".index", part + "x"]


def test_patterns_of_remote_files_leave_indexes_out():
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed on this interpreter")
    system = fsspec.filesystem("memory")
    for name in ("a.refcycle", "a.refcycle.index"):
        system.pipe_file(f"/indexes/{name}", b"")
    sources, _ = sources_in(["memory://indexes/*"])
    assert [source.name for source in sources] == ["memory:///indexes/a.refcycle"]


def test_a_fleet_uses_indexes(tmp_path, monkeypatch):
    pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")
    from helpers.fleets import Fleet

    shop = Fleet(tmp_path, monkeypatch)
    paths = [shop.dump(f"{pid}.refcycle", pid=pid, sessions=50 * pid) for pid in range(1, 4)]
    before = fleet.analyse(tmp_path, index=tmp_path / "before", jobs=1).to_dict()
    for path in paths:
        refcycle.index_file(path)
    monkeypatch.setattr("refcycle._fleet.summaries.load", refuse)
    assert fleet.analyse(tmp_path, index=tmp_path / "after", jobs=1).to_dict() == before

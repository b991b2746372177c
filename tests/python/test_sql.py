"""Queries over dumps: the tables, their errors, and the ready queries."""

import json
import os
import shutil
import subprocess
import sys
import tracemalloc
import types
from collections import Counter

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")

from helpers.fleets import Fleet

import refcycle
from refcycle._fleet import database as database_module
from refcycle._fleet import dump_tables
from refcycle._fleet.database import TABLES, Database, NothingReadError
from refcycle._fleet.dump_tables import OfGraph
from refcycle._fleet.queries import QUERIES
from refcycle._index.contents import contents_of
from refcycle.command_line import main

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]

FARM = """
class Hub:
    pass

class Owner:
    def __init__(self, hub):
        self.many = [hub] * 300

class Lost:
    def __init__(self):
        self.me = self

def work():
    yield

hub = Hub()
owner = Owner(hub)
equal = ["".join(["ab"] * 150) for _ in range(3)]
spare = dict.fromkeys(map(str, range(300)))
running = work()
next(running)
"""


def farm_objects(farm):
    lost = farm.Lost()
    yield from (farm, vars(farm), farm.Hub, farm.hub, farm.owner, farm.owner.many, farm.equal)
    yield from farm.equal
    yield from (farm.spare, farm.running, farm.Lost, lost, vars(lost))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two dumps of one process, and one with an object for each of the other queries."""
    folder = tmp_path_factory.mktemp("dumps")
    with pytest.MonkeyPatch.context() as patch:
        fleet = Fleet(folder, patch)
        paths = [
            fleet.dump("b.refcycle", hour=1, sessions=30, orders=5, labels="service=shop"),
            fleet.dump("a.refcycle", hour=2, sessions=20, orders=50, labels="service=shop"),
        ]
    farm = types.ModuleType("farm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "farm", farm)
        tracemalloc.start()
        exec(compile(FARM, "farm.py", "exec"), vars(farm))
        graph = refcycle.ObjectGraph(farm_objects(farm))
        graph.save(folder / "farm.refcycle", redact=False)
        tracemalloc.stop()
    return [str(path) for path in (*paths, folder / "farm.refcycle")]


@pytest.fixture
def farm(files):
    return files[2]


def ask(paths, statement):
    statement = QUERIES[statement].statement if statement in QUERIES else statement
    return Database(paths, refcycle.load).answer(statement)


def rows(paths, statement):
    return ask(paths, statement).rows


def by_type(path):
    """Return the number and bytes of the objects by type, from the Python API."""
    counts, sizes = Counter(), Counter()
    for obj in refcycle.load(path):
        counts[obj.type_name] += 1
        sizes[obj.type_name] += obj.size
    return counts, sizes


class TestTables:
    def test_each_table_has_a_column_file_and_the_columns_that_are_listed(self, files):
        for table, columns in TABLES.items():
            found = ask(files, f"select * from {table}")
            assert found.columns == list(columns)
            assert found.columns[0] == "file"
            if table != "account":  # only `refcycle.dump` writes one
                assert {row[0] for row in found.rows} == set(files)

    def test_vertices_and_edges_are_those_of_to_arrow(self, farm):
        import pyarrow

        tables = refcycle.load(farm).to_arrow()
        for name in ("vertices", "edges"):
            found = ask([farm], f"select * exclude (file) from {name}")
            table = pyarrow.table(getattr(tables, name))
            assert [dict(zip(found.columns, row, strict=True)) for row in found.rows] == [
                {key: row[key] for key in found.columns} for row in table.to_pylist()
            ]

    def test_objects_are_those_of_the_file(self, farm):
        graph = refcycle.load(farm)
        expected = [
            (obj.address, obj.type_name, obj.kind, obj.name, obj.size, graph.retained_size(obj))
            for obj in graph
        ]
        found = "select address, type, kind, name, size, retained from objects order by vertex"
        assert rows([farm], found) == expected

    def test_types_frames_and_facts(self, farm):
        counts, sizes = by_type(farm)
        found = rows([farm], "select type, sum(count), sum(bytes) from types group by type")
        assert {row[0]: row[1:] for row in found} == {
            name: (count, sizes[name]) for name, count in counts.items()
        }
        metadata = refcycle.load(farm).metadata
        assert dict(rows([farm], "select key, value from metadata")) == metadata
        found = rows([farm], "select thread, list(call order by depth) from frames group by all")
        assert dict(found) == json.loads(metadata["threads"])

    def test_the_account(self, tmp_path):
        path = str(tmp_path / "heap.refcycle")
        code = "import refcycle, sys; refcycle.dump(sys.argv[1])"
        subprocess.run([sys.executable, "-c", code, path], check=True)
        figures = json.loads(refcycle.load(path).metadata["memory"])
        assert dict(rows([path], "select part, bytes from account")) == figures

    def test_signatures_of_objects(self, farm):
        found = rows(
            [farm],
            "select signature, count(*) from objects join signatures using (file, signature_id) "
            "group by all",
        )
        assert dict(found) == {name: row.count for name, row in signatures_of(farm).items()}

    def test_names_of_tables_in_any_case(self, files):
        assert rows(files, "select count(*) from Files") == [(3,)]
        assert rows(files, "show tables") == [(name,) for name in sorted(TABLES)]

    def test_an_old_file_lacks_columns(self, request):
        path = str(request.path.parent / "data" / "format_1.refcycle")
        found = rows([path], "select count(*), count(kind), count(waste) from objects")
        graph = refcycle.load(path)
        assert found[0][0] == len(graph)
        assert found[0][2] == 0

    def test_an_unknown_column_lists_those_that_exist(self, files):
        with pytest.raises(ValueError, match="siz") as caught:
            ask(files, "select siz from vertices")
        lines = str(caught.value).splitlines()
        assert lines[-1] == "table vertices: " + ", ".join(TABLES["vertices"])
        assert not any(line.startswith("table edges") for line in lines)

    def test_an_unknown_table_lists_those_that_exist(self, files):
        with pytest.raises(ValueError, match="vertex") as caught:
            ask(files, "select * from vertex")
        for table, columns in TABLES.items():
            assert f"table {table}: {', '.join(columns)}" in str(caught.value)

    @pytest.mark.parametrize("statement", ["", " ; ", "-- files"])
    def test_an_empty_query(self, files, statement):
        with pytest.raises(ValueError, match="the query is empty"):
            ask(files, statement)

    def test_an_error_of_syntax_lists_nothing(self, files):
        with pytest.raises(ValueError, match="syntax error") as caught:
            ask(files, "selekt vertices")
        assert "table vertices:" not in str(caught.value)


# Each with whether it reads columns that take searches of the whole graph.
OF_OBJECTS = [
    ("select count(*) from objects", False),
    ("select type, sum(size) from objects group by all order by all", False),
    ("select label from objects where kind = 'list' order by retained desc limit 2", False),
    ("with a as (select * from objects) select max(module) from a", False),
    ("select columns('re.*t.*') from objects order by all", False),
    ("select name from query('select name from objects') order by all", False),
    ("select a.type from objects a join objects b using (vertex) where 1 = 0", False),
    ("select type from objects where vertex in (select vertex from roots) order by all", False),
    ("select file, objects from files", False),
    ("select owner from objects order by all", True),
    ("select type, owner, count(*) from objects group by rollup (type, owner) order by all", True),
    ("select type from objects order by distance, vertex", True),
    (
        "select (select max(b.size) from objects b where b.vertex = a.dominator) as size "
        "from objects a order by all",
        True,
    ),
    ("from objects order by vertex", True),
    ("select * from objects order by vertex", True),
    ("select one from objects as one order by one.vertex", True),
    ("select count(*) from (select distinct * exclude (vertex, address) from objects)", True),
    ("select count(*) from objects natural join signatures", True),
    ("create view one as from objects; select owner from one order by all", True),
]


class TestColumnsOfObjects:
    """Those that take searches of the whole graph are computed if a query reads them."""

    @pytest.mark.parametrize(("statement", "_"), OF_OBJECTS)
    def test_the_result_is_that_of_all_columns(self, farm, monkeypatch, statement, _):
        found = ask([farm], statement)
        monkeypatch.setattr(
            Database, "_columns_of_objects", lambda *_: {*TABLES["objects"], "roots"}
        )
        assert found == ask([farm], statement)

    @pytest.mark.parametrize("is_confined", [False, True])
    @pytest.mark.parametrize(("statement", "is_computed"), OF_OBJECTS)
    def test_no_others_are_computed(self, farm, monkeypatch, statement, is_computed, is_confined):
        calls = []

        def computed(*arguments):
            calls.append(arguments)
            return contents_of(*arguments)

        monkeypatch.setattr(dump_tables, "contents_of", computed)
        database = Database([farm], refcycle.load, is_confined=is_confined)
        database.answer(statement)
        assert len(calls) == is_computed

    def test_a_plan_that_is_not_as_expected_gives_all(self, farm, monkeypatch):
        every = set(TABLES["objects"])
        database = Database([farm], refcycle.load)
        assert database._columns_of_objects("select owner from objects") == {"owner"}
        for statement in ("select siz from objects", "selekt", "select 1", "describe objects"):
            assert database._columns_of_objects(statement) == every
        for plan in ([{}], {}, [{"children": [], "extra_info": "Table: objects"}]):
            monkeypatch.setattr(database_module.json, "loads", lambda _, plan=plan: plan)
            assert database._columns_of_objects("select owner from objects") == every

    def test_a_confined_query_opens_no_file_to_be_planned(self, farm, tmp_path):
        (tmp_path / "a.csv").write_text("type\nlist\n")
        query = f"select type from objects join '{tmp_path}/a.csv' as a using (type)"
        with pytest.raises(ValueError, match="disabled"):
            Database([farm], refcycle.load, is_confined=True).answer(query)
        found = rows([farm], query)
        assert found == [("list",)] * len(found) != []


# What the ready queries return for these files: by name, from the paths.


def label_of(obj):
    return obj.label.replace("\n", " ")


def types_by(order):
    def expected(paths):
        totals = [by_type(path) for path in paths]
        counts = sum((counts for counts, _ in totals), Counter())
        sizes = sum((sizes for _, sizes in totals), Counter())
        found = [(name, counts[name], sizes[name]) for name in counts]
        return sorted(found, key=order)

    return expected


def growth_of_types(paths):
    (first, first_sizes), (last, last_sizes) = map(by_type, paths)
    found = [
        (name, last[name] - first[name], last_sizes[name] - first_sizes[name])
        for name in {*first, *last}
        if last_sizes[name] != first_sizes[name] or last[name] != first[name]
    ]
    return sorted(found, key=lambda row: (-row[2], -row[1], row[0]))


def signatures_of(path):
    return {row.signature: row for row in refcycle.load(path).signatures()}


def growth_of_signatures(paths):
    first, last = map(signatures_of, paths)
    found = []
    for name in {*first, *last}:
        ends = [table[name][1:4] if name in table else (0, 0, 0) for table in (first, last)]
        count, _, retained = (after - before for before, after in zip(*ends, strict=True))
        if count or retained:
            found.append((name, count, retained))
    return sorted(found, key=lambda row: (-row[2], -row[1], row[0]))


def signatures(paths):
    tables = [signatures_of(path) for path in paths]
    found = []
    for name in {name for table in tables for name in table}:
        mine = [table[name] for table in tables if name in table]
        sums = [sum(row[place] for row in mine) for place in (1, 2, 3)]
        found.append((name, len(mine), *sums))
    return sorted(found, key=lambda row: (-row[4], row[0]))


def common_types(paths):
    counts = [by_type(path)[0] for path in paths]
    found = []
    for name in set().union(*counts):
        numbers = [one[name] for one in counts if name in one]
        found.append((name, len(numbers), min(numbers), max(numbers)))
    return sorted(found, key=lambda row: (-row[1], -row[3], row[0]))


def retained_of(path, kinds):
    graph = refcycle.load(path)
    found = [
        (path, obj.address, label_of(obj), obj.size, graph.retained_size(obj), place)
        for place, obj in enumerate(graph)
        if not kinds or obj.kind in kinds
    ]
    return found


def retainers(paths):
    found = [row for path in paths for row in retained_of(path, ())]
    found.sort(key=lambda row: (-row[4], row[0], row[5]))
    owners = dict(rows(paths, "select (file, address), owner from objects"))
    return [(*row[:3], owners[row[:2]], *row[3:5]) for row in found][:50]


def containers(paths):
    kinds = ("list", "tuple", "dict", "set")
    found = [row for path in paths for row in retained_of(path, kinds)]
    found.sort(key=lambda row: (-row[3], row[0], row[5]))
    return [row[:5] for row in found]


EXPECTED = {
    "types-by-bytes": types_by(lambda row: (-row[2], -row[1], row[0])),
    "types-by-count": types_by(lambda row: (-row[1], -row[2], row[0])),
    "growth-of-types": growth_of_types,
    "growth-of-signatures": growth_of_signatures,
    "signatures": signatures,
    "common-types": common_types,
    "retainers": retainers,
    "containers": containers,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_ready_query_about_a_process_over_time(files, name):
    two = files[:2]
    found = rows(two, name)
    assert found == EXPECTED[name](two)
    assert found != []


def test_growth_is_from_the_first_time_to_the_last(files):
    first, last = files[:2]
    growth = {name: count for name, count, _ in rows([last, first], "growth-of-types")}
    assert (growth["shop.Order"], growth["shop.Session"]) == (45, -10)
    assert rows([first], "growth-of-types") == []
    assert rows([first], "growth-of-signatures") == []


@pytest.mark.parametrize("query", ["growth-of-types", "growth-of-signatures"])
def test_growth_is_that_of_each_process(files, tmp_path, monkeypatch, query):
    fleet = Fleet(tmp_path, monkeypatch)
    other = [
        str(fleet.dump(f"{name}.refcycle", pid=2, hour=hour, orders=orders))
        for name, hour, orders in (("c", 0, 7), ("d", 3, 9))
    ]
    pairs = [Counter(growth_by_name(pair, query)) for pair in (files[:2], other)]
    for pair in pairs:
        assert pair != {}
    both = pairs[0].copy()
    both.update(pairs[1])  # unlike `+`, keeps negative counts
    found = growth_by_name([*files[:2], *other], query)
    assert found == {name: count for name, count in both.items() if name in found}
    # What has no other dump of its process changes nothing.
    assert rows([*files[:2], other[0], files[2]], query) == rows(files[:2], query)
    assert rows([files[0], other[1]], query) == []


def growth_by_name(paths, query):
    return {name: count for name, count, _ in rows(paths, query)}


def test_retainers_have_their_owners(files):
    owners = {row[3]: row[2] for row in rows(files[:1], "retainers")}
    assert owners["shop.sessions"].startswith("list")


def test_files(files):
    found = rows(files[:2], "files")
    assert [row[:6] for row in found] == [
        (number, path, "shop", None, 1, f"2026-11-29T0{number}:00:00Z")
        for number, path in enumerate(files[:2], start=1)
    ]
    assert [row[7] for row in found] == [len(refcycle.load(path)) for path in files[:2]]


class Farm:
    """The objects of the farm by what they are."""

    def __init__(self, path):
        self.path = path
        self.graph = refcycle.load(path)
        self.objects = {}
        for obj in self.graph:
            self.objects.setdefault(obj.type_name, []).append(obj)

    def only(self, type_name):
        [found] = self.objects[type_name]
        return found

    def retained(self, obj):
        return self.graph.retained_size(obj)


def of_allocations(farm, found):
    [line] = [row for row in found if row[1] == "str"]
    assert line[0].startswith("farm.py:")
    assert line[2:] == (3, sum(obj.size for obj in farm.objects["str"]))


def of_coroutines(farm, found):
    running = farm.only("generator")
    assert found == [
        ("generator", "work", found[0][2], "suspended", 1, farm.retained(running)),
    ]
    assert found[0][2].startswith("farm.py:")


def of_duplicate_strings(farm, found):
    [string, *_] = farm.objects["str"]
    # One of the three has to stay.
    assert found == [("str", string.label, found[0][2], found[0][3])]
    assert (found[0][2], found[0][3]) in [(2, 2 * string.size), (3, 2 * string.size)]


def of_garbage(farm, found):
    garbage = list(farm.graph.unreachable())
    assert "farm.Lost" in {obj.type_name for obj in garbage}
    assert sum(row[2] for row in found) == len(garbage)
    assert sum(row[3] for row in found) == sum(obj.size for obj in garbage)


def of_modules_by_bytes(farm, found):
    mine = [row for row in found if row[0] == "farm"]
    objects = [farm.only(f"farm.{name}") for name in ("Hub", "Owner", "Lost")]
    assert mine == [("farm", 3, sum(obj.size for obj in objects))]


def of_modules_by_retained(farm, found):
    assert found == [(farm.path, "farm", farm.retained(farm.only("module")))]


def of_most_referenced(farm, found):
    hub = farm.only("farm.Hub")
    assert found[0][:3] == (farm.path, hub.address, "farm.Hub")
    assert found[0][4] >= 301


def of_most_references(farm, found):
    assert (found[0][2], found[0][4]) == ("list", 300)


def of_retainers_by_module(farm, found):
    mine = {row[2]: row[4] for row in found if row[0] == "farm"}
    names = [f"farm.{name}" for name in ("Hub", "Owner", "Lost")]
    assert mine == {farm.only(name).address: farm.retained(farm.only(name)) for name in names}


def of_types_by_references(farm, found):
    [(count, most)] = [row[1:] for row in found if row[0] == "farm.Hub"]
    assert count == 1
    assert most >= 301


def of_unknown_sizes(farm, found):
    assert found == []


def of_values(farm, found):
    strings = farm.objects["str"]
    assert {row[1] for row in found[:3]} == {obj.address for obj in strings}
    assert {row[4] for row in found[:3]} == {strings[0].size}


def of_waste(farm, found):
    bytes_of = {row[:2]: row[3] for row in found}
    assert bytes_of["duplicate", "str"] == 2 * farm.objects["str"][0].size


OF_THE_FARM = {
    "allocations": of_allocations,
    "coroutines": of_coroutines,
    "duplicate-strings": of_duplicate_strings,
    "garbage": of_garbage,
    "modules-by-bytes": of_modules_by_bytes,
    "modules-by-retained": of_modules_by_retained,
    "most-referenced": of_most_referenced,
    "most-references": of_most_references,
    "retainers-by-module": of_retainers_by_module,
    "types-by-references": of_types_by_references,
    "unknown-sizes": of_unknown_sizes,
    "values": of_values,
    "waste": of_waste,
}


@pytest.mark.parametrize("name", OF_THE_FARM)
def test_a_ready_query_about_one_file(farm, name):
    OF_THE_FARM[name](Farm(farm), rows([farm], name))


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    """The dump of a process that has a thread."""
    path = str(tmp_path_factory.mktemp("process") / "process.refcycle")
    code = "import refcycle, sys; refcycle.snapshot().save(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, path], check=True)
    return path


def test_threads_and_other_holders(process):
    graph = refcycle.load(process)
    held = {}
    for root in graph.roots():
        for holder in root.holders:
            held.setdefault(holder, []).append(graph.retained_size(root.vertex))
    main = "running in thread MainThread"
    expected = (process, main, len(held[main]), sum(held[main]))
    assert rows([process], "threads")[0] == expected
    found = {row[1]: row[2:] for row in rows([process], "holders-outside")}
    assert len(found) > 3
    assert found == {holder: (len(held[holder]), sum(held[holder])) for holder in found}


def test_each_ready_query_is_tested():
    others = ("files", "threads", "holders-outside")
    assert sorted({*EXPECTED, *OF_THE_FARM, *others}) == sorted(QUERIES)
    assert len(QUERIES) >= 15


@pytest.fixture
def command(capsys):
    """Run the command in this process, which has imported the large packages."""

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["sql", *map(str, arguments)])
        printed = capsys.readouterr()
        return done.value.code, printed.out, printed.err

    return run


class TestCommand:
    def test_a_pattern_and_a_ready_query(self, command, files):
        folder = files[0].rpartition("/")[0]
        done = command("--json", f"{folder}/[ab].refcycle", "files")
        assert [row["file"] for row in json.loads(done[1])] == files[:2]

    def test_a_link_to_nothing_in_a_folder_stops_nothing(self, command, files, tmp_path):
        shutil.copy(files[0], tmp_path / "a.refcycle")
        os.symlink(tmp_path / "nothing", tmp_path / "link.refcycle")
        done = command(tmp_path, "select count(distinct file) as files from files")
        assert (done[0], done[1]) == (0, "files\n    1\n")
        link = tmp_path / "link.refcycle"
        assert done[2] == f"not read: {link}: a link to a file that does not exist\n"

    def test_a_damaged_file_stops_nothing(self, command, files, tmp_path):
        shutil.copy(files[0], tmp_path / "a.refcycle")
        bad = tmp_path / "bad.refcycle"
        bad.write_bytes(b"ARROW1")
        gone = tmp_path / "gone.refcycle"
        query = "select count(distinct file) as files from vertices"
        for paths in ([tmp_path], [tmp_path / "*"], [gone, bad, tmp_path / "a.refcycle"]):
            done = command(*paths, query)
            assert (done[0], done[1]) == (0, "files\n    1\n")
            first, *others = done[2].splitlines()
            assert first.startswith(f"not read: {bad}: not a heap dump, or a damaged one: ")
            assert others == [f"not read: {gone}: no such file"] * (gone in paths)

    def test_urls_of_fsspec(self, command, files):
        fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
        memory = fsspec.filesystem("memory")
        with open(files[0], "rb") as file:
            memory.pipe("/refcycle-sql/a.refcycle", file.read())
        memory.pipe("/refcycle-sql/bad.refcycle", b"ARROW1")
        for path in ("memory://refcycle-sql", "memory://refcycle-sql/*.refcycle"):
            done = command("--json", path, "select file from files")
            assert json.loads(done[1]) == [{"file": "memory:///refcycle-sql/a.refcycle"}]
            bad = "memory:///refcycle-sql/bad.refcycle"
            # Not the path of the temporary copy.
            assert done[2].startswith(f"not read: {bad}: not a heap dump, or a damaged one: ")
        memory.rm("/refcycle-sql", recursive=True)
        done = command("memory://refcycle-sql/none", "files")
        assert (done[0], done[2]) == (2, "refcycle: memory:///refcycle-sql/none: no such file\n")

    def test_of_a_file_that_is_damaged_further_down_no_row_stays(self, files, monkeypatch):
        def fail(*_):
            raise ValueError("a wrong column")

        monkeypatch.setattr(OfGraph, "objects", fail)
        database = Database(files[:1], refcycle.load)
        with pytest.raises(NothingReadError, match="a wrong column"):
            database.answer("select * from vertices, objects")
        assert database.failures == [(files[0], "a wrong column")]
        one, two = (types.SimpleNamespace(name=name) for name in files[:2])
        monkeypatch.undo()
        original = OfGraph.objects

        def fail_once(self, needed):
            return fail() if self._path == one.name else original(self, needed)

        monkeypatch.setattr(OfGraph, "objects", fail_once)
        database = Database(files[:2], refcycle.load)
        found = database.answer("select distinct vertices.file from vertices, objects")
        assert found.rows == [(two.name,)]

    def test_an_interrupt_is_not_a_damaged_file(self, files, monkeypatch):
        import duckdb

        def interrupted(*_):
            raise RuntimeError("Query interrupted")  # as DuckDB does at Ctrl-C

        database = Database(files[:2], refcycle.load)
        monkeypatch.setattr(Database, "_add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            database.answer("from files")
        assert database.failures == []

        class Connection:
            def __init__(self, connection):
                self._connection = connection

            def execute(self, statement, *arguments):
                if statement == "select 1":
                    interrupted()
                return self._connection.execute(statement, *arguments)

            def __getattr__(self, name):
                return getattr(self._connection, name)

        connect = duckdb.connect
        monkeypatch.setattr(duckdb, "connect", lambda: Connection(connect()))
        with pytest.raises(KeyboardInterrupt):
            database.answer("select 1")

    def test_if_no_file_can_be_read_all_are_named(self, command, files, tmp_path):
        bad = tmp_path / "bad.refcycle"
        bad.write_bytes(b"ARROW1")
        done = command(bad, files[0] + "x", "select * from files")
        assert (done[0], done[1]) == (2, "")
        assert f"{bad}: not a heap dump" in done[2]
        assert f"no such file: {files[0]}x; did you mean {files[0]}" in done[2]
        done = command(tmp_path / "*.heap", "files")
        assert (done[0], done[2]) == (2, f"refcycle: {tmp_path}/*.heap: there are no dumps\n")

    def test_a_ready_query_without_rows_says_what_it_needs(self, command, tmp_path):
        path = tmp_path / "heap.refcycle"
        refcycle.ObjectGraph([[]]).save(path)
        for name, words in (
            ("values", "untracked"),
            ("duplicate-strings", "untracked"),
            ("allocations", "tracemalloc"),
        ):
            done = command("--json", path, name)
            assert (done[0], json.loads(done[1])) == (0, [])
            assert done[2].startswith("no rows: ")
            assert words in done[2]
        assert command(path, "unknown-sizes")[2] == ""

    @pytest.mark.parametrize("query", ["growth-of-types", "growth-of-signatures"])
    def test_growth_needs_two_dumps_of_one_process(self, command, files, tmp_path, query):
        (first, last), other = files[:2], files[2]
        reasons = {
            (first,): "this is one dump",
            (first, other): "these are of 2 processes",
        }
        for paths, reason in reasons.items():
            done = command(*paths, query)
            assert done[:2] == (2, "")
            wrong = f"{query} compares dumps of one process, but {reason}: give two of one"
            assert done[2] == f"refcycle: {wrong}\n"
        done = command(first, last, other, query)
        assert done[0] == 0
        assert done[2] == f"not compared: {other}: no other dump of the process\n"
        assert done[1] == command(first, last, query)[1]
        copy = tmp_path / "copy.refcycle"
        shutil.copy(first, copy)
        assert command(first, copy, query)[2] == "no rows: nothing changed between the dumps\n"

    def test_dumps_that_are_not_compared_are_counted(self, command, files, tmp_path, monkeypatch):
        fleet = Fleet(tmp_path, monkeypatch)
        alone = [str(fleet.dump(f"{pid}.refcycle", pid=pid)) for pid in range(2, 7)]
        done = command(*alone, *files[:2], "growth-of-types")
        names = ", ".join(alone[:3])
        assert done[2] == f"not compared: {names} and 2 more: no other dump of the process\n"

    def test_columns_of_one_name_are_distinct_as_json(self, command, files):
        done = command("--json", files[0], "select 1 as a, 2 as a, 3 as b, 4 as a, 5 as a_1")
        [row] = json.loads(done[1])
        assert row == {"a": 1, "a_1": 2, "b": 3, "a_2": 4, "a_1_1": 5}
        assert command(files[0], "select 1 as a, 2 as a")[1] == "a  a\n1  2\n"

    def test_labels_of_ready_queries_are_on_one_line(self, command, files):
        done = command(files[2], "retainers")
        assert "module farm" in done[1]
        assert r"\n" not in done[1]

    def test_a_wrong_query_reads_no_file(self, files):
        def load(_):
            raise AssertionError

        for statement in ("select siz from vertices", "select * from vertex, edges"):
            with pytest.raises(ValueError, match="table vertices: file"):
                Database(files, load).answer(statement)

    def test_a_table_is_not_a_variable_of_refcycle(self, files):
        with pytest.raises(ValueError, match="Table with name columns does not exist"):
            ask(files, "select * from columns")

    def test_columns_are_aligned_and_texts_are_on_one_line(self, command, files):
        query = (
            "select * from (values (1, 'a\tb\nc', 2.5, true), (-300, '\u8a9e', null, false), "
            "(2, null, 10.25, null)) as one(number, text, amount, yes)"
        )
        assert command(files[0], query)[1].splitlines() == [
            "number  text       amount  yes",
            r"     1  a\x09b\nc    2.50  True",
            "  -300  \u8a9e           null  False",
            "     2  null        10.25  null",
        ]
        assert command(files[0], "select 1 as a, 'b' as b where false")[1] == "a  b\n"

    def test_the_list(self, command):
        done = command("--list")
        assert done[0] == 0
        assert [line.split()[0] for line in done[1].splitlines()] == list(QUERIES)

    def test_errors(self, command, files):
        done = command(files[0], "type-by-bytes")
        assert done[0] == 2
        assert "no such ready query: type-by-bytes; did you mean types-by-bytes" in done[2]
        assert "--list" in command(files[0], "x")[2]
        done = command(files[0] + "x", "select 1")
        assert done[0] == 2
        assert f"no such file: {files[0]}x" in done[2]

"""Summaries of dumps, and what stands out among many of them."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser

import pytest

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")

from helpers.fleets import Fleet, read_or_die  # noqa: E402

import refcycle  # noqa: E402
from refcycle import fleet  # noqa: E402
from refcycle._cli.commands.fleet import _signatures_in  # noqa: E402
from refcycle._dumps.description import labels_in  # noqa: E402
from refcycle._fleet import engines, ranking, summaries  # noqa: E402
from refcycle.command_line import main  # noqa: E402

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]

COLUMNS = (
    "file application host pid process command time labels objects heap_bytes signature type "
    "module count shallow retained native is_garbage error"
).split()


@pytest.fixture
def shop(tmp_path, monkeypatch):
    return Fleet(tmp_path, monkeypatch)


@pytest.fixture
def seed():
    return random.Random(7)


def rows_of(path):
    return {row["type"]: row for row in fleet.summarise(path).to_pylist()}


class TestSummary:
    def test_a_row_has_the_numbers_of_a_signature(self, shop):
        path = shop.dump("one.refcycle", pid=4711, sessions=30, labels="service=shop,version=2.4")
        row = rows_of(path)["shop.Session"]
        assert list(row) == COLUMNS == fleet.schema().names
        [known] = [
            known
            for known in refcycle.load(path).signatures()
            if known.signature.endswith("shop.Session") and known.count == 30
        ]
        assert row["signature"] == known.signature
        assert row["signature"].endswith("module shop.sessions -> list[*] -> shop.Session")
        assert (row["count"], row["shallow"]) == (30, known.size)
        assert row["retained"] == known.retained_size >= known.size > 30 * 50
        assert (row["module"], row["native"], row["is_garbage"]) == ("shop", 0, False)
        assert (row["file"], row["pid"]) == (str(path), 4711)
        assert (row["application"], row["time"]) == ("shop", "2026-11-29T00:00:00Z")
        assert dict(row["labels"]) == {"service": "shop", "version": "2.4"}
        graph = refcycle.load(path)
        assert row["objects"] == len(graph)
        assert row["heap_bytes"] == sum(graph.shallow_sizes())

    def test_signatures_are_those_of_another_process(self, shop):
        one = fleet.summarise(shop.dump("one.refcycle", pid=1, sessions=30))
        two = fleet.summarise(shop.dump("two.refcycle", pid=2, sessions=60))
        assert set(one["signature"].to_pylist()) == set(two["signature"].to_pylist())
        assert set(one["process"].to_pylist()).isdisjoint(two["process"].to_pylist())

    def test_what_the_dump_lacks_is_null(self, shop):
        row = rows_of(shop.dump("one.refcycle"))["shop.Session"]
        assert row["host"] is None  # the file is redacted
        assert row["labels"] == []
        assert row["application"] == getattr(sys.modules["__main__"], "__file__", row["command"])

    def test_a_label_may_name_the_host(self, shop):
        row = rows_of(shop.dump("one.refcycle", labels="host=web-3"))["shop.Session"]
        assert row["host"] == "web-3"
        assert row["process"].startswith("web-3:1:")

    def test_any_signature_of_a_hundredth_of_the_heap_is_there(self, tmp_path):
        namespace = {f"name_{number}": [] for number in range(600)}
        objects = [namespace, *namespace.values(), [1] * 10_000]
        refcycle.ObjectGraph(objects).save(tmp_path / "heap.refcycle")
        batch = fleet.summarise(tmp_path / "heap.refcycle")
        assert batch.num_rows <= 450
        assert max(batch["shallow"].to_pylist()) > 80_000

    def test_of_a_buffer_the_bytes_are_native(self, tmp_path):
        array = pyarrow.array(list(range(50_000)))
        slices = [array.slice(10), array.slice(20)]
        path = tmp_path / "heap.refcycle"
        refcycle.objects_reachable_from(slices).save(path)
        native = {row["type"]: row["native"] for row in fleet.summarise(path).to_pylist()}
        assert native.pop("refcycle.Buffer", 0) >= 400_000
        assert set(native.values()) == {0}

    def test_a_damaged_file_is_an_error(self, tmp_path):
        path = tmp_path / "heap.refcycle"
        path.write_bytes(b"ARROW1")
        with pytest.raises(ValueError, match="not a heap dump"):
            fleet.summarise(path)

    def test_an_empty_graph_has_no_rows(self, tmp_path):
        refcycle.ObjectGraph([]).save(tmp_path / "heap.refcycle")
        assert fleet.summarise(tmp_path / "heap.refcycle").num_rows == 0


def test_labels_are_pairs():
    assert labels_in("service=shop, version = 2.4 ,url=a=b") == {
        "service": "shop",
        "version": "2.4",
        "url": "a=b",
    }
    assert labels_in("nonsense,=x,y=,") == {}


def test_an_import_of_refcycle_imports_neither_package():
    code = "import sys, refcycle.fleet; print([m for m in sys.modules if m in sys.argv])"
    command = [sys.executable, "-c", code, "pyarrow", "duckdb", "fsspec", "multiprocessing"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_a_package_the_error_says_what_to_install(shop, monkeypatch):
    shop.dump("one.refcycle")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ImportError, match=r"refcycle\.fleet needs .* pip install duckdb"):
        fleet.analyse(shop.folder)


class TestRanking:
    def test_a_leak_in_ten_of_fifty_processes_is_first(self, shop, seed):
        for pid in range(50):
            shop.dump(
                f"{pid}.refcycle",
                pid=pid,
                sessions=seed.randint(150, 300),
                orders=seed.randint(80, 160) if pid < 10 else seed.randint(0, 3),
                pages=seed.randint(10, 60),
            )
        report = fleet.analyse(shop.folder, jobs=1)
        assert (report.dumps, report.processes, report.applications) == (50, 50, 1)
        first = report.findings[0]
        assert first.type_name == "shop.Order"
        assert first.signature.endswith("module shop.orders -> dict[*] -> shop.Order")
        assert first.is_suspect and not first.is_uniform
        assert first.outliers == sum(
            rows_of(shop.folder / f"{pid}.refcycle")["shop.Order"]["count"]
            >= 100 + first.usual_count
            for pid in range(10)
        )
        # Nothing else is a suspect but what the leak consists of.
        assert all("shop.orders" in found.signature for found in report.suspects)
        assert "1 of 50" not in report.to_text()
        assert f"{first.outliers} of 50 processes have" in report.to_text()

    def test_equal_processes_have_no_suspect(self, shop, seed):
        for pid in range(8):
            shop.dump(f"{pid}.refcycle", pid=pid, sessions=seed.randint(100, 300))
        report = fleet.analyse(shop.folder, jobs=1)
        assert report.suspects == []
        assert "nothing stands out" in str(report)

    def test_growth_needs_each_of_three_dumps(self, shop):
        for hour, (orders, sessions) in enumerate([(100, 300), (210, 900), (350, 310)]):
            shop.dump(f"{hour}.refcycle", hour=hour, orders=orders, sessions=sessions)
            if hour == 1:
                assert fleet.analyse(shop.folder, jobs=1).suspects == []
        report = fleet.analyse(shop.folder, jobs=1)
        assert (report.dumps, report.processes) == (3, 1)
        first = report.findings[0]
        assert (first.type_name, first.growing, first.outliers) == ("shop.Order", 1, 0)
        rows = [rows_of(shop.folder / f"{hour}.refcycle")["shop.Order"] for hour in (0, 2)]
        assert first.grown == first.growth == rows[1]["retained"] - rows[0]["retained"]
        assert first.count == 350
        assert not any("sessions" in found.signature for found in report.suspects)
        by_growth = fleet.analyse(shop.folder, by="growth", jobs=1).findings
        assert by_growth[0].growth == max(found.growth for found in by_growth)

    def test_what_rises_in_one_process_and_falls_in_others_is_no_leak(self, shop):
        for pid, numbers in enumerate([(100, 300, 600), (600, 300, 100), (500, 300, 120)]):
            for hour, number in enumerate(numbers):
                shop.dump(f"{pid}-{hour}.refcycle", pid=pid, hour=hour, orders=number)
        report = fleet.analyse(shop.folder, jobs=1)
        assert not any(found.type_name == "shop.Order" for found in report.suspects)

    def test_orders(self, shop):
        for pid in range(3):
            shop.dump(f"{pid}.refcycle", pid=pid, orders=200 if pid == 2 else 0)
        by_bytes = fleet.analyse(shop.folder, by="bytes", jobs=1).findings
        sizes = [found.retained_size for found in by_bytes]
        assert sizes == sorted(sizes, reverse=True)
        by_processes = fleet.analyse(shop.folder, by="processes", jobs=1).findings
        assert {found.processes for found in by_processes} == {1, 3}
        assert by_processes[0].processes == 3
        assert by_processes[-1].processes == 1

    def test_a_dump_with_two_names_counts_once(self, shop):
        path = shop.dump("one.refcycle")
        shutil.copy(path, shop.folder / "two.refcycle")
        os.link(path, shop.folder / "three.refcycle")
        os.symlink(path, shop.folder / "four.refcycle")
        report = fleet.analyse(shop.folder, jobs=1)
        # Links need not be read.
        assert (report.dumps, report.processes, report.read) == (1, 1, 2)
        [found] = [found for found in report.findings if found.type_name == "shop.Session"]
        assert (found.count, found.processes) == (100, 1)

    def test_a_known_signature_is_no_suspect(self, shop):
        for hour in range(3):
            shop.dump(f"{hour}.refcycle", hour=hour, orders=100 + hour * 150)
        suspects = fleet.analyse(shop.folder, jobs=1).suspects
        known = {found.signature for found in suspects if "Order" in found.type_name}
        report = fleet.analyse(shop.folder, known=known, jobs=1)
        assert not {found.signature for found in report.suspects} & known
        assert {found.signature for found in report.findings if found.is_known} == known
        assert report.findings[0].is_new is None

    def test_older_versions_are_what_is_usual(self, shop):
        for pid in range(10):
            is_new = pid >= 5
            version = "2.10" if is_new else "2.9"
            orders = 150 if is_new else 0
            shop.dump(f"{pid}.refcycle", pid=pid, orders=orders, labels=f"version={version}")
        without = fleet.analyse(shop.folder, jobs=1)
        assert without.versions == ["2.9", "2.10"]
        report = fleet.analyse(shop.folder, since="2.10", jobs=1)
        first = report.findings[0]
        assert first.is_suspect and first.is_new
        assert (first.type_name, first.outliers, first.usual_count) == ("shop.Order", 5, 0)
        with pytest.raises(ValueError, match=r"no dump is of a version before 2\.9: .*2\.10"):
            fleet.analyse(shop.folder, since="2.9", jobs=1)

    def test_applications_are_not_compared(self, shop):
        for pid in range(10):
            name = "web" if pid < 8 else "worker"
            shop.dump(
                f"{pid}.refcycle",
                pid=pid,
                orders=0 if name == "web" else 200,
                labels=f"service={name}",
            )
        report = fleet.analyse(shop.folder, jobs=1)
        assert (report.applications, report.suspects) == (2, [])

    def test_noise_of_many_kinds(self, tmp_path, seed):
        """Of signatures that vary by chance, at most 1 % are suspects."""
        paths = noisy_summaries(tmp_path, seed)
        found = ranking.rank(paths).findings
        assert len(found) == 302
        assert found[0].signature == "module shop.orders -> dict[*] -> shop.Order"
        wrong = [each for each in found if each.is_suspect and "shop" not in each.signature]
        assert len(wrong) <= 3


def noisy_summaries(folder, seed):
    """Write summaries of 50 processes with 300 signatures, and a leak in ten of them."""
    bases = [max(1, round(2.718 ** seed.gauss(4, 2))) for _ in range(300)]
    noises = [
        lambda base: base,
        lambda base: max(0, round(seed.gauss(base, base**0.5))),
        lambda base: round(base * 2.718 ** seed.gauss(0, 0.5)),
        lambda base: round(base * seed.random() * 2),
    ]
    paths = {}
    for process in range(50):
        numbers = {
            f"module part.x{number} -> dict[*] -> part.T{number}": noises[number % 4](base)
            for number, base in enumerate(bases)
        }
        if process < 10:
            numbers["module shop.orders -> dict"] = 1
            numbers["module shop.orders -> dict[*] -> shop.Order"] = seed.randint(3000, 6000)
        numbers = {name: number for name, number in numbers.items() if number}
        heap = sum(numbers.values()) * 100
        facts = {
            "application": "shop",
            "process": str(process),
            "time": "2026-11-29T00:00:00Z",
            "objects": heap // 100,
            "heap_bytes": heap,
            "is_garbage": False,
        }
        rows = [
            {**facts, "signature": name, "count": n, "shallow": n * 100, "retained": n * 300}
            for name, n in numbers.items()
        ]
        path = str(folder / f"{process}.parquet")
        table = pyarrow.Table.from_pylist(rows, schema=summaries.schema())
        pyarrow.parquet.write_table(table, path)
        paths[path] = f"{process}.refcycle"
    return paths


class TestFiles:
    def test_a_file_is_read_again_only_if_it_changed(self, shop):
        shop.dump("one.refcycle", pid=1)
        shop.dump("two.refcycle", pid=2)
        assert fleet.analyse(shop.folder, jobs=1).read == 2
        assert fleet.analyse(shop.folder, jobs=1).read == 0
        shop.dump("two.refcycle", pid=2, sessions=77)
        report = fleet.analyse(shop.folder, jobs=1)
        assert report.read == 1
        [found] = [found for found in report.findings if found.type_name == "shop.Session"]
        assert found.count == 177

    def test_summaries_in_a_folder(self, shop, tmp_path_factory):
        shop.dump("one.refcycle")
        index = tmp_path_factory.mktemp("index") / "inner"
        assert fleet.analyse(shop.folder, index=index, jobs=1).read == 1
        assert os.listdir(shop.folder) == ["one.refcycle"]
        assert fleet.analyse(shop.folder / "*.refcycle", index=index).read == 0
        [name] = os.listdir(index)
        assert name.endswith(".fleet.parquet")
        (index / name).write_bytes(b"damaged")
        assert fleet.analyse(shop.folder, index=index, jobs=1).read == 1

    def test_a_damaged_file_stops_nothing(self, shop):
        shop.dump("one.refcycle")
        (shop.folder / "bad.refcycle").write_bytes(b"ARROW1")
        report = fleet.analyse([shop.folder, shop.folder / "none.refcycle"], jobs=1)
        assert report.dumps == 1
        assert [os.path.basename(one.name) for one in report.failures] == [
            "bad.refcycle",
            "none.refcycle",
        ]
        assert report.failures[0].reason.startswith("not a heap dump")
        assert report.failures[1].reason == "no such file"
        assert re.search(r"not read: .*bad\.refcycle: not a heap dump", str(report))

    def test_without_any_file(self, tmp_path):
        with pytest.raises(ValueError, match="there are no dumps"):
            fleet.analyse(tmp_path)

    def test_a_pool_of_processes_reads_the_same(self, shop):
        for pid in range(4):
            shop.dump(f"{pid}.refcycle", pid=pid)
        (shop.folder / "bad.refcycle").write_bytes(b"ARROW1")
        names = sorted(str(path) for path in shop.folder.iterdir())
        pooled = sorted(engines.in_processes(names, 2))
        assert pooled == [engines.summarised(name) for name in names]

    def test_a_process_that_is_killed_stops_nothing(self):
        names = ["a", "b", "deadly", "c", "d"]
        found = {one.name: one for one in engines.in_processes(names, 2, read_or_die)}
        assert sorted(found) == sorted(names)
        dead = found.pop("deadly")
        assert (dead.batch, dead.reason.split(";")[0]) == (
            None,
            "the process that read it was killed",
        )
        assert {one.name: one.batch for one in found.values()} == {
            name: name.encode() for name in found
        }

    def test_other_engines(self, shop):
        """What they need: a function of batches, rows for failures, and a reduction."""
        paths = [str(shop.dump(f"{pid}.refcycle", pid=pid)) for pid in range(3)]
        missing = str(shop.folder / "none.refcycle")
        inputs = [
            pyarrow.record_batch({"path": part}) for part in (paths[:2], [missing, paths[2]])
        ]
        batches = list(fleet.map_in_arrow(inputs))
        assert [batch.schema for batch in batches] == [fleet.schema()] * 4
        assert batches[0] == fleet.summarise(paths[0])
        folder = shop.folder / "summaries"
        folder.mkdir()
        for name, part in (("a", batches[:2]), ("b", batches[2:])):
            table = pyarrow.Table.from_batches(part)
            pyarrow.parquet.write_table(table, folder / f"{name}.parquet")
        report = fleet.reduce(folder, by="bytes")
        assert (report.dumps, report.processes) == (3, 3)
        assert report.failures == [(missing, "No such file or directory")]
        assert report.findings == fleet.analyse(paths, by="bytes", jobs=1).findings
        assert report.to_text(limit=1).splitlines()[0] == "3 dumps of 3 processes of 1 application"

    def test_a_file_of_something_else(self, tmp_path):
        pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), tmp_path / "a.parquet")
        with pytest.raises(ValueError, match="these are no summaries of dumps"):
            fleet.reduce(tmp_path)
        with pytest.raises(FileNotFoundError):
            fleet.reduce(tmp_path / "b.parquet")

    def test_a_schema_for_spark(self):
        columns = [column.split(" ") for column in fleet.spark_schema().split(", ")]
        assert [name for name, _ in columns] == fleet.schema().names
        kinds = dict(columns)
        assert (kinds["pid"], kinds["is_garbage"]) == ("bigint", "boolean")
        assert kinds["labels"] == "map<string,string>"

    def test_a_cluster_of_dask_that_loses_a_worker(self, shop):
        distributed = pytest.importorskip("distributed", reason="distributed is not installed")
        for pid in range(12):
            shop.dump(f"{pid}.refcycle", pid=pid)
        (shop.folder / "bad.refcycle").write_bytes(b"ARROW1")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster:
            address = cluster.scheduler_address.replace("tcp://", "dask://")
            done = []

            def lose_one(number, _):
                done.append(number)
                if number == 3:
                    os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

            report = fleet.analyse(shop.folder, engine=address, progress=lose_one)
        assert done == list(range(1, 14))
        assert (report.dumps, report.processes, len(report.failures)) == (12, 12, 1)
        [found] = [found for found in report.findings if found.type_name == "shop.Session"]
        assert found.count == 1200

    def test_urls_of_fsspec(self, shop):
        fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
        memory = fsspec.filesystem("memory")
        for pid in range(2):
            path = shop.dump(f"{pid}.refcycle", pid=pid)
            memory.pipe(f"/refcycle/dumps/{pid}.refcycle", path.read_bytes())
        memory.pipe("/refcycle/dumps/bad.refcycle", b"ARROW1")
        memory.pipe("/refcycle/dumps/notes.txt", b"")
        index = shop.folder / "index"
        report = fleet.analyse("memory://refcycle/dumps", index=index, jobs=1)
        assert (report.processes, report.read) == (2, 3)
        assert report.failures[0].name == "memory:///refcycle/dumps/bad.refcycle"
        assert report.failures[0].reason.startswith("not a heap dump")
        again = fleet.analyse("memory://refcycle/dumps/*.refcycle", index=index, jobs=1)
        assert (again.processes, again.read) == (2, 1)  # the damaged one
        assert again.findings == report.findings
        one = fleet.summarise("memory://refcycle/dumps/1.refcycle")
        assert one["file"][0].as_py() == "memory://refcycle/dumps/1.refcycle"
        memory.rm("/refcycle", recursive=True)

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"by": "colour"}, "by must be leak, processes, bytes or growth, not 'colour'"),
            ({"jobs": 0}, "jobs must be at least 1, not 0"),
            ({"engine": "spark://x"}, "engine must be as in dask://HOST:8786, not 'spark://x'"),
        ],
    )
    def test_wrong_arguments(self, tmp_path, arguments, error):
        with pytest.raises(ValueError, match=error):
            fleet.analyse(tmp_path, **arguments)


def test_data_for_json(shop):
    shop.dump("one.refcycle")
    found = json.loads(json.dumps(fleet.analyse(shop.folder, jobs=1).to_dict(limit=3)))
    assert (found["dumps"], found["processes"], len(found["findings"])) == (1, 1, 3)
    assert found["findings"][0]["is_suspect"] is False


class Outline(HTMLParser):
    """The text of a page, and its elements that are open at the end."""

    EMPTY = ("meta", "rect", "line", "polyline")

    def __init__(self, page):
        super().__init__()
        self.open, self.count, self.text = [], Counter(), ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.count[tag, dict(attrs).get("class")] += 1
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_has_a_bar_for_each_process_and_a_line_for_each_with_dumps(shop):
    for pid in range(6):
        for hour in range(3):
            orders = 100 + 200 * hour if pid == 5 else 3
            shop.dump(f"{pid}-{hour}<b>.refcycle", pid=pid, hour=hour, orders=orders)
    (shop.folder / "<i>bad.refcycle").write_bytes(b"ARROW1")
    report = fleet.analyse(shop.folder, jobs=1)
    assert [found.type_name for found in report.suspects][0] == "shop.Order"
    page = Outline(report.to_html())
    assert page.open == []
    assert ("i", None) not in page.count
    several = len(report.suspects)
    assert page.count["rect", "unusual"] == several
    assert page.count["rect", "usual"] == 5 * several
    assert page.count["polyline", "unusual"] == several
    assert page.count["polyline", "usual"] == 5 * several
    assert "18 dumps of 6 processes of 1 application" in page.text
    assert "<i>bad.refcycle: not a heap dump" in page.text
    assert "grows with each dump in 1 process, by" in page.text


@pytest.fixture
def command(capsys):
    """Run the command in this process, which has imported the large packages."""

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["fleet", *map(str, arguments)])
        printed = capsys.readouterr()
        return done.value.code, printed.out, printed.err

    return run


class TestCommand:
    def test_text_and_page(self, command, shop):
        for hour in range(3):
            shop.dump(f"{hour}.refcycle", hour=hour, orders=100 + hour * 150)
        (shop.folder / "bad.refcycle").write_bytes(b"ARROW1")
        page = shop.folder / "report.html"
        done = command(shop.folder, "--html", page, "--jobs", "1", "--limit", "1")
        assert (done[0], done[2]) == (0, "")
        assert "3 dumps of 1 process of 1 application" in done[1]
        assert "bad.refcycle: not a heap dump" in done[1]
        first = done[1].partition("suspected leaks:\n")[2].splitlines()[0]
        assert first.endswith("module shop.orders -> dict[*] -> shop.Order")
        assert page.read_text().startswith("<!doctype html>")

    def test_what_was_found_before_is_known(self, command, shop):
        for hour in range(3):
            shop.dump(f"{hour}.refcycle", hour=hour, orders=100 + hour * 150)
        done = command(shop.folder / "*.refcycle", "--json", "--jobs", "1")
        data = json.loads(done[1])
        assert (data["dumps"], data["read"], data["failures"]) == (3, 3, [])
        assert data["findings"][0]["is_suspect"] is True
        known = shop.folder / "known.json"
        known.write_text(done[1])
        again = command(shop.folder, "--known", known)
        assert "nothing stands out" in again[1]

    def test_errors(self, command, shop):
        done = command(shop.folder / "nothing")
        assert (done[0], done[1]) == (2, "")
        assert "nothing: no such file" in done[2]
        shop.dump("0.refcycle")
        known = shop.folder / "known.json"
        known.write_text("{}")
        done = command(shop.folder, "--known", known)
        assert done[0] == 2
        assert "not the result of `refcycle fleet --json`" in done[2]


def test_lines_of_a_file_are_known_signatures(tmp_path):
    path = tmp_path / "known"
    path.write_text("# of 2.3\nmodule a.b -> dict\n\n  module c.d -> list  \n")
    assert _signatures_in(str(path)) == {"module a.b -> dict", "module c.d -> list"}

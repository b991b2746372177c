"""Summaries of dumps, and what stands out among many of them."""

import os
import random
import shutil
import subprocess
import sys

import pytest

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed here")
pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")

from helpers.fleets import write_summary  # noqa: E402

import refcycle  # noqa: E402
from refcycle import fleet  # noqa: E402
from refcycle._dumps.description import labels_in  # noqa: E402
from refcycle._fleet import ranking, summaries  # noqa: E402
from refcycle._fleet.pictures import lines  # noqa: E402
from refcycle._fleet.words import process_lines, reasons_of  # noqa: E402

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]

COLUMNS = (
    "file application host pid process command time earlier_dumps labels objects heap_bytes "
    "signature type module count shallow retained native is_garbage error"
).split()


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

    @pytest.mark.skipif(not hasattr(os, "uname"), reason="no such function on this system")
    def test_only_a_file_that_is_not_redacted_names_the_host(self, tmp_path):
        graph = refcycle.ObjectGraph([[]])
        for redact in (True, False):
            graph.save(tmp_path / "heap.refcycle", redact=redact)
            host = refcycle.load(tmp_path / "heap.refcycle").metadata.get("host")
            assert host == (None if redact else os.uname().nodename)
            batch = fleet.summarise(tmp_path / "heap.refcycle")
            assert batch["host"].to_pylist() == [host]

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

    def test_what_is_no_utf_8_is_escaped(self, shop):
        labels = "service=caf\udce9,\udcff=x"
        row = rows_of(shop.dump("one.refcycle", labels=labels))["shop.Session"]
        assert row["application"] == "caf\\udce9"
        assert dict(row["labels"]) == {"service": "caf\\udce9", "\\udcff": "x"}
        metadata = {"command": '["a", "\\udcff"]', "labels": '{"host": "\\udcfe"}'}
        facts = summaries.facts_of_process(metadata)
        assert (facts["command"], facts["host"]) == ("a \\udcff", "\\udcfe")

    def test_a_name_that_is_no_utf_8_is_escaped(self, shop):
        try:
            (shop.folder / "caf\udce9").touch()
        except (OSError, UnicodeError):
            pytest.skip("the file system takes only UTF-8")
        (shop.folder / "caf\udce9").unlink()
        shop.dump("caf\udce9.refcycle")
        (shop.folder / "bad\udce9.refcycle").write_bytes(b"ARROW1")
        report = fleet.analyse(shop.folder, jobs=1)
        assert (report.dumps, len(report.failures)) == (1, 1)
        path = str(shop.folder / "caf\udce9.refcycle")
        assert ".refcycle: not a heap dump" in report.to_text()
        assert ".refcycle: not a heap dump" in report.to_html()
        assert fleet.summarise(path)["file"][0].as_py().endswith("caf\\udce9.refcycle")
        assert summaries.failure("\udce9", "\udce8").to_pylist()[0]["file"] == "\\udce9"

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

    def test_a_few_older_processes_are_enough(self, tmp_path):
        paths = {}
        for pid in range(4):
            version = "2.3" if pid < 2 else "2.4"
            count = 5000 + pid if version == "2.4" else 10
            paths |= write_summary(tmp_path, pid, count, labels=[("version", version)])
        assert not ranking.rank(paths).findings[0].is_suspect
        found = ranking.rank(paths, since="2.4").findings[0]
        assert (found.is_suspect, found.outliers, found.usual_count) == (True, 2, 10)
        assert found.example == "3"
        with pytest.raises(ValueError, match=r"no dump is of version 3\.0 or newer: .*2\.4$"):
            ranking.rank(paths, since="3.0")

    def test_what_is_not_in_a_summary_is_not_called_0(self, tmp_path):
        paths = {}
        for pid in range(6):
            paths |= write_summary(tmp_path, pid, 5000 if pid == 3 else 10)
        [found] = ranking.rank(paths).findings
        assert found.example == "3"
        [first] = reasons_of(found)
        assert first.startswith("1 of 6 processes has ")
        assert first.endswith("5,000 objects, usually 10 objects")
        assert list(process_lines(found)) == ["see 3"]
        [first, *_] = reasons_of(found._replace(usual_count=0))
        assert first.endswith("5,000 objects, usually none or few")
        [first, *_] = reasons_of(
            found._replace(outlier_fewest=found.usual_count, outlier_most=found.usual_count)
        )
        assert first.endswith("10 objects, as usual, but larger")
        assert list(reasons_of(found._replace(excess=0, example=None))) == []

    def test_labels_that_are_no_versions_come_last_and_are_not_older(self, tmp_path):
        labels = ["main-3f2a", "2.10", "3f2a9c1", "2.9", "2.10rc1"]
        paths = {}
        for pid, label in enumerate(labels):
            paths |= write_summary(tmp_path, pid, 10, labels=[("version", label)])
        assert ranking.rank(paths).versions == ["2.9", "2.10rc1", "2.10", "3f2a9c1", "main-3f2a"]
        only_others = {path: name for path, name in paths.items() if name in ("0", "2")}
        with pytest.raises(ValueError, match=r"before 99: they have 3f2a9c1, main-3f2a$"):
            ranking.rank(only_others, since="99")
        assert ranking.rank(paths, since="2.10").findings[0].is_new is False
        with pytest.raises(ValueError, match=r"not a version such as 2\.4\.1: main"):
            ranking.rank(paths, since="main")

    def test_two_applications_may_have_the_same_suspect(self, tmp_path):
        paths = {}
        for pid in range(12):
            count = 5000 if pid in (5, 11) else 10
            paths |= write_summary(tmp_path, pid, count, application="ab"[pid // 6])
        found = ranking.rank(paths)
        assert [one.application for one in found.findings if one.is_suspect] == ["a", "b"]
        assert len(found.samples) == 12
        assert lines([one for one in found.samples if one.application == "a"]) == ""

    def test_names_of_folders_are_no_columns(self, tmp_path):
        folder = tmp_path / "application=wrong" / "pid=99"
        folder.mkdir(parents=True)
        [found] = ranking.rank(write_summary(folder, 1, 10)).findings
        assert found.application == "shop"

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
        parquet.write_table(table, path)
        paths[path] = f"{process}.refcycle"
    return paths

"""A fleet of dumps: which files are read, who reads them, reports and the command."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser

import pytest

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed here")
pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")

from helpers.fleets import read_or_die  # noqa: E402

from refcycle import fleet  # noqa: E402
from refcycle._cli.command import CommandError  # noqa: E402
from refcycle._cli.known_signatures import known_signatures  # noqa: E402
from refcycle._fleet import engines, sources  # noqa: E402
from refcycle.command_line import main  # noqa: E402

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]


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

    @pytest.mark.parametrize("names", [["deadly"], ["a", "deadly"]])
    def test_a_single_process_that_is_killed_stops_nothing(self, names):
        found = {one.name: one for one in engines.in_processes(names, 1, read_or_die)}
        assert sorted(found) == sorted(names)
        assert found["deadly"].reason.startswith("the process that read it was killed")
        assert [one.batch for name, one in found.items() if name == "a"] == [b"a"] * ("a" in names)

    def test_a_process_that_ends_with_a_code(self):
        [found] = engines.in_processes(["broken"], 1, read_or_die)
        assert found.reason == "the process that read it ended with exit code 1"

    def test_a_missing_package_is_an_error_in_this_process(self):
        with pytest.raises(ImportError, match="no package"):
            list(engines.in_processes(["missing"], 1, read_or_die))

    def test_processes_do_not_import_the_main_module(self, shop):
        for pid in range(2):
            shop.dump(f"{pid}.refcycle", pid=pid)
        script = shop.folder / "script.py"
        script.write_text(
            "import sys\nfrom refcycle import fleet\nprint('begin')\n"
            "report = fleet.analyse(sys.argv[1], jobs=2)\nprint(report.dumps, report.failures)\n"
        )
        command = [sys.executable, str(script), str(shop.folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert (done.stdout, done.stderr) == ("begin\n2 []\n", "")

    def test_links_to_nothing_and_files_that_disappear_stop_nothing(self, shop, monkeypatch):
        path = shop.dump("one.refcycle")
        os.symlink(shop.folder / "nothing", shop.folder / "link.refcycle")
        gone = str(shop.dump("gone.refcycle"))
        original = os.stat

        def stat(path, *arguments, **keywords):
            if path == gone:
                raise FileNotFoundError(2, "No such file or directory", path)
            return original(path, *arguments, **keywords)

        monkeypatch.setattr(sources.os, "stat", stat)
        for given in (shop.folder, shop.folder / "*"):
            found, failures = sources.sources_in([str(given)])
            assert str(path) in [one.name for one in found]
            assert sorted(failures)[-1] == (
                str(shop.folder / "link.refcycle"),
                "a link to a file that does not exist",
            )
        assert (gone, "no such file") in sources.sources_in([str(shop.folder)])[1]

    def test_a_folder_that_cannot_be_listed_is_named(self, shop, monkeypatch):
        shop.dump("one.refcycle")
        inner = shop.folder / "inner"
        inner.mkdir()
        original = os.scandir

        def scandir(path):
            if os.fspath(path) == str(inner):
                raise PermissionError(13, "Permission denied", str(inner))
            return original(path)

        monkeypatch.setattr(os, "scandir", scandir)
        found, failures = sources.sources_in([str(shop.folder)])
        assert (len(found), failures) == (1, [(str(inner), "Permission denied")])

    def test_errors_of_packages_for_remote_files_stop_nothing(self, shop, monkeypatch):
        class RemoteError(Exception):
            pass

        def fail(*_):
            raise RemoteError("no credentials")

        shop.dump("one.refcycle")
        monkeypatch.setattr(sources, "_remote", fail)
        report = fleet.analyse([shop.folder, "far://x"], jobs=1)
        assert (report.dumps, report.failures) == (1, [("far://x", "no credentials")])
        monkeypatch.setattr(engines, "local", fail)
        assert engines.summarised("far://x") == ("far://x", None, "no credentials")

        def lack(*_):
            raise ImportError("no package")

        monkeypatch.setattr(engines, "local", lack)
        monkeypatch.setattr(sources, "_remote", lack)
        with pytest.raises(ImportError, match="no package"):
            engines.summarised("far://x")
        with pytest.raises(ImportError, match="no package"):
            sources.sources_in(["far://x"])

    def test_a_pattern_does_not_find_summaries(self, shop):
        shop.dump("one.refcycle")
        for _ in range(2):
            report = fleet.analyse(shop.folder / "*", jobs=1)
            assert (report.dumps, report.failures) == (1, [])
        assert len(os.listdir(shop.folder)) == 2

    def test_times_are_escaped(self, tmp_path):
        row = {"file": "a", "process": "1", "time": "\x1b]0;x", "signature": "dict"}
        row |= {"objects": 1, "heap_bytes": 1, "count": 1, "shallow": 1, "retained": 1}
        table = pyarrow.Table.from_pylist([row], schema=fleet.schema())
        parquet.write_table(table, tmp_path / "a.parquet")
        text = fleet.reduce(tmp_path).to_text()
        assert "\x1b" not in text
        assert r"\x1b]0;x to \x1b]0;x" in text

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
            parquet.write_table(table, folder / f"{name}.parquet")
        report = fleet.reduce(folder, by="bytes")
        assert (report.dumps, report.processes) == (3, 3)
        assert report.failures == [(missing, "No such file or directory")]
        assert report.findings == fleet.analyse(paths, by="bytes", jobs=1).findings
        assert report.to_text(limit=1).splitlines()[0] == "3 dumps of 3 processes of 1 application"

    def test_a_file_of_something_else(self, tmp_path):
        parquet.write_table(pyarrow.table({"a": [1]}), tmp_path / "a.parquet")
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
        ("url", "name"),
        [("s3://heaps/a.refcycle", "s3fs"), ("gs://heaps", "gcsfs"), ("az://heaps/*", "adlfs")],
    )
    def test_without_the_package_for_a_url(self, tmp_path, monkeypatch, url, name):
        pytest.importorskip("fsspec", reason="fsspec is not installed")
        monkeypatch.setitem(sys.modules, name, None)
        text = f"reading {re.escape(url)} needs more packages: pip install {name}$"
        with pytest.raises(ImportError, match=text):
            fleet.analyse([tmp_path, url])

    def test_a_bucket_that_does_not_exist(self):
        class System:
            def __init__(self, exists):
                self._exists = exists

            def exists(self, path):
                assert path == "heaps"
                if self._exists is None:
                    raise PermissionError
                return self._exists

        check = sources._check_store
        for url in ("s3://heaps/a/b", "az://heaps/a/b"):
            with pytest.raises(ValueError, match="^there is no (bucket|container) heaps$"):
                check(System(False), "heaps/a/b", url)
            for exists in (True, None):
                check(System(exists), "heaps/a/b", url)
        check(System(False), "/a/b", "memory://a/b")

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
    assert page.count["title", None] == 1 + 12 * several
    path = str(shop.folder / "5-2<b>.refcycle")
    assert f"{path} (pid 5): " in page.text
    times = "2026-11-29T00:00:00Z to 2026-11-29T02:00:00Z"
    assert f" in 3 dumps, {times}" in page.text
    assert page.count["details", None] == several
    assert page.text.count(f"{path} (pid 5)") == 3 * several


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
        number = len(data["suspects"])
        assert f"\nnothing else stands out: {number} known suspects left out\n" in again[1]
        assert "module shop.orders -> dict[*] -> shop.Order (known)\n" in again[1]

    def test_a_limit_leaves_no_suspect_out_of_what_is_known(self, command, shop):
        for hour in range(3):
            shop.dump(f"{hour}.refcycle", hour=hour, orders=100 + hour * 150)
        known = shop.folder / "known.json"
        known.write_text(command(shop.folder, "--json", "--jobs", "1", "--limit", "1")[1])
        data = json.loads(known.read_text())
        report = fleet.analyse(shop.folder, jobs=1)
        suspects = [found.signature for found in report.suspects]
        assert len(suspects) > 1
        assert (len(data["findings"]), data["suspects"], data["known_suspects"]) == (
            1,
            suspects,
            [],
        )
        assert data["more_findings"] == len(report.findings) - 1
        # What was known to a report is known with it too.
        known.write_text(command(shop.folder, "--json", "--known", known, "--limit", "1")[1])
        data = json.loads(known.read_text())
        assert (data["suspects"], sorted(data["known_suspects"])) == ([], sorted(suspects))
        again = command(shop.folder, "--known", known)
        assert "\nnothing else stands out: " in again[1] and again[2] == ""

    def test_lines_that_are_no_signature_of_the_dumps_are_named(self, command, shop):
        for hour in range(3):
            shop.dump(f"{hour}.refcycle", hour=hour, orders=100 + hour * 150)
        order = fleet.analyse(shop.folder, jobs=1).suspects[0].signature
        known = shop.folder / "known.txt"
        lines = [f"  3.8 MB: {order}", order.replace("orders", "ordrs")]
        known.write_text("\n".join(lines + [f"module a{number} -> dict" for number in range(12)]))
        done = command(shop.folder, "--known", known, "--jobs", "1")
        report = fleet.analyse(shop.folder, jobs=1, known=[order])
        assert done[1] == report.to_text() + "\n"
        assert report.suspects and "\n1 known suspect left out" in done[1]
        hints = done[2].splitlines()
        what = f"{known}: not among the largest signatures of these dumps"
        assert hints[0] == f"{what}: {lines[1]}; did you mean {order}?"
        assert hints[1] == f"{what}: module a0 -> dict"
        assert (len(hints), hints[10]) == (11, f"{known}: and 3 more")

    @pytest.mark.parametrize("text", ["<!doctype html>\n<p>a: b -> c</p>", "one\ntwo\n"])
    def test_what_is_no_list_of_signatures(self, command, shop, text):
        shop.dump("0.refcycle")
        known = shop.folder / "known"
        known.write_text(text)
        done = command(shop.folder, "--known", known)
        assert done[0] == 2
        assert f"{known}: not a list of signatures: give one in a line" in done[2]

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
    assert known_signatures(str(path)) == ["module a.b -> dict", "module c.d -> list"]
    path.write_text("")
    assert known_signatures(str(path)) == []


@pytest.mark.parametrize(
    "data", [[], {"suspects": ["a"]}, {"suspects": [1], "known_suspects": []}, {"findings": [1]}]
)
def test_other_data_is_no_report(tmp_path, data):
    path = tmp_path / "known.json"
    path.write_text(json.dumps(data))
    with pytest.raises(CommandError, match="not the result of `refcycle fleet --json`"):
        known_signatures(str(path))


def test_reports_before_they_had_all_suspects_are_read(tmp_path):
    path = tmp_path / "known.json"
    rows = [{"signature": name, "is_suspect": name != "b"} for name in "abc"]
    path.write_text(json.dumps({"findings": rows}))
    assert known_signatures(str(path)) == ["a", "c"]

"""Parquet files: other programs read the tables of a graph."""

import json
import os
import subprocess
import sys

import pytest
from helpers.processes import run

import refcycle
from refcycle import ObjectGraph

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]


@pytest.fixture
def read():
    """How pyarrow reads a file."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    return parquet.read_table


class Row:
    def __init__(self, number):
        self.number = number


def graph():
    rows = [Row(number) for number in range(10)]
    return ObjectGraph([rows, *rows, '\u4e2d <"> \0'])


def test_the_tables_are_those_of_to_arrow(read, tmp_path):
    import pyarrow

    made = graph()
    assert made.export_parquet(tmp_path / "v.parquet", str(tmp_path / "e.parquet")) is None
    tables = made.to_arrow()
    vertices, edges = read(tmp_path / "v.parquet"), read(tmp_path / "e.parquet")
    assert vertices.equals(pyarrow.table(tables.vertices))
    assert edges.equals(pyarrow.table(tables.edges))
    columns = vertices.to_pydict()
    assert sum(columns["size"]) == sum(made.shallow_sizes())
    assert columns["retained"][0] == made.retained_size(next(iter(made)))
    assert columns["type"][:2] == ["list", f"{__name__}.Row"]


def test_the_vertices_alone(read, tmp_path):
    graph().export_parquet(tmp_path / "v.parquet")
    assert os.listdir(tmp_path) == ["v.parquet"]
    if os.name == "posix":
        assert (tmp_path / "v.parquet").stat().st_mode & 0o777 == 0o600


def test_pandas_reads_them(read, tmp_path):
    pandas = pytest.importorskip("pandas")
    graph().export_parquet(tmp_path / "v.parquet")
    frame = pandas.read_parquet(tmp_path / "v.parquet")
    assert frame.groupby("type")["size"].count().to_dict()[f"{__name__}.Row"] == 10


def test_many_rows_are_written_in_groups(read, tmp_path, monkeypatch):
    from pyarrow import parquet

    from refcycle._tables import parquet as writer

    monkeypatch.setattr(writer, "_GROUP", 4)
    made = graph()
    made.export_parquet(tmp_path / "v.parquet")
    file = parquet.ParquetFile(tmp_path / "v.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [4, 4, 4]
    assert file.read()["size"].to_pylist() == list(made.shallow_sizes())


def test_the_empty_graph(read, tmp_path):
    ObjectGraph().export_parquet(tmp_path / "v", tmp_path / "e")
    assert (len(read(tmp_path / "v")), len(read(tmp_path / "e"))) == (0, 0)
    assert read(tmp_path / "v").column_names[0] == "vertex"


def test_a_file_that_cannot_be_written(read, tmp_path):
    with pytest.raises(FileNotFoundError):
        graph().export_parquet(tmp_path / "nowhere" / "v.parquet")
    if os.path.exists("/dev/full"):
        with pytest.raises(OSError):
            graph().export_parquet("/dev/full")
    assert os.listdir(tmp_path) == []


def test_the_command_writes_both_tables(read, tmp_path):
    made = graph()
    made.save(tmp_path / "heap.refcycle")
    out = tmp_path / "heap.parquet"
    command = [sys.executable, "-m", "refcycle", "convert", tmp_path / "heap.refcycle", out]
    done = subprocess.run(command, check=True, timeout=120, capture_output=True, text=True)
    edges = tmp_path / "heap.edges.parquet"
    assert done.stdout == f"{out}: {len(made)} objects; {edges}: 10 references\n"
    done = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True)
    written = [{"output": str(path), "size": path.stat().st_size} for path in (out, edges)]
    assert json.loads(done.stdout) == {**written[0], "others": written[1:]}
    assert sorted(os.listdir(tmp_path)) == [
        "heap.edges.parquet",
        "heap.parquet",
        "heap.refcycle",
    ]
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    assert read(out)["size"].to_pylist() == list(loaded.shallow_sizes())
    assert len(read(tmp_path / "heap.edges.parquet")) == len(loaded.edges) == 10


WITHOUT = """
import sys
sys.modules["pyarrow"] = None
from refcycle import ObjectGraph
try:
    ObjectGraph([[]]).export_parquet("never")
except ImportError as error:
    print(error)
"""


def test_without_pyarrow_the_error_says_what_to_install():
    assert run(WITHOUT).strip() == (
        "export_parquet() needs the package pyarrow, which is not installed: pip install pyarrow"
    )

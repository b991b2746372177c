"""The order of the dumps of a process, and which files are one dump."""

import shutil

import pytest

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed on this interpreter")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed here")
pytest.importorskip("duckdb", reason="DuckDB is not installed on this interpreter")

import refcycle  # noqa: E402
from refcycle import fleet  # noqa: E402
from refcycle._fleet.database import Database  # noqa: E402
from refcycle._fleet.queries import QUERIES  # noqa: E402
from refcycle._growth.file_order import earlier_dumps  # noqa: E402

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]


@pytest.fixture
def second(shop):
    """Four dumps of one second: the names order them otherwise."""
    return [
        shop.dump(f"heap-{8 + place}.refcycle", earlier=place, orders=100 + 200 * place)
        for place in range(4)
    ]


def without_number(path, target):
    """Write the summary of a dump as versions before this column did."""
    table = pyarrow.Table.from_batches([fleet.summarise(path)])
    parquet.write_table(table.drop_columns(["earlier_dumps"]), target)


def orders_of(report):
    [found] = [found for found in report.findings if found.type_name == "shop.Order"]
    return found


def test_dumps_of_one_second_are_in_the_order_in_which_they_were_written(second, shop):
    found = orders_of(fleet.analyse(shop.folder, jobs=1))
    assert (found.growing, found.count) == (1, 700)
    assert found.grown == found.growth > 600 * 400
    assert found.example == str(second[3])


def test_sql_orders_them_too(second):
    database = Database([str(path) for path in second], refcycle.load)
    answer = database.answer("select number, earlier_dumps, file from files order by number")
    assert answer.rows == [(place + 1, place, str(path)) for place, path in enumerate(second)]
    assert list(database.processes.values()) == [[str(path) for path in second]]
    growth = database.answer(QUERIES["growth-of-types"].statement)
    assert {name: count for name, count, _ in growth.rows}["shop.Order"] == 600


def test_dumps_of_one_second_with_equal_totals_are_two(shop):
    paths = [shop.dump(f"{place}.refcycle", earlier=place) for place in range(2)]
    shutil.copy(paths[0], shop.folder / "copy.refcycle")
    assert fleet.analyse(shop.folder, jobs=1).dumps == 2


def test_summaries_of_older_versions_are_read(second, shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("summaries")
    for place, path in enumerate(second):
        without_number(path, folder / f"{place}.parquet")
    # Without the number, the names are all that there is.
    assert orders_of(fleet.reduce(folder)).growing == 0
    batches = pyarrow.Table.from_batches([fleet.summarise(second[0])])
    for name in ("9.parquet", "a.parquet"):
        target = folder / name
        later = pyarrow.array(["2026-11-29T01:00:00Z"] * len(batches))
        table = batches.set_column(batches.schema.get_field_index("time"), "time", later)
        file = pyarrow.array([name] * len(batches))
        table = table.set_column(0, "file", file)
        number = pyarrow.array([4 + (name > "9.parquet")] * len(batches))
        place = batches.schema.get_field_index("earlier_dumps")
        parquet.write_table(table.set_column(place, "earlier_dumps", number), target)
    report = fleet.reduce(folder)
    assert report.dumps == 6
    assert orders_of(report).count == 100


def test_a_summary_without_the_number_is_made_again(second, shop, monkeypatch):
    before = fleet.analyse(shop.folder, jobs=1)
    assert (before.read, fleet.analyse(shop.folder, jobs=1).read) == (4, 0)
    table = parquet.read_table(f"{second[0]}.fleet.parquet")
    stamp = table.schema.metadata[b"refcycle.source"].replace(b', "earlier_dumps"', b"")
    old = table.drop_columns(["earlier_dumps"]).replace_schema_metadata(
        {b"refcycle.source": stamp}
    )
    parquet.write_table(old, f"{second[0]}.fleet.parquet")
    again = fleet.analyse(shop.folder, jobs=1)
    assert (again.read, again.findings) == (1, before.findings)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "9" * 30])
def test_what_is_no_number_of_dumps(text):
    assert earlier_dumps({"earlier_dumps": text}) is None
    assert earlier_dumps({}) is None

"""Summaries of dumps by Spark and by Ray, as the guide shows, if these are installed.

The environments of `.ci/field` do not have them: they are large. Spark needs Java.
"""

import importlib.util
import os
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

from refcycle import ObjectGraph, fleet

SPARK = """
import sys

from pyspark.sql import SparkSession

from refcycle.fleet import map_in_arrow, spark_schema

folder, *dumps = sys.argv[1:]
session = SparkSession.builder.master("local[2]")
for name in ("spark.driver.host", "spark.driver.bindAddress"):
    session = session.config(name, "127.0.0.1")
spark = session.config("spark.ui.enabled", "false").getOrCreate()
paths = spark.createDataFrame([(path,) for path in dumps], "path string")
paths.mapInArrow(map_in_arrow, spark_schema()).write.parquet(folder)
spark.stop()
"""

RAY = """
import os
import sys

import pyarrow
import ray
from pyarrow import parquet

from refcycle.fleet import map_in_arrow

folder, *dumps = sys.argv[1:]
ray.init(address="local", num_cpus=2, include_dashboard=False)


@ray.remote
def summary(path):
    [batch] = map_in_arrow([pyarrow.record_batch({"path": [path]})])
    return batch


batches = ray.get([summary.remote(path) for path in dumps])
os.mkdir(folder)
parquet.write_table(pyarrow.Table.from_batches(batches), os.path.join(folder, "all.parquet"))
ray.shutdown()
"""


class Order(bytearray):
    pass


@pytest.fixture
def dumps(tmp_path):
    """Ten dumps, of which one is damaged."""
    paths = [str(tmp_path / f"{number}.refcycle") for number in range(10)]
    for number, path in enumerate(paths):
        orders = [Order(400) for _ in range(20 + number)]
        ObjectGraph([orders, *orders]).save(path)
    with open(paths[3], "rb+") as file:
        file.truncate(1000)
    return paths


@pytest.mark.parametrize(("package", "program"), [("pyspark", SPARK), ("ray", RAY)])
def test_the_summaries_are_those_of_this_process(tmp_path, dumps, package, program):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    if package == "pyspark" and not (shutil.which("java") or "JAVA_HOME" in os.environ):
        pytest.skip("there is no Java")
    script = tmp_path / "script.py"
    script.write_text(program)
    folder = tmp_path / "summaries"
    command = [sys.executable, str(script), str(folder), *dumps]
    # Otherwise the workers of Spark are whatever Python the search path has.
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == 0, done.stderr
    report = fleet.reduce(folder, by="bytes")
    expected = fleet.analyse(dumps, by="bytes", jobs=1)
    assert report.dumps == expected.dumps == 9
    assert report.findings == expected.findings
    assert [failure.name for failure in report.failures] == [dumps[3]]
    assert report.failures == expected.failures

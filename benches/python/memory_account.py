"""Say what the memory of eight processes is for, and how much of it refcycle can name.

    python benches/python/memory_account.py [PROCESS ...]

Needs a Python with refcycle installed; a process whose package is missing is left out. Each
process runs on its own and prints one row: its resident memory, the share of it that is in Python
objects by a plain sum of `shallow_sizes`, the share that `refcycle.memory()` attributes to an
object or names as something else, and the largest parts. `time` is the processor time of
`refcycle.memory()` in snapshots (`snapshot(untracked=True)` of the same process), the minimum of
three runs each.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import time

HALF_FREED = """
kept = []
for number in range(400_000):
    item = {"number": number, "text": f"item {number}", "more": [number] * 8}
    if number % 16 == 0:
        kept.append(item)
    globals().setdefault("all_items", []).append(item)
del all_items, item
"""

PLAIN = """
class Node:
    def __init__(self, number):
        self.number = number
        self.name = f"node {number}"
        self.tags = [number]
nodes = [Node(number) for number in range(300_000)]
"""

DJANGO = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()
import django.contrib.auth.models, django.forms, django.http, django.template, django.views.generic
import sqlalchemy.orm as orm, sqlalchemy as sa
Base = orm.declarative_base()
class Row(Base):
    __tablename__ = "rows"
    id = sa.Column(sa.Integer, primary_key=True)
    text = sa.Column(sa.String)
engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
session = orm.Session(engine)
session.add_all(Row(text=f"row {number}") for number in range(20_000))
session.commit()
rows = session.query(Row).all()
"""

PANDAS = """
import numpy, pandas
frame = pandas.DataFrame({f"c{n}": numpy.arange(1_000_000, dtype=float) for n in range(8)})
texts = pandas.Series([f"text {n}" for n in range(200_000)], dtype=object)
groups = frame.groupby(frame.c0 % 100).sum()
"""

POLARS = """
import polars
frame = polars.DataFrame({f"c{n}": range(500_000) for n in range(8)})
totals = frame.group_by(polars.col("c0") % 100).sum()
"""

PYARROW = """
import pyarrow, pyarrow.compute
table = pyarrow.table({f"c{n}": list(range(500_000)) for n in range(8)})
filtered = table.filter(pyarrow.compute.greater(table["c0"], 100))
"""

PIL = """
from PIL import Image
images = [Image.new("RGB", (2000, 1500), (number, 0, 0)) for number in range(6)]
small = [image.resize((200, 150)) for image in images]
"""

ASYNCIO = """
import asyncio, ssl, json
async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
async def main():
    global clients, server
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(400)]
    for reader, writer in clients:
        writer.write(b"hello" * 100 + b"\\n")
        await reader.readline()
    look()
asyncio.run(main())
"""

PROCESSES = {
    "django": (DJANGO, ("django", "sqlalchemy")),
    "plain": (PLAIN, ()),
    "half-freed": (HALF_FREED, ()),
    "pandas": (PANDAS, ("pandas",)),
    "polars": (POLARS, ("polars",)),
    "pyarrow": (PYARROW, ("pyarrow",)),
    "PIL": (PIL, ("PIL",)),
    "asyncio": (ASYNCIO, ()),
}

LOOK = """
import json, time, refcycle
def shortest(call):
    times = []
    for _ in range(3):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)
def look():
    account = refcycle.memory()
    shallow = sum(refcycle.snapshot(untracked=True).shallow_sizes())
    snapshot = shortest(lambda: refcycle.snapshot(untracked=True))
    found = account.to_dict()
    del found["kinds"], found["libraries"], found["files"]
    found |= {"shallow": shallow, "times": [shortest(refcycle.memory), snapshot]}
    print(json.dumps(found))
"""


def run(name):
    """Return the figures of a process; None if a package is missing."""
    code, packages = PROCESSES[name]
    if not all(importlib.util.find_spec(package) for package in packages):
        return None
    whole = LOOK + code + ("" if "look()" in code else "look()\n")
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    return json.loads(done.stdout)


def row(name, found):
    """Return the row of the table."""
    resident, parts = found["resident"], found["parts"]
    named = 1 - parts["unseen"] / resident
    account, snapshot = found["times"]
    largest = sorted(parts.items(), key=lambda part: -(part[1] or 0))[:5]
    shares = ", ".join(f"{key} {size / resident:.0%}" for key, size in largest if size)
    return (
        f"{name:<11}{resident / 1e6:>6.0f} MB{found['shallow'] / resident:>9.0%}{named:>8.1%}"
        f"{account / snapshot:>7.2f} x  {shares}"
    )


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("processes", nargs="*", metavar="PROCESS")
    names = parser.parse_args().processes or list(PROCESSES)
    start = time.monotonic()
    print(f"{'process':<11}{'resident':>9}{'shallow':>9}{'named':>8}{'time':>9}  largest parts")
    for name in names:
        found = run(name)
        print(row(name, found) if found else f"{name:<11}left out: a package is missing")
    print(f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()

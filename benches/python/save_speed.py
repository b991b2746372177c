"""Measure the processor time of saving a heap of mixed real objects.

    python benches/python/save_speed.py [OBJECTS] [RUNS]

Needs a Python with refcycle, pandas, numpy and sqlalchemy installed. A quarter of the heap each:
rows of an ORM, JSON documents, syntax trees of the standard library, and pandas frames whose cells
are Python objects. Each figure is the minimum of the runs, in seconds of user and system time.
"""

import ast
import gc
import json
import os
import random
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import pandas
import sqlalchemy
import sqlalchemy.orm

import refcycle


class Base(sqlalchemy.orm.DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
    name = sqlalchemy.Column(sqlalchemy.String)
    orders = sqlalchemy.orm.relationship("Order", back_populates="customer")


class Order(Base):
    __tablename__ = "order"
    id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
    total = sqlalchemy.Column(sqlalchemy.Float)
    customer_id = sqlalchemy.Column(sqlalchemy.ForeignKey("customer.id"))
    customer = sqlalchemy.orm.relationship(Customer, back_populates="orders")


def filled(wanted, make):
    """Make things until this number of objects was added."""
    made, before = [], count()
    while count() - before < wanted:
        made.append(make(len(made)))
    return made


def count():
    """Return how many objects a complete snapshot would have, approximately."""
    return sys.getallocatedblocks() * 3 // 4


def customers(number):
    return [
        Customer(
            id=100 * number + one,
            name=f"customer {number} {one}",
            orders=[Order(id=1000 * number + each, total=each * 1.5) for each in range(4)],
        )
        for one in range(100)
    ]


def document(number):
    source = random.Random(number)
    return json.loads(
        json.dumps(
            [
                {
                    "id": source.randrange(1 << 40),
                    "user": {"name": f"user {source.randrange(1000)}", "verified": True},
                    "tags": [f"tag {source.randrange(500)}" for _ in range(3)],
                    "position": [source.random(), source.random()],
                    "text": "x" * source.randrange(20, 200),
                }
                for _ in range(100)
            ]
        )
    )


FILES = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))


def tree(number):
    return ast.parse(FILES[number % len(FILES)].read_bytes())


def frame(number):
    rows = range(1000)
    return pandas.DataFrame(
        {
            "key": [f"row {number} {row}" for row in rows],
            "labels": [[row, f"label {row % 7}"] for row in rows],
            "values": [{"a": row + 1000.5, "b": str(row)} for row in rows],
            "numbers": rows,
        }
    )


def main():
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    makers = customers, document, tree, frame
    kept = [filled(objects // len(makers), make) for make in makers]
    gc.collect()
    for untracked in (True, False):
        graph = refcycle.snapshot(untracked=untracked)
        print(f"{len(graph)} objects, {len(graph.edges)} references, {untracked=}")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "heap.refcycle")
            for redact in (True, False):
                times = []
                for _ in range(runs):
                    start = time.process_time()
                    graph.save(path, redact=redact)
                    times.append(time.process_time() - start)
                seconds, size = min(times), os.path.getsize(path)
                print(
                    f"save({redact=}): {seconds:.2f} s, {seconds / len(graph) * 1e6:.2f} s a "
                    f"million objects; {size / 1e6:.1f} MB"
                )
        del graph
    del kept


main()

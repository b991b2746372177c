"""The metrics as text for Prometheus. The test with OpenTelemetry is in tests/field."""

import gc
import re
import subprocess
import sys

import pytest

import refcycle
from refcycle.expectations import Expectations
from refcycle.metrics import prometheus_text

SAMPLE = re.compile(r'(\w+)(?:\{(\w+)="([^"]+)"\})? (\S+)')


class Request:
    pass


def samples(text):
    """The values by name and label, from a text in which each line is right."""
    found, types, described = {}, {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name in described and name not in types
            types[name] = kind
        elif line.startswith("# HELP "):
            name, help_text = line.removeprefix("# HELP ").split(" ", 1)
            assert help_text.endswith(".")
            described.add(name)
        else:
            name, label, value, number = SAMPLE.fullmatch(line).groups()
            family = re.sub("_(bucket|sum|count)$", "", name)
            assert family in types or name in types
            found[(name, value) if label else (name,)] = float(number)
    return found, types


@pytest.mark.usefixtures("clean_heap")
def test_the_work_of_the_collector():
    before, types = samples(prometheus_text())
    gc.collect(1)
    gc.collect(1)
    after, _ = samples(prometheus_text())
    name = "cpython_gc_collections_total"
    assert after[name, "1"] - before[name, "1"] == 2
    assert after[name, "0"] == before[name, "0"]
    assert types[name] == "counter"
    stats = gc.get_stats()
    for metric, key in (("collected_objects", "collected"), ("uncollectable_objects",) * 2):
        key = key.removesuffix("_objects")
        for generation in range(3):
            value = after[f"cpython_gc_{metric}_total", str(generation)]
            assert value == stats[generation][key]
    assert not any("pause" in each[0] for each in after)


@pytest.mark.usefixtures("clean_heap")
def test_pauses_with_a_monitor():
    with refcycle.gc_monitor() as monitor:
        gc.collect(2)
        gc.collect(0)
        found, types = samples(prometheus_text(monitor))
    name = "refcycle_gc_pause_seconds"
    assert types[name] == "histogram"
    assert found[f"{name}_count",] == found[f"{name}_bucket", "+Inf"] == 2
    assert found[f"{name}_sum",] == monitor.total_pause > 0
    assert found[f"{name}_bucket", "1e-05"] <= found[f"{name}_bucket", "1"]
    by_generation = [found["refcycle_gc_pause_time_seconds_total", str(g)] for g in range(3)]
    assert by_generation == list(monitor.pauses) and by_generation[1] == 0
    assert types["refcycle_gc_pause_longest_seconds"] == "gauge"
    assert found["refcycle_gc_pause_longest_seconds",] == monitor.longest_pause


def test_the_counts_of_expectations():
    watch = Expectations(report=lambda found: None, clock=lambda: 0.0)
    kept = [Request(), Request()]
    for request in (*kept, Request()):
        watch.expect_freed(request, within=30)
    del request
    watch.expect_freed(kept[0], within=0)
    watch.check()
    found, types = samples(prometheus_text(expectations=watch))
    names = {"expected": 4, "freed": 1, "not_freed": 1, "garbage": 0, "checks": 1}
    for name, value in names.items():
        assert types[f"refcycle_expectations_{name}_total"] == "counter"
        assert found[f"refcycle_expectations_{name}_total",] == value
    assert types["refcycle_expectations_waiting"] == "gauge"
    assert found["refcycle_expectations_waiting",] == 2


def test_the_count_of_what_was_freed_never_falls():
    """What a check examines is neither waiting nor freed."""

    class Asking(Expectations):
        def _examined(self, due):
            self.seen = self.counts
            return super()._examined(due)

    watch = Asking(report=lambda found: None, clock=lambda: 0.0)
    kept = Request()
    watch.expect_freed(kept, within=0)
    watch.check()
    assert watch.seen == (1, 0, 1, 0, 0, 1)
    assert watch.counts == (1, 0, 0, 1, 0, 1)


@pytest.mark.any_version
def test_opentelemetry_is_not_imported():
    code = """
import sys, refcycle.metrics
refcycle.metrics.prometheus_text()
print("opentelemetry" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n"

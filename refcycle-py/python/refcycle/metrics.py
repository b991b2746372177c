"""The work of the collector and the counts of `expect_freed` as metrics.

`prometheus_text` returns them in the text format of Prometheus, `export_to_opentelemetry` passes
them to OpenTelemetry. Neither counts anything by itself: they read numbers that exist.

>>> import refcycle.metrics
>>> text = refcycle.metrics.prometheus_text()
>>> "refcycle_expectations_not_freed_total" in text
True
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, NamedTuple

from refcycle._refcycle import VERSION
from refcycle.expectations import Expectations, default
from refcycle.monitor import GcMonitor

__all__ = ["export_to_opentelemetry", "prometheus_text"]

# The attribute of OpenTelemetry's conventions for CPython.
_GENERATION = "cpython.gc.generation"

_Attributes = dict[str, int]


class _Metric(NamedTuple):
    """A metric, with the names of OpenTelemetry."""

    name: str
    kind: str
    """`counter` or `gauge`."""
    unit: str
    description: str
    read: Callable[[], Iterable[tuple[float, _Attributes]]]
    """Returns its values, each with its attributes."""


def _collector_metrics() -> list[_Metric]:
    """Return the metrics of the conventions `cpython.gc`, from `gc.get_stats`."""

    def reader(key: str) -> Callable[[], Iterable[tuple[float, _Attributes]]]:
        return lambda: [
            (figures[key], {_GENERATION: generation})
            for generation, figures in enumerate(gc.get_stats())
        ]

    return [
        _Metric(
            "cpython.gc.collections",
            "counter",
            "{collection}",
            "The number of times a generation was collected since interpreter start.",
            reader("collections"),
        ),
        _Metric(
            "cpython.gc.collected_objects",
            "counter",
            "{object}",
            "The total number of objects collected inside a generation since interpreter start.",
            reader("collected"),
        ),
        _Metric(
            "cpython.gc.uncollectable_objects",
            "counter",
            "{object}",
            "The total number of objects which were found to be uncollectable inside a "
            "generation since interpreter start.",
            reader("uncollectable"),
        ),
    ]


def _pause_metrics(monitor: GcMonitor) -> list[_Metric]:
    """Return what a monitor of the collector adds: how long the program waited."""
    return [
        _Metric(
            "refcycle.gc.pause.time",
            "counter",
            "s",
            "The time that collections of a generation took while the monitor ran.",
            lambda: [
                (pause, {_GENERATION: generation})
                for generation, pause in enumerate(monitor.pauses)
            ],
        ),
        _Metric(
            "refcycle.gc.pause.longest",
            "gauge",
            "s",
            "The time of the longest collection while the monitor ran.",
            lambda: [(monitor.longest_pause, {})],
        ),
    ]


_COUNTS = {
    "expected": ("counter", "{object}", "Objects that should be freed."),
    "freed": ("counter", "{object}", "Objects that were freed in time."),
    "waiting": ("gauge", "{object}", "Objects that should be freed and still have time."),
    "not_freed": ("counter", "{object}", "Objects that something held after their time."),
    "garbage": ("counter", "{object}", "Objects that only cycles held after their time."),
    "checks": ("counter", "{check}", "The number of times that the heap was examined."),
}


def _expectation_metrics(expectations: Expectations) -> list[_Metric]:
    def reader(name: str) -> Callable[[], Iterable[tuple[float, _Attributes]]]:
        return lambda: [(getattr(expectations.counts, name), {})]

    return [
        _Metric(f"refcycle.expectations.{name}", *about, reader(name))
        for name, about in _COUNTS.items()
    ]


def _metrics(monitor: GcMonitor | None, expectations: Expectations) -> list[_Metric]:
    pauses = [] if monitor is None else _pause_metrics(monitor)
    return [*_collector_metrics(), *pauses, *_expectation_metrics(expectations)]


def prometheus_text(
    monitor: GcMonitor | None = None, *, expectations: Expectations = default
) -> str:
    """Return all metrics in the text format of Prometheus, for a page that Prometheus reads.

    These are the collections and the collected and uncollectable objects by generation, the counts
    of `expect_freed` (or of other expectations), and with a running `GcMonitor` also the time that
    the program waited for the collector, with a histogram. No library is needed; the content type
    of the page is `text/plain; version=0.0.4`. Takes some microseconds.

    >>> import refcycle
    >>> from refcycle.metrics import prometheus_text
    >>> with refcycle.gc_monitor() as monitor:
    ...     text = prometheus_text(monitor)
    >>> [line for line in text.splitlines() if line.startswith("cpython_gc_collections_total")]
    ['cpython_gc_collections_total{cpython_gc_generation="0"} ...', ...]
    """
    lines: list[str] = []
    for metric in _metrics(monitor, expectations):
        name = _prometheus_name(metric)
        lines += [f"# HELP {name} {metric.description}", f"# TYPE {name} {metric.kind}"]
        lines += [
            f"{name}{_labels(attributes)} {_number(value)}" for value, attributes in metric.read()
        ]
    if monitor is not None:
        lines += _histogram(monitor)
    return "\n".join(lines) + "\n"


def _histogram(monitor: GcMonitor) -> Iterable[str]:
    name = "refcycle_gc_pause_seconds"
    yield f"# HELP {name} The times of collections while the monitor ran."
    yield f"# TYPE {name} histogram"
    count = 0
    for end, count in monitor.histogram:
        bound = "+Inf" if end == float("inf") else f"{end:g}"
        yield f'{name}_bucket{{le="{bound}"}} {count}'
    yield f"{name}_sum {_number(monitor.total_pause)}"
    # That of the last bucket: a collection may have run since.
    yield f"{name}_count {count}"


def _prometheus_name(metric: _Metric) -> str:
    """Return the name as an OpenTelemetry collector translates it for Prometheus."""
    parts = [metric.name.replace(".", "_")]
    if metric.unit == "s":
        parts.append("seconds")
    if metric.kind == "counter":
        parts.append("total")
    return "_".join(parts)


def _labels(attributes: _Attributes) -> str:
    # The values are numbers: there is nothing to escape.
    pairs = [f'{name.replace(".", "_")}="{value}"' for name, value in attributes.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _number(value: float) -> str:
    return repr(value)


def export_to_opentelemetry(
    monitor: GcMonitor | None = None,
    *,
    expectations: Expectations = default,
    meter_provider: Any = None,
) -> None:
    """Export all metrics through the API of OpenTelemetry, once for a process.

    The names of the metrics of the collector are those of the conventions `cpython.gc`, with the
    attribute `cpython.gc.generation`; the others begin with `refcycle.`. With a running
    `GcMonitor`, the time that the program waited for the collector is included. The numbers are
    read when OpenTelemetry collects them. `meter_provider` is that of the program by default.

    ImportError if the package `opentelemetry-api` is not installed.
    """
    metrics: Any = import_module("opentelemetry.metrics")  # now: few programs have it
    provider = metrics.get_meter_provider() if meter_provider is None else meter_provider
    meter = provider.get_meter("refcycle", VERSION)
    for metric in _metrics(monitor, expectations):
        create = {
            "counter": meter.create_observable_counter,
            "gauge": meter.create_observable_gauge,
        }[metric.kind]
        create(
            metric.name,
            callbacks=[_callback(metric, metrics.Observation)],
            unit=metric.unit,
            description=metric.description,
        )


def _callback(metric: _Metric, observation: Any) -> Callable[[Any], Iterable[Any]]:
    return lambda options: [observation(value, attributes) for value, attributes in metric.read()]

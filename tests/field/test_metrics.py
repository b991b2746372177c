"""Metrics for OpenTelemetry, and their text as Prometheus's own client reads it."""

from __future__ import annotations

import gc

import pytest

import refcycle
from refcycle.expectations import Expectations
from refcycle.metrics import export_to_opentelemetry, prometheus_text


class Request:
    pass


@pytest.fixture
def watch():
    watch = Expectations(report=lambda found: None, clock=lambda: 0.0)
    watch.expect_freed(Request(), within=30)
    return watch


def test_opentelemetry(watch):
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.semconv._incubating.metrics import cpython_metrics

    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    with refcycle.gc_monitor() as monitor:
        export_to_opentelemetry(monitor, expectations=watch, meter_provider=provider)
        gc.collect()
        data = reader.get_metrics_data()
    [scope] = data.resource_metrics[0].scope_metrics
    assert (scope.scope.name, scope.scope.version) == ("refcycle", refcycle.__version__)
    metrics = {metric.name: metric for metric in scope.metrics}
    conventions = [
        value for name, value in vars(cpython_metrics).items() if name.startswith("CPYTHON_GC_")
    ]
    assert len(conventions) == 3
    for name in conventions:
        points = metrics[name].data.data_points
        assert [dict(point.attributes) for point in points] == [
            {"cpython.gc.generation": generation} for generation in range(3)
        ]
        assert metrics[name].data.is_monotonic
    assert metrics["cpython.gc.collections"].unit == "{collection}"
    assert metrics["cpython.gc.collections"].data.data_points[2].value >= 1
    [freed] = metrics["refcycle.expectations.freed"].data.data_points
    assert freed.value == 1
    [longest] = metrics["refcycle.gc.pause.longest"].data.data_points
    assert longest.value == monitor.longest_pause
    assert metrics["refcycle.gc.pause.time"].unit == "s"
    provider.shutdown()


def test_the_text_is_what_prometheus_reads(watch):
    parser = pytest.importorskip("prometheus_client.parser")
    with refcycle.gc_monitor() as monitor:
        gc.collect()
        text = prometheus_text(monitor, expectations=watch)
    families = {family.name: family for family in parser.text_string_to_metric_families(text)}
    assert families["cpython_gc_collections"].type == "counter"
    assert [sample.labels for sample in families["cpython_gc_collections"].samples] == [
        {"cpython_gc_generation": str(generation)} for generation in range(3)
    ]
    assert families["refcycle_gc_pause_seconds"].type == "histogram"
    assert families["refcycle_expectations_freed"].samples[0].value == 1
    assert families["refcycle_expectations_waiting"].type == "gauge"

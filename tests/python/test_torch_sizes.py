"""Storages of PyTorch. It is too large for `requirements.txt`: where it is not installed, these
tests are skipped. They have run on PyTorch 1.13 and 2.15 without a GPU."""

import gc
import sys

import pytest

import refcycle
from refcycle import ObjectGraph

torch = pytest.importorskip("torch", reason="PyTorch is not installed on this interpreter")

pytestmark = [pytest.mark.large_imports, pytest.mark.any_version]

OWN = 400


def size(obj):
    return ObjectGraph([obj]).shallow_size(obj)


def storage_bytes(tensor):
    if hasattr(tensor, "untyped_storage"):
        return tensor.untyped_storage().nbytes()
    return tensor.storage().nbytes()


KINDS = {
    "floats": lambda: torch.zeros(100_000),
    "slice": lambda: torch.zeros(100_000)[10:20],
    "transposed": lambda: torch.zeros(100, 1000).T,
    "expanded": lambda: torch.zeros(10).expand(100_000, 10),
    "single": lambda: torch.zeros(()),
    "empty": lambda: torch.zeros(0),
    "parameter": lambda: torch.nn.Parameter(torch.zeros(50_000)),
    "with gradient": lambda: torch.zeros(50_000, requires_grad=True) * 2,
}


@pytest.mark.parametrize("kind", KINDS)
def test_tensors(kind):
    tensor = KINDS[kind]()
    expected = storage_bytes(tensor)
    assert expected <= size(tensor) <= expected * 1.02 + OWN


def test_views_share_one_storage():
    # In this mode, a view does not remember its base, which PyTorch would hold in C++.
    with torch.inference_mode():
        whole = torch.zeros(100_000)
        tensors = [whole, whole[5:], whole.view(100, 1000), torch.zeros(3)]
    graph = refcycle.snapshot(untracked=True)
    [shared] = [each for each in graph.buffers() if any(one is whole for one in each.holders)]
    assert (shared.size, len(shared.holders)) == (400_000, 3)
    assert graph.shallow_size(whole) < OWN
    del whole, shared, graph
    graph = refcycle.snapshot(untracked=True)
    assert 400_000 <= graph.retained_size(tensors) <= 400_000 + 5 * OWN


def test_arrays_of_numpy_share_the_storage():
    tensor = torch.zeros(100_000)
    array = tensor.numpy()
    graph = refcycle.snapshot(untracked=True)
    total = graph.shallow_size(tensor) + graph.shallow_size(array)
    assert 400_000 - OWN <= total + graph.retained_size(graph.buffers()[0].vertex or tensor)
    assert sum(ObjectGraph([tensor, array]).shallow_sizes()) < 400_000 + 2 * OWN


def test_memory_of_another_device():
    tensors = [torch.empty(1_000_000, device="meta")]
    tensors += [tensors[0][10:], torch.empty(10, device="meta")]
    graph = refcycle.snapshot(untracked=True)
    found = [buffer for buffer in graph.buffers() if buffer.device]
    assert [(buffer.device, buffer.size, len(buffer.holders)) for buffer in found] == [
        ("meta", 4_000_000, 2),
        ("meta", 40, 1),
    ]
    assert all(graph.shallow_size(tensor) < OWN for tensor in tensors)
    top = [one.device_sizes for one in graph.top_retained(len(graph))]
    assert sum(sizes.get("meta", 0) for sizes in top) == 4_000_040


def test_a_subclass_is_unknown_and_runs_no_code():
    calls = []

    class Mine(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            calls.append(func)
            return super().__torch_function__(func, types, args, kwargs or {})

    tensor = torch.zeros(1000).as_subclass(Mine)
    calls.clear()
    graph = ObjectGraph([tensor])
    assert graph.has_unknown_size(tensor)
    assert graph.shallow_size(tensor) < OWN
    assert not calls


def test_nothing_remains():
    tensors = [torch.zeros(1000) for _ in range(20)]
    refcycle.snapshot(untracked=True).buffers()
    gc.collect()
    before = len(gc.get_objects()), sys.getallocatedblocks()
    for _ in range(10):
        graph = refcycle.snapshot(untracked=True)
        graph.buffers()
        del graph
    gc.collect()
    after = len(gc.get_objects()), sys.getallocatedblocks()
    assert after[0] - before[0] < 20
    assert after[1] - before[1] < 200
    assert tensors

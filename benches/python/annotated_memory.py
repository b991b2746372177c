"""Measure `annotated()`: peak memory and processor time per object.

    python benches/python/annotated_memory.py [--objects 1000000] [--heap shuffled] [--walk]

The heaps are those of `heap_speed.py`. The peak is the growth of the largest resident set of
this process (`ru_maxrss`) during the call, and includes the graph that it returns. With `--walk`,
it also includes one loop over all vertices and all edges. Prints one figure per line.
"""

import argparse
import gc
import time

from heap_speed import HEAPS, peak, resident

import refcycle


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--heap", choices=sorted(HEAPS), default="shuffled")
    parser.add_argument("--walk", action="store_true", help="loop over all vertices and edges too")
    options = parser.parse_args()
    heap = HEAPS[options.heap](options.objects)
    gc.collect()
    graph = refcycle.snapshot()
    before, start = resident(), time.process_time()
    annotated = graph.annotated()
    made = time.process_time()
    if options.walk:
        for vertex in annotated.vertices:
            vertex.annotation  # noqa: B018
        for edge in annotated.edges:
            edge.annotation  # noqa: B018
    walked = time.process_time()
    vertices, edges = len(annotated), len(annotated.edges)
    print(f"{options.heap}: {vertices:,} objects, {edges:,} references, {len(heap):,} in the list")
    print(f"peak        {(peak() - before) / vertices:8.1f} bytes an object")
    print(f"kept        {(resident() - before) / vertices:8.1f} bytes an object")
    print(f"annotated() {(made - start) * 1e6 / vertices:8.2f} us an object")
    if options.walk:
        print(f"the loops   {(walked - made) * 1e6 / vertices:8.2f} us an object")


if __name__ == "__main__":
    main()

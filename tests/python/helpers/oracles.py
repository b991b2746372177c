"""Naive algorithms on graphs whose vertices are 0, 1, ..., as lists of pairs."""

import random
from collections import Counter


class Sketch:
    """A graph by the number of its vertices and its edges `(tail, head)`."""

    def __init__(self, size, edges):
        self.size = size
        self.edges = list(edges)

    def __repr__(self):
        return f"Sketch({self.size}, {self.edges})"

    def children(self, v):
        return [head for tail, head in self.edges if tail == v]

    def parents(self, v):
        return [tail for tail, head in self.edges if head == v]

    def descendants(self, start, generations=None):
        return self._reach(start, self.children, generations)

    def ancestors(self, start, generations=None):
        return self._reach(start, self.parents, generations)

    def _reach(self, start, step, generations):
        reached, ring = {start}, {start}
        limit = self.size if generations is None else min(generations, self.size)
        for _ in range(limit):
            ring = {w for v in ring for w in step(v)} - reached
            reached |= ring
        return reached

    def distance(self, start, end):
        """The number of steps of a shortest path, `None` if there is no path."""
        for steps in range(self.size):
            if end in self.descendants(start, steps):
                return steps
        return None

    def cycle_length(self, start):
        """The number of edges of a shortest cycle, `None` if there is no cycle."""
        ways_back = [self.distance(child, start) for child in self.children(start)]
        return min((steps + 1 for steps in ways_back if steps is not None), default=None)

    def components(self):
        """The strongly connected components, a set of frozensets."""
        return {frozenset(self.descendants(v) & self.ancestors(v)) for v in range(self.size)}

    def source_components(self):
        return {
            component
            for component in self.components()
            if all(self.ancestors(v) <= component for v in component)
        }

    def induced(self, vertices):
        """How often each pair of these vertices is an edge."""
        return Counter(
            (tail, head) for tail, head in self.edges if tail in vertices and head in vertices
        )


def random_sketch(seed):
    """Up to nine vertices; with parallel edges, self-loops and isolated vertices."""
    rng = random.Random(seed)
    size = rng.randint(1, 9)
    edges = [
        (rng.randrange(size), rng.randrange(size))
        for _ in range(rng.choice([0, size // 2, size, 2 * size, 3 * size]))
    ]
    for edge in list(edges):
        if rng.random() < 0.3:
            edges.append(edge)
    return Sketch(size, edges)


SKETCHES = [
    Sketch(0, []),
    Sketch(1, []),
    Sketch(1, [(0, 0), (0, 0)]),
    Sketch(3, [(0, 1), (0, 1), (0, 1)]),
    Sketch(4, [(0, 1), (1, 2), (2, 3), (3, 0)]),
    Sketch(6, [(0, 1), (0, 1), (1, 0), (1, 2), (2, 0), (2, 2), (0, 3), (3, 2), (2, 4)]),
    Sketch(8, [(0, 1), (1, 0), (1, 2), (2, 3), (3, 2), (4, 3), (5, 5), (6, 7)]),
    *map(random_sketch, range(20)),
]

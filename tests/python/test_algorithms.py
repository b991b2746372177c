"""Every query of every graph class, against naive answers."""

import random
from collections import Counter

import pytest
from helpers.graphs import SAMPLERS, UserGraph
from helpers.oracles import SKETCHES, Sketch

from refcycle.directed_graph import DirectedGraph

EVERY_GENERATIONS = [0, 1, 2, 3, None, 10**30]


@pytest.fixture(params=SAMPLERS, scope="module")
def sampler(request):
    return SAMPLERS[request.param]


@pytest.fixture
def samples(sampler):
    """One of each sketch. They are not test parameters: thousands of tests make a large heap."""

    def one_by_one():
        for sketch in SKETCHES:
            print(sketch)  # is shown when the test fails
            yield sampler(sketch)

    return one_by_one()


@pytest.fixture
def ring(sampler):
    """A ring of five with a chord, an exit and an isolated vertex."""
    return sampler(Sketch(7, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (1, 3), (2, 5)]))


def test_len_iter_and_in_agree_with_the_vertices(samples):
    for sample in samples:
        graph = sample.graph
        assert len(graph) == len(graph.vertices) == sample.sketch.size
        assert sample.numbers(graph) == sample.numbers(graph.vertices)
        assert sorted(sample.numbers(graph)) == list(range(sample.sketch.size))
        assert all(vertex in graph and vertex in graph.vertices for vertex in sample.vertices)
        assert bool(graph) == (sample.sketch.size > 0)


def test_edges_have_the_ends_that_were_given(samples):
    for sample in samples:
        graph = sample.graph
        assert len(graph.edges) == len(sample.sketch.edges)
        assert len(set(graph.edges)) == len(sample.sketch.edges)
        assert Counter(map(sample.pair, graph.edges)) == Counter(sample.sketch.edges)
        assert all(edge in graph.edges for edge in list(graph.edges))


def test_references_are_pairs_of_tail_and_head(samples):
    for sample in samples:
        references = sample.graph.references()
        assert type(references) is list
        assert all(type(pair) is tuple for pair in references)
        pairs = Counter(tuple(sample.numbers(pair)) for pair in references)
        assert pairs == Counter(sample.sketch.edges)


def test_out_edges_and_children_keep_parallel_edges(samples):
    for sample in samples:
        graph = sample.graph
        for number, vertex in enumerate(sample.vertices):
            out_edges = list(graph.out_edges(vertex))
            assert all(graph.tail(edge) is vertex for edge in out_edges)
            assert len(set(out_edges)) == len(out_edges)
            expected = sorted(sample.sketch.children(number))
            assert sorted(sample.number(graph.head(edge)) for edge in out_edges) == expected
            assert type(graph.children(vertex)) is list
            assert sorted(sample.numbers(graph.children(vertex))) == expected


def test_in_edges_and_parents_keep_parallel_edges(samples):
    for sample in samples:
        graph = sample.graph
        for number, vertex in enumerate(sample.vertices):
            in_edges = list(graph.in_edges(vertex))
            assert all(graph.head(edge) is vertex for edge in in_edges)
            assert len(set(in_edges)) == len(in_edges)
            expected = sorted(sample.sketch.parents(number))
            assert sorted(sample.number(graph.tail(edge)) for edge in in_edges) == expected
            assert type(graph.parents(vertex)) is list
            assert sorted(sample.numbers(graph.parents(vertex))) == expected


def test_full_subgraph_has_all_edges_between_its_vertices(samples):
    for sample in samples:
        rng = random.Random(1)
        for _ in range(10):
            chosen = {number for number in range(sample.sketch.size) if rng.random() < 0.6}
            shuffled = sorted(chosen, key=lambda number: rng.random())
            vertices = [sample.vertices[number] for number in shuffled]
            sample.check_induced(sample.graph.full_subgraph(iter(vertices)), chosen)


def test_subgraphs_of_subgraphs_keep_the_edges_of_the_first_graph(samples):
    for sample in samples:
        kept = sample.vertices[1:]
        once = sample.graph.full_subgraph(kept)
        twice = once.full_subgraph(kept[1:])
        sample.check_induced(once, range(1, len(sample.vertices)))
        sample.check_induced(twice, range(2, len(sample.vertices)))
        for vertex in kept[1:]:
            names = {e for e in sample.graph.out_edges(vertex) if e in set(twice.edges)}
            assert set(twice.out_edges(vertex)) == names


@pytest.mark.parametrize("generations", EVERY_GENERATIONS)
def test_descendants(samples, generations):
    for sample in samples:
        for number, vertex in enumerate(sample.vertices):
            expected = sample.sketch.descendants(number, generations)
            sample.check_induced(sample.graph.descendants(vertex, generations), expected)


@pytest.mark.parametrize("generations", EVERY_GENERATIONS)
def test_ancestors(samples, generations):
    for sample in samples:
        for number, vertex in enumerate(sample.vertices):
            expected = sample.sketch.ancestors(number, generations)
            sample.check_induced(sample.graph.ancestors(vertex, generations), expected)


def test_generations_may_be_named_and_default_to_no_limit(ring):
    start = ring.vertices[0]
    ring.check_induced(ring.graph.descendants(start), {0, 1, 2, 3, 4, 5})
    ring.check_induced(ring.graph.descendants(start=start, generations=1), {0, 1})
    ring.check_induced(ring.graph.ancestors(start), {0, 1, 2, 3, 4})
    ring.check_induced(ring.graph.ancestors(start=start, generations=2), {0, 3, 4})
    ring.check_induced(ring.graph.descendants(start, True), {0, 1})


def test_shortest_path(samples):
    for sample in samples:
        for start, first in enumerate(sample.vertices):
            for end, last in enumerate(sample.vertices):
                steps = sample.sketch.distance(start, end)
                if steps is None:
                    with pytest.raises(ValueError, match="path"):
                        sample.graph.shortest_path(first, last)
                    continue
                path = sample.graph.shortest_path(first, last)
                numbers = sample.numbers(path)
                sample.check_induced(path, numbers)
                assert len(numbers) == steps + 1
                within = Sketch(sample.sketch.size, sample.sketch.induced(set(numbers)))
                assert within.distance(start, end) == steps


def test_shortest_cycle(samples):
    for sample in samples:
        for number, vertex in enumerate(sample.vertices):
            length = sample.sketch.cycle_length(number)
            if length is None:
                with pytest.raises(ValueError, match="cycle"):
                    sample.graph.shortest_cycle(vertex)
                continue
            cycle = sample.graph.shortest_cycle(vertex)
            numbers = sample.numbers(cycle)
            sample.check_induced(cycle, numbers)
            assert len(numbers) == length
            within = Sketch(sample.sketch.size, sample.sketch.induced(set(numbers)))
            assert within.cycle_length(number) == length


def test_the_path_to_itself_is_the_vertex_alone(ring):
    for number, vertex in enumerate(ring.vertices):
        ring.check_induced(ring.graph.shortest_path(vertex, vertex), {number})


def test_paths_bring_the_chords_between_their_vertices(ring):
    path = ring.graph.shortest_path(ring.vertices[0], ring.vertices[5])
    ring.check_induced(path, {0, 1, 2, 5})
    cycle = ring.graph.shortest_cycle(ring.vertices[4])
    ring.check_induced(cycle, {0, 1, 3, 4})


def test_strongly_connected_components(samples):
    for sample in samples:
        components = sample.graph.strongly_connected_components()
        assert type(components) is list
        sets = [frozenset(sample.numbers(component)) for component in components]
        assert len(sets) == len(set(sets))
        assert set(sets) == sample.sketch.components()
        for component, numbers in zip(components, sets, strict=True):
            sample.check_induced(component, numbers)


def test_components_come_after_all_that_they_reach(samples):
    for sample in samples:
        components = sample.graph.strongly_connected_components()
        sets = [frozenset(sample.numbers(component)) for component in components]
        for position, earlier in enumerate(sets):
            reached = sample.sketch.descendants(min(earlier))
            for later in sets[position + 1 :]:
                assert not reached & later


def test_components_can_be_sorted(ring):
    components = ring.graph.strongly_connected_components()
    components.sort(key=len)
    assert [len(component) for component in components] == [1, 1, 5]


def test_source_components(samples):
    for sample in samples:
        components = sample.graph.source_components()
        assert type(components) is list
        sets = [frozenset(sample.numbers(component)) for component in components]
        assert len(sets) == len(set(sets))
        assert set(sets) == sample.sketch.source_components()
        for component, numbers in zip(components, sets, strict=True):
            sample.check_induced(component, numbers)


def test_queries_on_results_know_only_the_result(ring):
    part = ring.graph.full_subgraph([ring.vertices[number] for number in (0, 1, 2, 4)])
    assert sorted(ring.numbers(part.descendants(ring.vertices[0]))) == [0, 1, 2]
    assert sorted(ring.numbers(part.ancestors(ring.vertices[0]))) == [0, 4]
    assert [len(one) for one in part.strongly_connected_components()] == [1] * 4
    assert ring.numbers(part.source_components()[0]) == [4]
    with pytest.raises(ValueError):
        part.shortest_cycle(ring.vertices[0])


def test_count_by_counts_vertices_of_each_class(samples):
    for sample in samples:
        counts = sample.graph.count_by(lambda vertex, number=sample.number: number(vertex) % 3)
        assert type(counts) is Counter
        assert counts == Counter(number % 3 for number in range(sample.sketch.size))


def test_find_by_lists_the_vertices_that_are_wanted(samples):
    for sample in samples:
        found = sample.graph.find_by(
            lambda vertex, number=sample.number: [] if number(vertex) % 2 else "yes"
        )
        assert type(found) is list
        assert sorted(sample.numbers(found)) == list(range(0, sample.sketch.size, 2))


def test_difference_and_intersection(samples):
    for sample in samples:
        size = sample.sketch.size
        part = sample.graph.full_subgraph(sample.vertices[: size // 2])
        sample.check_induced(sample.graph - part, range(size // 2, size))
        sample.check_induced(sample.graph & part, range(size // 2))
        sample.check_induced(part & sample.graph, range(size // 2))
        sample.check_induced(part - sample.graph, ())
        sample.check_induced(sample.graph - sample.graph, ())
        sample.check_induced(sample.graph & sample.graph, range(size))


def test_difference_and_intersection_with_a_graph_of_another_class(sampler):
    sample = sampler(Sketch(3, [(0, 1), (1, 2)]))
    middle = sample.vertices[1]
    if sampler is SAMPLERS["UserGraph"]:
        other = DirectedGraph.from_edge_pairs([middle], [])
    elif sampler is SAMPLERS["ObjectGraph"]:
        other = UserGraph([Same(middle)], {})
    else:
        other = UserGraph([middle], {})
    sample.check_induced(sample.graph - other, {0, 2})
    sample.check_induced(sample.graph & other, {1})


class Same:
    """Equal to only one object."""

    def __init__(self, other):
        self.other = other

    def __eq__(self, other):
        return other is self.other

    __hash__ = None


@pytest.mark.parametrize("operator", ["-", "&"])
@pytest.mark.parametrize("other", [[], set(), None, 5, "abc", iter(())], ids=repr)
def test_a_graph_combines_with_graphs_alone(ring, operator, other):
    graph = ring.graph
    with pytest.raises(TypeError, match="unsupported operand"):
        graph - other if operator == "-" else graph & other
    with pytest.raises(TypeError, match="unsupported operand"):
        other - graph if operator == "-" else other & graph


def test_repr_names_the_class_and_the_size(samples):
    for sample in samples:
        cls = type(sample.graph)
        name = f"{cls.__module__}.{cls.__qualname__}"
        size = sample.sketch.size
        expected = f"<{name} object of size {size} at {id(sample.graph):#x}>"
        assert repr(sample.graph) == str(sample.graph) == expected


def test_graphs_are_equal_to_themselves_alone(sampler):
    sketch = Sketch(2, [(0, 1)])
    one, other = sampler(sketch).graph, sampler(sketch).graph
    assert one == one and one != other
    assert len({one, other, one}) == 2


def test_vertices_and_edges_can_be_gone_through_again_and_again(ring):
    for _ in range(2):
        assert sorted(ring.numbers(ring.graph.vertices)) == list(range(7))
        assert Counter(map(ring.pair, ring.graph.edges)) == Counter(ring.sketch.edges)
    iterator = iter(ring.graph)
    assert len(list(iterator)) == 7
    assert list(iterator) == []


def test_what_is_no_edge_is_not_among_the_edges(ring):
    sub = ring.graph.full_subgraph(ring.vertices[:2])
    gone = set(ring.graph.edges) - set(sub.edges)
    assert len(gone) == 6
    assert not any(edge in sub.edges for edge in gone)
    assert "no edge" not in ring.graph.edges
    assert None not in ring.graph.edges

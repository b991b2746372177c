"""The number and size of the objects of each type in a graph."""

from collections import Counter

from refcycle._objects.type_flags import class_name
from refcycle._objects.types import is_graph_of_file
from refcycle._refcycle import LoadedGraph, ObjectGraph

__all__ = ["Totals", "totals"]

# The number of objects and their bytes, by the name of the type.
Totals = dict[str, tuple[int, int]]

# This does not call a metaclass.


def totals(graph: ObjectGraph) -> Totals:
    """Return the number of objects and the bytes of each type.

    The names are those of `count_by_typename`. No code of the objects or their types runs. Takes
    about 0.4 s for a million objects.
    """
    if is_graph_of_file(graph):
        return _totals_of_file(graph)
    # Types are compared by `id`, because a metaclass may define `__eq__`.
    types = {id(class_): class_ for class_ in map(type, graph)}
    counts = Counter(map(id, map(type, graph)))
    sizes = dict.fromkeys(types, 0)
    for key, size in zip(map(id, map(type, graph)), graph.shallow_sizes(), strict=True):
        sizes[key] += size
    found: Totals = {}
    for key, class_ in types.items():
        name = class_name(class_)
        count, size = found.get(name, (0, 0))
        found[name] = (count + counts[key], size + sizes[key])
    return found


def _totals_of_file(graph: LoadedGraph) -> Totals:
    found: Totals = {}
    for type_name, count, size in graph._type_totals():
        name = type_name.rpartition(".")[2]
        other_count, other_size = found.get(name, (0, 0))
        found[name] = (other_count + count, other_size + size)
    return found

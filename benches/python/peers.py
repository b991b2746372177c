"""Time Python's graph libraries on the graphs of the Rust benchmarks, relative to refcycle-core.

    table --export FOLDER [--small] [--graphs NAME,...]
    python benches/python/peers.py FOLDER --table target/release/table

FOLDER contains graphs as raw arrays, each also with an additional root in a subfolder `rooted`.
Each library runs in a separate process. refcycle-core (the program `table`, without peers) is
timed before and after it, and the ratio is relative to the mean of the two. Prints tables in
Markdown. A library that is not installed is reported and skipped; one that takes longer than
`--limit` seconds for a problem is stopped.

The libraries: `pip install scipy igraph networkit rustworkx networkx`.
"""

import argparse
import collections
import importlib.metadata
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

LIBRARIES = ["scipy", "igraph", "networkit", "rustworkx", "networkx"]
PROBLEMS = {
    "scc": "Strongly connected components",
    "bfs": "Breadth-first search over everything, from a root above the source components",
    "dominators": "Immediate dominators, from the same root",
}
# Larger graphs do not fit into memory as Python objects.
MOST_EDGES = {"networkx": 5_000_000, "rustworkx": 40_000_000}


def arrays(folder):
    import numpy

    offsets = numpy.fromfile(folder / "offsets.u32", dtype="<u4")
    heads = numpy.fromfile(folder / "heads.u32", dtype="<u4")
    return offsets, heads


def edges_of(folder):
    return (folder / "heads.u32").stat().st_size // 4


def pairs(offsets, heads):
    import numpy

    degrees = numpy.diff(offsets.astype("i8"))
    return numpy.repeat(numpy.arange(len(degrees), dtype="i8"), degrees), heads.astype("i8")


def scipy_graph(offsets, heads):
    import numpy
    from scipy.sparse import csr_array

    ones = numpy.ones(len(heads), dtype="i1")
    size = len(offsets) - 1
    return csr_array((ones, heads.astype("i4"), offsets.astype("i4")), shape=(size, size))


def scipy_jobs(graph, root):
    from scipy.sparse import csgraph

    return {
        "scc": lambda: csgraph.connected_components(graph, connection="strong")[0],
        "bfs": lambda: len(csgraph.breadth_first_order(graph, root)[0]),
    }


def igraph_graph(offsets, heads):
    import igraph
    import numpy

    edges = numpy.column_stack(pairs(offsets, heads))
    return igraph.Graph(len(offsets) - 1, edges, directed=True)


def igraph_jobs(graph, root):
    def dominators():
        return sum(v == root for v in graph.dominator(root))

    return {
        "scc": lambda: len(graph.connected_components(mode="strong")),
        "bfs": lambda: len(graph.bfs(root)[0]),
        "dominators": dominators,
    }


def networkit_graph(offsets, heads):
    import networkit

    networkit.setNumberOfThreads(1)
    tails, heads = pairs(offsets, heads)
    graph = networkit.Graph(len(offsets) - 1, directed=True)
    graph.addEdges((tails.astype("u8"), heads.astype("u8")))
    return graph


def networkit_jobs(graph, root):
    import networkit
    import numpy

    def components():
        found = networkit.components.StronglyConnectedComponents(graph)
        return found.run().numberOfComponents()

    def search():
        found = networkit.distance.BFS(graph, root, storePaths=False)
        distances = numpy.asarray(found.run().getDistances(asarray=True))
        return numpy.count_nonzero(distances < graph.upperNodeIdBound())

    return {"scc": components, "bfs": search}


def rustworkx_graph(offsets, heads):
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(len(offsets) - 1))
    tails, heads = pairs(offsets, heads)
    graph.add_edges_from_no_data(list(zip(tails.tolist(), heads.tolist(), strict=True)))
    return graph


def rustworkx_jobs(graph, root):
    import rustworkx

    def search():
        return len(rustworkx.descendants(graph, root)) + 1

    def dominators():
        found = rustworkx.immediate_dominators(graph, root).items()
        return sum(above == root != v for v, above in found)

    return {
        "scc": lambda: len(rustworkx.strongly_connected_components(graph)),
        "bfs": search,
        "dominators": dominators,
    }


def networkx_graph(offsets, heads):
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(offsets) - 1))
    tails, heads = pairs(offsets, heads)
    graph.add_edges_from(zip(tails.tolist(), heads.tolist(), strict=True))
    return graph


def networkx_jobs(graph, root):
    import networkx

    def dominators():
        found = networkx.immediate_dominators(graph, root).items()
        return sum(above == root != v for v, above in found)

    return {
        "scc": lambda: sum(1 for _ in networkx.strongly_connected_components(graph)),
        "bfs": lambda: 1 + sum(1 for _ in networkx.bfs_edges(graph, root)),
        "dominators": dominators,
    }


def child(library, folder, problem, rounds):
    """Print the median seconds of a library, as JSON."""
    folder = pathlib.Path(folder)
    rooted = problem != "scc"
    offsets, heads = arrays(folder / "rooted" if rooted else folder)
    root = len(offsets) - 2
    graph = globals()[f"{library}_graph"](offsets, heads)
    jobs = globals()[f"{library}_jobs"](graph, root)
    if problem not in jobs:
        print("null")
        return
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        answer = jobs[problem]()
        times.append(time.perf_counter() - start)
        if times[0] > 8:
            break
    print(json.dumps([statistics.median(times[1:] or times), int(answer)]))


def peer(library, folder, problem, options):
    command = [sys.executable, __file__, "--child", library, str(folder), problem]
    command += ["--rounds", str(options.rounds)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=options.limit, check=True
        )
    except subprocess.TimeoutExpired:
        return f"more than {options.limit} s"
    except subprocess.CalledProcessError as error:
        print(f"{library} failed:\n{error.stderr[-500:]}", file=sys.stderr)
        return "failed"
    return json.loads(done.stdout.splitlines()[-1])


def ours(folder, problem, options):
    """Measure refcycle-core: its seconds."""
    command = [options.table, "--ours", "--tsv", "--rounds", "3"]
    command += ["--graphs", folder.name, "--problems", problem]
    environment = os.environ | {"REFCYCLE_BENCH_GRAPHS": str(folder.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    for line in done.stdout.splitlines():
        graph, _, name, seconds, *_ = line.split("\t")
        if (graph, name) == (folder.name, "ours"):
            return float(seconds) * edges_of(folder)
    return None


def measure(folder, problem, libraries, options):
    """Make the cells of a row: how many times our time each library takes."""
    cells = {}
    answers = set()
    before = ours(folder, problem, options)
    for library in libraries:
        if edges_of(folder) > MOST_EDGES.get(library, options.most_edges):
            cells[library] = "too large"
            continue
        result = peer(library, folder, problem, options)
        if result is None or isinstance(result, str):
            cells[library] = result or "-"
            continue
        seconds, answer = result
        answers.add(answer)
        after = ours(folder, problem, options)
        if before and after:
            cells[library] = f"{2 * seconds / (before + after):.3g}"
        else:
            cells[library] = f"{seconds:.3g} s"
        if len(answers) > 1:
            cells[library] += " (another answer)"
            answers.discard(answer)
        before = after
    return cells


def installed():
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            print(f"{library} is not installed: left out", file=sys.stderr)
    return versions


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--table", help="the program of refcycle-benches", required=True)
    parser.add_argument("--graphs", help="names, with commas between them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=300, help="seconds for each library")
    parser.add_argument("--most-edges", type=int, default=70_000_000)
    options = parser.parse_args()
    versions = installed()
    folders = sorted(path.parent.parent for path in options.folder.glob("*/rooted/heads.u32"))
    if options.graphs:
        wanted = tuple(options.graphs.split(","))
        folders = [path for path in folders if path.name.startswith(wanted)]
    rows = collections.defaultdict(dict)
    for problem in PROBLEMS:
        for folder in folders:
            print(f"{folder.name}: {problem}", file=sys.stderr)
            rows[problem][folder.name] = measure(folder, problem, versions, options)
    heads = " | ".join(f"{name} {version} / ours" for name, version in versions.items())
    for problem, title in PROBLEMS.items():
        print(f"## {title} (`{problem}`), Python\n\n| graph | {heads} |")
        print("|---|" + "---|" * len(versions))
        for graph, cells in rows[problem].items():
            print(f"| {graph} | " + " | ".join(cells[name] for name in versions) + " |")
        print()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:5], int(sys.argv[6]))
    else:
        main()

"""Random heaps with secrets, which no redacted file may contain.

    python -m helpers.redaction_sweep [SEEDS]

in `tests/python`, with a Python in which refcycle and pyarrow are installed. Checks about 20 heaps
per second. Prints the leaks, and the number of secrets.
"""

import collections
import pathlib
import random
import sys
import tempfile
import types

import refcycle
from helpers.columns import decompressed
from helpers.secrets_of_all_kinds import NAMES, found, secret

SIZE = 60


class Plain:
    pass


class Slotted:
    __slots__ = ("__dict__", "slot")


def heap(rng, place):
    """Return objects that hold each other, and secrets, in all ways except as identifiers."""
    objects = [[]]

    def anything():
        if rng.random() < 0.5:
            return secret(place, rng.randrange(len(NAMES)))
        return rng.choice(objects)

    def hashable():
        kind = rng.randrange(6)
        text = secret(place, rng.randrange(len(NAMES)))
        if kind == 0:
            return text, rng.randrange(9), (text,)
        if kind == 1:
            return text.encode("utf-8", "surrogatepass")
        if kind == 2:
            return frozenset([text])
        return text

    def attributes(obj):
        for _ in range(rng.randrange(4)):
            name = secret(place, rng.randrange(len(NAMES)))
            if name.isidentifier():
                name = f"{name}-"
            setattr(obj, name, anything())
            setattr(obj, f"name_{rng.randrange(9)}", anything())
        return obj

    def function():
        first, second, third = anything(), anything(), anything()

        def inner(argument=second, *, keyword=third):
            return first, argument

        return attributes(inner)

    def generator():
        local = anything()
        yield local

    def started():
        made = generator()
        next(made)
        return made

    def raised():
        local = {hashable(): anything()}
        try:
            raise KeyError(local, anything())
        except KeyError as error:
            return error

    makers = [
        lambda: {hashable(): anything() for _ in range(rng.randrange(6))},
        lambda: collections.OrderedDict((hashable(), anything()) for _ in range(3)),
        lambda: collections.defaultdict(list, {hashable(): anything()}),
        lambda: [anything() for _ in range(rng.randrange(4))],
        lambda: (anything(), anything()),
        lambda: {hashable(), hashable()},
        lambda: attributes(Plain()),
        lambda: attributes(Slotted()),
        lambda: vars(attributes(Plain())),
        lambda: dict(vars(attributes(Plain()))),
        lambda: attributes(types.ModuleType("named", secret(place, 3))),
        lambda: attributes(type("Named", (Plain,), {"__doc__": secret(place, 4)})),
        lambda: types.MappingProxyType({hashable(): anything()}),
        function,
        started,
        raised,
    ]
    for _ in range(SIZE):
        objects.append(rng.choice(makers)())
    return objects


def main(seeds):
    count = leaks = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "file")
        for seed in range(seeds):
            rng = random.Random(seed)
            objects = heap(rng, seed % 1000)
            part = {id(obj): obj for obj in rng.sample(objects, rng.randrange(1, SIZE))}
            start = refcycle.ObjectGraph(part.values())
            graph = refcycle.objects_reachable_from(list(part.values())) if seed % 2 else start
            graph.save(path, redact=False)
            count += len(found(decompressed(path)))
            graph.save(path)
            for place, kind in found(decompressed(path)):
                leaks += 1
                print("seed", seed, "leaks", kind, "of", place)
    print(f"{seeds} heaps, {count} secrets in the files that are not redacted, {leaks} leaks")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

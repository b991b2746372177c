"""Looks at the heap repeatedly for some seconds, and prints the memory of the process.

`python -m helpers.loop 600` in the folder of the tests.
"""

import gc
import json
import resource
import sys
import tempfile
import time

from helpers.looking import LOOKS, World

PAGE = resource.getpagesize()
ROUNDS = 24


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


def main(seconds, looks=LOOKS):
    curve = []
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        held = [[number] for number in range(20_000)]
        end = time.monotonic() + seconds
        rounds = 0
        while rounds < ROUNDS or time.monotonic() < end:
            for look in looks.values():
                look(world)
            gc.collect()
            curve.append(resident())
            rounds += 1
        world.close()
    del held
    print(json.dumps(curve))


if __name__ == "__main__":
    main(float(sys.argv[1]))

"""Writes a file with the current format, in this folder: `python - PATH < make_format.py`.

The script is read from stdin, so it has no path that could get into the file. One file of each
format is kept, so that later versions are tested on it.
"""

import sys
import weakref

import refcycle


class Pool:
    def __init__(self):
        self.items = [{"pool": self}]
        self.names = [f"{number} of six" for number in range(6)]
        self.seen = {("a", 1)}
        self.on_close = self.close
        self.weak = weakref.ref(self)
        self.box = []
        self.running = work(self.box)
        next(self.running)

    def close(self):
        pass


def work(box):
    yield box


def objects(pool):
    yield from (pool, vars(pool), *vars(pool).values(), *pool.items, *pool.names, *pool.seen)
    yield from (pool.running.gi_frame, Pool, work, sys)


def main():
    path = sys.argv[1]
    # The file contains no data of the machine.
    sys.orig_argv = ["python", "make_format.py"]
    refcycle.ObjectGraph(objects(Pool())).save(path, redact=False)


if __name__ == "__main__":
    with open("make_format.py", encoding="utf-8") as file:
        code = compile(file.read(), "make_format.py", "exec")
    names = {"__name__": "make_format"}
    exec(code, names)
    names["main"]()

"""Graphs as two arrays of 32-bit numbers, the format that the Rust benchmarks read."""

import array
import pathlib
import sys


def write(folder, rows):
    """Write the heads of each vertex's edges, in the order of the vertices."""
    offsets = array.array("I", [0])
    heads = array.array("I")
    for row in rows:
        heads.extend(row)
        offsets.append(len(heads))
    if offsets.itemsize != 4:
        raise SystemExit("this platform has no 32-bit array")
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, numbers in [("offsets", offsets), ("heads", heads)]:
        if sys.byteorder == "big":
            numbers.byteswap()
        with open(folder / f"{name}.u32", "wb") as file:
            numbers.tofile(file)
    print(f"{folder}: {len(offsets) - 1} vertices, {len(heads)} edges")

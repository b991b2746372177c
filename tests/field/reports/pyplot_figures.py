# https://github.com/UWCS/apollo/issues/152
"""pyplot keeps each figure until it is closed."""

import io

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

import refcycle

CAUSE = ["Gcf", "figs"]
FIX = ["plt.close("]
NEVER = ["weakref"]


def karma():
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    figure.savefig(io.BytesIO(), format="svg")


karma()
print(refcycle.why(refcycle.snapshot().find_by_typename("Figure")[0]))

# https://github.com/jupyter-widgets/ipywidgets/issues/1345
"""ipywidgets keeps each widget until it is closed."""

import ipywidgets

import refcycle

CAUSE = ["ipywidgets", "_instances"]
FIX = [("close()", "remove", "take it out")]


def show():
    ipywidgets.IntSlider(4)


show()
print(refcycle.why(refcycle.snapshot().find_by_typename("IntSlider")[0]))

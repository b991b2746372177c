# https://github.com/jupyter-widgets/ipywidgets/issues/337
"""An object observes itself with a function inside `__init__`: a cycle."""

import traitlets

import refcycle

CAUSE = ["Box", "_validate_border"]
FIX = [("method", "unobserve", "weak")]
NEVER = ["make `cell"]


class Box(traitlets.HasTraits):
    border = traitlets.Int()

    def __init__(self):
        super().__init__()

        def _validate_border(change):
            self.valid = True

        self.observe(_validate_border, "border")


def show():
    Box()


show()
for cycle in refcycle.cycles_created_by(show).cycles():
    print(cycle, cycle.cut(), sep="\n")

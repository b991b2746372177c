# https://github.com/talmolab/sleap-nn/issues/574
"""A dict as the default of an attrs field is one for all instances."""

import attrs

import refcycle

CAUSE = ["Tracker", "default"]
FIX = ["factory"]


class Track:
    pass


@attrs.define
class Tracker:
    tracks: dict = {}

    def track(self, number):
        self.tracks[number] = Track()


for number in range(3):
    Tracker().track(number)
print(refcycle.why(refcycle.snapshot().find_by_typename("Track")[0]))

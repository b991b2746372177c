# https://github.com/pdfminer/pdfminer.six/pull/687
"""A parser keeps its state as a bound method of itself."""

import io

from pdfminer.psparser import PSBaseParser

import refcycle

CAUSE = ["PSBaseParser._parse1"]
FIX = ["_parse1"]
NEVER = ["make `method.__self__`"]


def parse():
    PSBaseParser(io.BytesIO(b"/Name (text) 12")).nexttoken()


parse()
for cycle in refcycle.cycles_created_by(parse).cycles():
    print(cycle, cycle.cut(), sep="\n")

# https://github.com/MechanicalSoup/MechanicalSoup/issues/253
"""A string of Beautiful Soup holds its parent, and so the document."""

from bs4 import BeautifulSoup

import refcycle

CAUSE = ["clients", "NavigableString"]
FIX = ["str("]

clients = []


def read(page):
    soup = BeautifulSoup(page, "html.parser")
    clients.append(soup.td.string)


read("<table><tr><td>laptop</td><td>10.0.0.2</td></tr></table>")
print(refcycle.why(refcycle.snapshot().find_by_typename("BeautifulSoup")[0]))

"""The data in a page that `export_html` wrote."""

import base64
import json
import re

_ELEMENT = re.compile(
    r'<script type="(?:application/json|text/plain)" id="([a-z-]+)">(.*?)</script>\n', re.DOTALL
)


class Page:
    """The columns of numbers and the strings of a page."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        self.elements = dict(_ELEMENT.findall(self.text))
        self.about = json.loads(self.elements["about"])
        self.texts = json.loads(self.elements["texts"])
        sections = json.loads(self.elements.get("report", "null"))
        # The sections of the report by their keys; None without a report.
        self.report = None if sections is None else {one["key"]: one for one in sections}

    def column(self, name):
        """Return the numbers of a column: seven bits per byte, lowest first."""
        numbers, number, shift = [], 0, 0
        for byte in base64.b64decode(self.elements[name]):
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                numbers.append(number)
                number = shift = 0
        return numbers

    def holders(self):
        """Return what holds vertices from outside, by their numbers."""
        numbers = iter(self.column("holders"))
        return {vertex: self.texts[text] for vertex, text in zip(numbers, numbers, strict=True)}

    def labels(self):
        return [self.texts[number] for number in self.column("labels")]

    def types(self):
        names = [self.texts[number] for number in self.column("type-names")]
        return [names[number] for number in self.column("types")]

    def edges(self):
        """Return the edges as (tail, head, name)."""
        ways, names = iter(self.column("heads")), iter(self.column("names"))
        edges = []
        for tail, degree in enumerate(self.column("degrees")):
            head = tail
            for _ in range(degree):
                way, name = next(ways), next(names)
                head += (way >> 1) ^ -(way & 1)
                edges.append((tail, head, self.texts[name - 1] if name else None))
        return edges

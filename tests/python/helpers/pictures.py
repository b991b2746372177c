"""The contents of exported files."""

import os
import stat
import struct
import xml.etree.ElementTree as ElementTree


def png_size(data):
    """Width and height of a PNG image; anything else fails."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[12:16] == b"IHDR"
    assert data[-8:-4] == b"IEND"
    return struct.unpack(">II", data[16:24])


SVG = "{http://www.w3.org/2000/svg}"


def texts_of(element):
    return ["".join(text.itertext()).strip() for text in element.iter(f"{SVG}text")]


def svg_texts(path):
    """The texts of an SVG image, except for its legend; anything else fails."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    legend = [e for e in root if e.get("id") == "legend"]
    for element in legend:
        root.remove(element)
    return texts_of(root)


class Drawn:
    """The texts in the source of an SVG image."""

    def __init__(self, svg):
        root = ElementTree.fromstring(svg)
        groups = [(e.get("class"), e) for e in root.iter(f"{SVG}g")]
        nodes = [e for kind, e in groups if kind == "node"]
        self.boxes = {texts_of(e)[0]: e for e in nodes if e.get("id").startswith("v")}
        self.roots = [t for e in nodes if e.get("id").startswith("r") for t in texts_of(e)]
        self.edges = [e for kind, e in groups if kind == "edge"]
        self.frames = [e for kind, e in groups if kind == "cluster"]
        self.legend = [t for _, e in groups if e.get("id") == "legend" for t in texts_of(e)]
        self.texts = texts_of(root)

    def height(self, label):
        """The distance of the first line of a box from the top."""
        return float(self.boxes[label].find(f".//{SVG}text").get("y"))

    @property
    def targets(self):
        """The first lines of the boxes with the thick outline."""
        return [
            label
            for label, box in self.boxes.items()
            if any(e.get("stroke-width") == "3" for e in box.iter())
        ]


def script(path, body):
    """Make an executable shell script."""
    path.write_text("#!/bin/sh\n" + body)
    os.chmod(path, path.stat().st_mode | stat.S_IXUSR)
    return path

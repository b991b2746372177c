"""What exported files hold."""

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


def svg_texts(path):
    """The texts of an SVG image; anything else fails."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = [e for e in root.iter() if e.tag.rpartition("}")[2] == "text"]
    return ["".join(text.itertext()).strip() for text in texts]


def script(path, body):
    """Make an executable shell script."""
    path.write_text("#!/bin/sh\n" + body)
    os.chmod(path, path.stat().st_mode | stat.S_IXUSR)
    return path

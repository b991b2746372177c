"""Write Debian's package dependencies for the Rust benchmarks.

    apt-cache dumpavail | python benches/python/export_debian.py FOLDER

The vertices are the packages and the names that packages provide. Each package has an edge to
each name in its Depends, Pre-Depends and Recommends, including all alternatives. Each name has
an edge to each package that provides it.
"""

import re
import sys

import raw

NEEDS = ("Depends", "Pre-Depends", "Recommends")
NAME = re.compile(r"\s*([a-z0-9][a-z0-9+.-]*)")


def names(field):
    for relation in re.split("[,|]", field):
        if match := NAME.match(relation):
            yield match.group(1)


def paragraphs(lines):
    fields = {}
    key = None
    for line in lines:
        if not line.strip():
            if fields:
                yield fields
            fields, key = {}, None
        elif line[0] in " \t":
            if key:
                fields[key] += line
        else:
            key, _, value = line.partition(":")
            fields[key] = value
    if fields:
        yield fields


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    heads = {}
    for fields in paragraphs(sys.stdin):
        package = fields.get("Package", "").strip()
        if not package:
            continue
        edges = heads.setdefault(package, {})
        for field in NEEDS:
            edges.update(dict.fromkeys(names(fields.get(field, ""))))
        for provided in names(fields.get("Provides", "")):
            heads.setdefault(provided, {})[package] = None
    for edges in list(heads.values()):
        for head in edges:
            heads.setdefault(head, {})
    number = {name: place for place, name in enumerate(heads)}
    raw.write(sys.argv[1], ([number[head] for head in edges] for edges in heads.values()))


if __name__ == "__main__":
    main()

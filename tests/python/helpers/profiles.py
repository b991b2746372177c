"""Reads the flame graphs of each format: stacks of frames, from the outside inwards, and bytes."""

import gzip
import json
from collections import Counter, defaultdict


def collapsed(path):
    """Return the bytes of each stack."""
    stacks = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        stack, _, size = line.rpartition(" ")
        stacks[tuple(stack.split(";"))] += int(size)
    return stacks


def speedscope(path):
    """Return the bytes of each stack; check that frames open and close in order."""
    read = json.loads(path.read_text(encoding="ascii"))
    assert read["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = [full_name(**frame) for frame in read["shared"]["frames"]]
    [profile] = read["profiles"]
    assert (profile["type"], profile["unit"], profile["startValue"]) == ("evented", "bytes", 0)
    stacks, stack, at = Counter(), [], 0
    for event in profile["events"]:
        if event["at"] > at:
            stacks[tuple(frames[frame] for frame in stack)] += event["at"] - at
            at = event["at"]
        assert event["at"] == at
        if event["type"] == "O":
            stack.append(event["frame"])
        else:
            assert stack.pop() == event["frame"]
    assert not stack and at == profile["endValue"]
    return stacks


def full_name(name, file=None, line=0):
    """Return the name of a frame as in a collapsed stack."""
    return f"{name} at {file}:{line}" if file else name


def fields(message):
    """Return the fields of a message of protobuf by number, each as a list of numbers or bytes."""
    found, place = defaultdict(list), 0
    while place < len(message):
        key, place = varint(message, place)
        value, place = varint(message, place)
        if key & 7 == 2:
            value, place = message[place : place + value], place + value
            assert place <= len(message)
        else:
            assert key & 7 == 0
        found[key >> 3].append(value)
    return found


def varint(message, place):
    """Return a number, and the place after it."""
    number = shift = 0
    while True:
        byte = message[place]
        number |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return number, place


def packed(message):
    """Return the numbers of a repeated field."""
    numbers, place = [], 0
    while place < len(message):
        number, place = varint(message, place)
        numbers.append(number)
    return numbers


def pprof(path):
    """Return the bytes of each stack, and the number of its objects."""
    profile = fields(gzip.decompress(path.read_bytes()))
    texts = [text.decode() for text in profile[6]]
    assert texts[0] == ""
    kinds = [fields(kind) for kind in profile[1]]
    values = [(texts[kind[1][0]], texts[kind[2][0]]) for kind in kinds]
    assert values == [("inuse_objects", "count"), ("inuse_space", "bytes")]
    assert texts[profile[14][0]] == "inuse_space"
    functions = {}
    for function in map(fields, profile[5]):
        file = texts[function[4][0]] if function[4] else None
        line = function[5][0] if function[5] else 0
        functions[function[1][0]] = full_name(texts[function[2][0]], file, line)
    locations = {}
    for location in map(fields, profile[4]):
        [line] = map(fields, location[4])
        locations[location[1][0]] = functions[line[1][0]]
    sizes, counts = Counter(), Counter()
    for sample in map(fields, profile[2]):
        stack = tuple(locations[number] for number in reversed(packed(sample[1][0])))
        count, size = packed(sample[2][0])
        sizes[stack] += size
        counts[stack] += count
    return sizes, counts

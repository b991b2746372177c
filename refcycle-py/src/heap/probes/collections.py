# `collections`


@probe
def items():
    # More than two blocks, and a start within a block.
    for start in (0, 40):
        holder = deque([[number] for number in range(200)])
        holder.rotate(start)
        measure(holder, {}, "items", tuple(holder))


@probe
def iterators():
    target = deque([1])
    for iterator in (iter(target), reversed(target)):
        measure(iterator, {"deque": target})

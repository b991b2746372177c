"""The uncompressed contents of a dump's file."""

import importlib.util

_FRAME = b"\x28\xb5\x2f\xfd"


def decompressed(path):
    """Return the bytes of the file itself and of all its columns, strings and metadata.

    None if no installed package can decompress it.
    """
    content = path.read_bytes()
    if importlib.util.find_spec("pyarrow") is not None:
        return content + b"\n".join(_of_arrow(path))
    if importlib.util.find_spec("compression.zstd") is not None:  # since 3.14
        return content + b"\n".join(_of_frames(content))
    return None


def _of_arrow(path):
    import pyarrow

    with pyarrow.memory_map(str(path)) as source, pyarrow.ipc.open_file(source) as reader:
        for key, value in (reader.schema.metadata or {}).items():
            yield key
            yield value
        for number in range(reader.num_record_batches):
            for column in reader.get_batch(number).columns:
                yield from _of_array(column)


def _of_array(array):
    import pyarrow

    if isinstance(array, pyarrow.DictionaryArray):
        yield from _of_array(array.dictionary)
        return
    if isinstance(array, pyarrow.ListArray):
        yield from _of_array(array.values)
        return
    for buffer in array.buffers():
        if buffer is not None:
            yield bytes(buffer)


def _of_frames(content):
    from compression.zstd import ZstdDecompressor, ZstdError

    start = content.find(_FRAME)
    while start >= 0:
        try:
            yield ZstdDecompressor().decompress(content[start:])
        except ZstdError:  # the four bytes were something else
            pass
        start = content.find(_FRAME, start + 1)

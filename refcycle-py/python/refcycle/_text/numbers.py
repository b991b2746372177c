"""Numbers, sizes and plurals as people read them."""

__all__ = ["counted", "first_shown", "signed", "signed_size", "size_text"]

_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun. The plural of the noun has an `s` unless it is given.

    >>> counted(1, "object"), counted(2000, "object"), counted(0, "entry", "entries")
    ('1 object', '2,000 objects', '0 entries')
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def first_shown(shown: int, count: int) -> str:
    """Return what follows a count if only the first ones are shown; empty if all are.

    >>> f"24 cycles{first_shown(10, 24)}", first_shown(2, 2)
    ('24 cycles, the first 10 shown', '')
    """
    return f", the first {shown:,} shown" if shown < count else ""


def signed(number: float) -> str:
    """Return a number with its sign and commas: a float with one decimal.

    >>> signed(12345), signed(-0.25)
    ('+12,345', '-0.2')
    """
    return f"{number:+,.1f}" if type(number) is float else f"{number:+,}"


def signed_size(size: float) -> str:
    """Return a number of bytes with its sign, as `size_text` writes it.

    >>> signed_size(-1_234), signed_size(48), signed_size(0.5)
    ('-1.2 kB', '+48 bytes', '+0.5 bytes')
    """
    sign = "-" if size < 0 else "+"
    size = abs(size)
    if type(size) is float and size < 1000 and not size.is_integer():
        return f"{sign}{size:,.1f} bytes"
    return sign + size_text(round(size))


def size_text(size: int) -> str:
    """Return a number of bytes with two significant digits or more, in powers of 1000.

    >>> [size_text(size) for size in (1, 999, 1_234, 56_789, 999_999, 12_345_678_901)]
    ['1 byte', '999 bytes', '1.2 kB', '57 kB', '1.0 MB', '12 GB']
    """
    if size < 1000:
        return counted(size, "byte")
    amount = float(size)
    for unit in _UNITS:
        amount /= 1000
        # A number that rounds to a thousand gets the next unit.
        if amount < 999.5 or unit == _UNITS[-1]:
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:,.0f} {unit}"

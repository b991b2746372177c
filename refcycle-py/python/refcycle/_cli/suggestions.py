"""What a mistyped word on the command line may have meant."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

__all__ = ["did_you_mean", "files_like"]

_MOST = 3
# How similar a word must be, whatever its case. Of many words, some are a little alike by chance.
_ALIKE = 0.6
_ALIKE_OF_MANY = 0.75
_MANY = 100
# Of a folder with more files, the first ones are compared.
_MOST_FILES = 10_000


def did_you_mean(word: str, known: Iterable[str], before: str = "") -> str:
    """Return "; did you mean ...?" with similar words, each after `before`; empty without any."""
    from difflib import get_close_matches  # later: an import costs time

    names = sorted(set(known))
    of_word: dict[str, list[str]] = {}
    for name in names:
        of_word.setdefault(name.lower(), []).append(name)
    cutoff = _ALIKE if len(names) < _MANY else _ALIKE_OF_MANY
    alike = get_close_matches(word.lower(), of_word, n=_MOST, cutoff=cutoff)
    close = [name for found in alike for name in of_word[found]]
    # What begins alike counts too.
    close += [name for name in names if len(word) > 1 and name.startswith(word)]
    close = [before + name for name in dict.fromkeys(close)][:_MOST]
    return f"; did you mean {' or '.join(close)}?" if close else ""


def files_like(path: str) -> str:
    """Return "; did you mean ...?" with similar files of the same folder; empty without any."""
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in islice(entries, _MOST_FILES)]
    except OSError:
        return ""
    return did_you_mean(name, names, os.path.join(folder, "")) if name else ""

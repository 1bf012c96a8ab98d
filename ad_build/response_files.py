"""Response files: words that are too many for a command, as GNU's compilers and linkers read them from a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_RESPONSE_DEPTH = 10


def write_words(words: Iterable[str]) -> bytes:
    """The content of a response file with these words."""
    lines = (re.sub(r"([\s\"'\\])", r"\\\1", word) or '""' for word in words)
    return "\n".join(lines).encode(errors="surrogateescape")


def expand_response_files(words: Sequence[str], cwd: Path, depth: int = 0) -> Iterator[str]:
    """The words with each ``@file`` replaced by what it holds; one that cannot be read stays, as clang has it."""
    for word in words:
        if word.startswith("@") and len(word) > 1 and depth < _RESPONSE_DEPTH:
            try:
                text = (cwd / word[1:]).read_text(errors="surrogateescape")
            except OSError:
                yield word
                continue
            yield from expand_response_files(tuple(split_words(text)), cwd, depth + 1)
        else:
            yield word


def split_words(text: str) -> Iterator[str]:
    """Split a response file as GNU tools do: white space, both quotes, and a backslash before any
    character, inside quotes too."""
    word: list[str] | None = None
    quote = ""
    characters = iter(text)
    for character in characters:
        if character == "\\":
            word = (word or []) + [next(characters, "")]
        elif quote:
            if character == quote:
                quote = ""
            else:
                word = (word or []) + [character]
        elif character in "\"'":
            quote, word = character, word or []
        elif character.isspace():
            if word is not None:
                yield "".join(word)
            word = None
        else:
            word = (word or []) + [character]
    if word is not None:
        yield "".join(word)

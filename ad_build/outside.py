"""The table that tells the derivatives of an archive where the program has its functions.

What a derivative gets from outside, such as a ``&dyn Fn``, leads to functions of the program, which an archive cannot
refer to: rustc's symbols for them are local, and differ from build to build.  So the last link adds a section to the
program's objects (:mod:`ad_build.elf`), with the address and the number of each of these functions, 8 bytes each;
linkers define symbols for the start and the end of a section with such a name.
"""

from __future__ import annotations

import hashlib

OUTSIDE_SECTION = "ad_build_outside"


def number_outside(identity: str) -> int:
    """The number that stands for a function in the table."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8], "little", signed=True)

"""ELF and DWARF to source types, type trees and signatures."""

from __future__ import annotations

from ad_build.dwarf.describe import describe, to_json
from ad_build.dwarf.dynamic import dynamic_types
from ad_build.dwarf.inspect import inspect_functions, inspect_types, read_trees
from ad_build.dwarf.signatures import read_signatures

__all__ = [
    "describe",
    "dynamic_types",
    "inspect_functions",
    "inspect_types",
    "read_signatures",
    "read_trees",
    "to_json",
]

"""ELF and DWARF to source types, type trees and signatures."""

from __future__ import annotations

from ad_build.dwarf.describe import describe, to_json
from ad_build.dwarf.signatures import read_signatures

__all__ = ["describe", "read_signatures", "to_json"]

"""Prints signatures for ``ad-build types``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from ad_build.model import Signature


def describe(signature: Signature) -> str:
    """A function's parameters with their sizes, LLVM parameters and type trees, as text."""
    lines = [f"{signature.source_name}   {signature.language.value}, {signature.place}", f"  symbol {signature.symbol}"]
    for parameter in signature.parameters:
        facts = [f"{parameter.size} bytes", parameter.kind]
        if parameter.float_in_integer:
            facts.append("floats in an integer")
        if parameter.indirect:
            facts.append("passed through a hidden pointer")
        lines.append(f"  {parameter.name}: {parameter.type_name}   ({', '.join(facts)})")
        if not parameter.llvm:
            lines.append("    no LLVM parameter")
        for index, kind, tree in zip(parameter.llvm, parameter.llvm_types, parameter.trees, strict=True):
            lines.append(f"    %{index} {kind:<8} {tree or 'unknown'}")
    result = signature.result
    lines.append(
        f"  result: {result.type_name}   ({result.size} bytes, {result.llvm_type}{', sret' if result.sret else ''})"
    )
    return "\n".join(lines)


def to_json(signatures: Sequence[Signature]) -> str:
    """The same as a JSON array."""
    records = []
    for signature in signatures:
        record = asdict(signature)
        record["language"] = signature.language.value
        records.append(record)
    return json.dumps(records, indent=2)

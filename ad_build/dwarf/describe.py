"""Prints functions and types for ``ad-build types``, as text and as JSON (docs/types.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ad_build.dwarf.inspect import FunctionReport, TypeReport
from ad_build.dwarf.layout import Row, Unknown
from ad_build.model import Parameter

# Raised where a field changes its meaning or goes away, not where one is added.
SCHEMA = 1

Report = FunctionReport | TypeReport


def describe(report: Report) -> str:
    """A function or a type, as text."""
    return "\n".join(_function(report) if isinstance(report, FunctionReport) else _type(report))


def _function(report: FunctionReport) -> Iterator[str]:
    signature = report.signature
    yield f"{signature.source_name}   {signature.language.value}, {signature.place}"
    yield f"  symbol {signature.symbol}"
    told: set[str] = set()
    for parameter, (own, behind) in zip(signature.parameters, report.parameters, strict=True):
        facts = [f"{parameter.size} bytes", parameter.kind]
        if parameter.float_in_integer:
            facts.append("floats in an integer")
        if parameter.indirect:
            facts.append("passed through a hidden pointer")
        yield f"  {parameter.name}: {parameter.type_name}   ({', '.join(facts)})"
        if not parameter.llvm:
            yield "    no LLVM parameter"
        for index, kind, tree in zip(parameter.llvm, parameter.llvm_types, parameter.trees, strict=True):
            yield f"    %{index} {kind:<8} {tree or 'unknown'}"
        yield from _details(own, behind, told)
    result = signature.result
    yield f"  result: {result.type_name}   ({result.size} bytes, {result.llvm_type}{', sret' if result.sret else ''})"
    if report.result is not None:
        yield from _details(*report.result, told)


def _details(own: TypeReport, behind: TypeReport | None, told: set[str]) -> Iterator[str]:
    """The layouts that a parameter brings, each type's once."""
    for one in (own, behind):
        if one is None or (one is own and own.category == "pointer"):
            continue
        if (one.rows or one.unknown) and one.name not in told:
            told.add(one.name)
            yield from (f"    {line}" for line in _body(one, head=f"{one.name}: {_facts(one)}", trees=False))


def _facts(report: TypeReport) -> str:
    words = [report.category, f"{report.size} bytes"]
    if report.alignment:
        words.append(f"aligned to {report.alignment}")
    return ", ".join(words)


def _type(report: TypeReport) -> Iterator[str]:
    place = f", {report.file}:{report.line}" if report.file else ""
    yield from _body(report, head=f"{report.name}   {report.language.value}, {_facts(report)}{place}", trees=True)


def _body(report: TypeReport, *, head: str, trees: bool) -> Iterator[str]:
    yield head
    for row in report.rows:
        yield from _row(row, 1)
    for name, value in report.enumerators:
        yield f"  {name} = {value}"
    if trees:
        yield f"  tree            {report.tree or 'unknown'}"
        yield f"  behind pointer  {report.tree_behind_pointer or 'unknown'}"
    for one in report.unknown:
        yield f"  unknown: {_unknown(one)}"


def _row(row: Row, depth: int) -> Iterator[str]:
    place = f"{row.offset:>6} {row.size:>5}"
    if row.bits is not None:
        place = f"{row.bits[0]:>5}b {row.bits[1]:>4}b"
    what = {
        "padding": "(padding)",
        "tag": f"tag: {row.type}" + (f" (a niche of {row.name})" if row.name else ""),
        "base": f"base {row.type}",
        "element": f"{'?' if row.count is None else row.count} x {row.type}",
        "variant": f"variant {row.name} ({_tags(row)})",
    }.get(row.kind, f"{row.name}: {row.type}")
    yield f"  {place}  {'  ' * (depth - 1)}{what}"
    for one in row.members:
        yield from _row(one, depth + 1)


def _tags(row: Row) -> str:
    if not row.tags:
        return "any other tag"
    return "tag " + ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in row.tags)


def _unknown(one: Unknown) -> str:
    words = [f"behind the pointer at {at if at >= 0 else 'any offset'}: " for at in one.behind]
    if one.size:
        last = one.offset + one.size - 1
        words.append(f"byte {one.offset}: " if one.size == 1 else f"bytes {one.offset} to {last}: ")
    elif one.offset:
        words.append(f"byte {one.offset}: ")
    return "".join(words) + one.reason


# --- JSON ------------------------------------------------------------------------------------------------------------


def to_json(reports: Sequence[Report]) -> str:
    """The same as JSON: ``{"schema": 1, "results": [...]}`` in the order of the names."""
    results = [_json_function(one) if isinstance(one, FunctionReport) else _json_type(one) for one in reports]
    return json.dumps({"schema": SCHEMA, "results": results}, indent=2)


def _json_function(report: FunctionReport) -> dict[str, object]:
    signature = report.signature
    result = signature.result
    own, behind = report.result or (None, None)
    return {
        "what": "function",
        "name": signature.source_name,
        "symbol": signature.symbol,
        "language": signature.language.value,
        "file": signature.file,
        "line": signature.line,
        "parameters": [
            _json_parameter(parameter, *types)
            for parameter, types in zip(signature.parameters, report.parameters, strict=True)
        ],
        "result": {
            "type": result.type_name,
            "size": result.size,
            "kind": result.kind,
            "llvm_type": result.llvm_type,
            "tree": result.tree,
            "sret": result.sret,
            "float_in_integer": result.float_in_integer,
            "layout": None if own is None else _json_type(own),
            "pointee": None if behind is None else _json_type(behind),
        },
    }


def _json_parameter(parameter: Parameter, own: TypeReport, behind: TypeReport | None) -> dict[str, object]:
    return {
        "name": parameter.name,
        "type": parameter.type_name,
        "size": parameter.size,
        "kind": parameter.kind,
        "float_in_integer": parameter.float_in_integer,
        "indirect": parameter.indirect,
        "llvm": [
            {"index": index, "type": kind, "tree": tree}
            for index, kind, tree in zip(parameter.llvm, parameter.llvm_types, parameter.trees, strict=True)
        ],
        "layout": _json_type(own),
        "pointee": None if behind is None else _json_type(behind),
    }


def _json_type(report: TypeReport) -> dict[str, object]:
    return {
        "what": "type",
        "name": report.name,
        "language": report.language.value,
        "category": report.category,
        "size": report.size,
        "alignment": report.alignment or None,
        "file": report.file,
        "line": report.line,
        "members": [_json_row(row) for row in report.rows],
        "enumerators": [{"name": name, "value": value} for name, value in report.enumerators],
        "tree": report.tree,
        "tree_behind_pointer": report.tree_behind_pointer,
        "unknown": [
            {"offset": one.offset, "size": one.size, "behind": list(one.behind), "reason": one.reason}
            for one in report.unknown
        ],
    }


def _json_row(row: Row) -> dict[str, object]:
    found: dict[str, object] = {
        "kind": row.kind,
        "name": row.name,
        "type": row.type,
        "offset": row.offset,
        "size": row.size,
    }
    if row.bits is not None:
        found |= {"bit_offset": row.bits[0], "bit_size": row.bits[1]}
    if row.kind == "variant":
        found |= {"tags": [list(one) for one in row.tags], "default": not row.tags}
    if row.kind == "element":
        found["count"] = row.count
    if row.members:
        found["members"] = [_json_row(one) for one in row.members]
    return found

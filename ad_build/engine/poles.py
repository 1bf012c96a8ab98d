"""Keeps operations that are computed without need from turning adjoints into NaN.

LLVM makes ``x > 0 ? log(x) : 0`` a logarithm and a ``select``, and takes what does not change out of loops: the result
is not used where the condition does not hold, but in the reverse sweep its adjoint, zero, is multiplied by an infinite
slope (fixtures/c/small/poles.c).  Such an operation, one whose result is used under a condition only, is called by a
name with a rule: where the seed is zero, so is the adjoint.

The operations are those that LLVM computes ahead of conditions: quotients and the intrinsics with infinite slopes.
The same is done to those in a branch, as the engine has passes of its own that make selects of branches.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from ad_build import ir_text
from ad_build.engine.libm import append
from ad_build.engine.pointers import LOCAL, block_name, rewrite_functions

_PREFIX = "ad_build.guarded."
_UNARY = ("sqrt", "log", "log2", "log10", "exp", "exp2", "exp10", "sinh", "cosh", "asin", "acos")
_BINARY = ("pow", "atan2")
_INTRINSICS = "|".join((*_UNARY, *_BINARY))
_POLE = re.compile(
    rf"^  ({LOCAL}) = (?:fdiv (?:[a-z]+ )*(double|float) ([^,]+), (?!-?\d|0x)([^,]+)"
    rf"|(?:tail )?call [^@\n]*@llvm\.({_INTRINSICS})\.f(?:64|32)\(([^\n]*?)\)[^,()\n]*)((?:, ![^\n]*)?)$",
    re.MULTILINE,
)
_TARGET = re.compile(rf"label ({LOCAL})")
_INCOMING = re.compile(rf"\[ ([^\[\]]*?), ({LOCAL}) \]")
_NAMES = re.compile(LOCAL)
_DEFINED = re.compile(rf"^  ({LOCAL}) = (?:tail |musttail |notail )?(\w+)")
_CHOICES = re.compile(r"@llvm\.(?:maxnum|minnum|maximum|minimum|maximumnum|minimumnum)\.")
_OPTION = re.compile(r" = insertvalue \{[^}]*\bi\d+\b")
_CONDITIONS = re.compile(rf"^  br i1 | = select |{_OPTION.pattern}|{_CHOICES.pattern}", re.MULTILINE)
_ARITHMETIC = ("fadd", "fsub", "fmul", "fdiv", "fneg", "fpext", "fptrunc")


def guard_poles(ir: str) -> str:
    """Rewrite every function of a module that computes such an operation ahead of its condition."""
    ir = rewrite_functions(ir, _rewrite)
    wanted = sorted(set(re.findall(rf"@{re.escape(_PREFIX)}(\w+)\.(f64|f32)\(", ir)))
    return append(ir, [_rule(name, suffix) for name, suffix in wanted]) if wanted else ir


def inline_guarded(ir: str) -> str:
    """Let the primals of rules be plain operations again, once the engine is through."""
    names = re.findall(rf"^define [^\n]*?@({re.escape(_PREFIX)}\w+\.f\d\d)\(", ir, re.MULTILINE)
    return ir_text.edit_function_attributes(ir, names, ir_text.always_inline) if names else ir


@dataclass(slots=True)
class _Code:
    """A function's blocks, by number, and where its values are used."""

    lines: list[str]
    block_of: list[int] = field(default_factory=list)
    successors: list[list[int]] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    uses: dict[str, list[int]] = field(default_factory=dict)
    defined: dict[str, int] = field(default_factory=dict)


def _read(text: str) -> _Code:
    code = _Code(text.split("\n"))
    names: list[str] = [""]
    targets: list[list[str]] = [[]]
    ends: list[str] = [""]
    for number, line in enumerate(code.lines):
        label = block_name(line)
        if label:
            names.append(label)
            targets.append([])
            ends.append("")
        code.block_of.append(len(names) - 1)
        if label or not line.startswith("  ") or line.lstrip().startswith("#dbg_"):
            continue
        if "label %" in line:
            targets[-1] += _TARGET.findall(line)
        ends[-1] = line
        definition = _DEFINED.match(line)
        if definition:
            code.defined[definition.group(1)] = number
        body = line[definition.end(1) :] if definition else line
        if " = phi " in line:
            used = [value for value, _ in _INCOMING.findall(body)]
        else:
            used = _NAMES.findall(_TARGET.sub("", body))
        for name in set(used):
            code.uses.setdefault(name, []).append(number)
    code.numbers = {name: number for number, name in enumerate(names)}
    if "" in code.numbers:  # the entry, where it has no label, is not branched to, but phis may name it
        code.numbers.setdefault(_entry_name(text), 0)
    successors = [[code.numbers[name] for name in dict.fromkeys(known) if name in code.numbers] for known in targets]
    dead = {number for number, line in enumerate(ends) if line.lstrip().startswith(("unreachable", "resume"))}
    while pending := {
        number
        for number, following in enumerate(successors)
        if following and number not in dead and dead.issuperset(following)
    }:
        dead |= pending
    code.successors = [[one for one in following if one not in dead] for following in successors]
    code.after = _post_dominators(code.successors)
    return code


def _entry_name(text: str) -> str:
    """The number that an entry block without a label has: one more than that of the last parameter without a name."""
    header = text[: text.index(" {\n", text.index("define "))]
    numbers = [int(name[1:]) for name in _NAMES.findall(header[header.index("(") :]) if name[1:].isdigit()]
    return f"%{max(numbers, default=-1) + 1}"


def _post_dominators(successors: list[list[int]]) -> list[int]:
    """For each block the set, as bits, of those that every path from it to the function's end goes through.

    Paths that end in a panic do not count.
    """
    everything = (1 << len(successors)) - 1
    after = [everything if following else 1 << number for number, following in enumerate(successors)]
    changed = True
    while changed:
        changed = False
        for number in reversed(range(len(successors))):
            common = everything
            for following in successors[number]:
                common &= after[following]
            new = (common if successors[number] else 0) | 1 << number
            if new != after[number]:
                after[number] = new
                changed = True
    return after


def _rewrite(text: str) -> str:
    if not (_POLE.search(text) and _CONDITIONS.search(text)):
        return text
    code = _read(text)
    known: dict[str, bool] = {}
    lines = code.lines
    for name, number in code.defined.items():
        match = _POLE.match(lines[number])
        if match is None or not (_may_move(code, code.block_of[number]) or _conditional(code, name, number, known)):
            continue
        kind, operation = match.group(2), match.group(5)
        if operation is None:
            operation, arguments = "div", f"{kind} {match.group(3)}, {kind} {match.group(4)}"
        else:
            kind, arguments = ("double" if f".{operation}.f64(" in lines[number] else "float"), match.group(6)
        suffix = "f64" if kind == "double" else "f32"
        if operation not in _SLOPES:
            pair = f"%{_PREFIX}{number}"
            first, second = (argument.rsplit(" ", 1)[-1] for argument in arguments.split(", "))
            vector = f"<2 x {kind}>"
            arguments = f"{vector} {pair}.both"
            half = f"  {pair}.first = insertelement {vector} poison, {kind} {first}, i64 0\n"
            half += f"  {pair}.both = insertelement {vector} {pair}.first, {kind} {second}, i64 1\n"
        else:
            half = ""
        lines[number] = f"{half}  {name} = call {kind} @{_PREFIX}{operation}.{suffix}({arguments}){match.group(7)}"
    return "\n".join(lines)


def _may_move(code: _Code, block: int) -> bool:
    """Whether the engine's own passes may compute what a block does ahead of the condition that leads to it."""
    leading = [number for number, following in enumerate(code.successors) if block in following]
    if len(leading) != 1 or len(code.successors[block]) != 1:
        return False
    arms = code.successors[leading[0]]
    meeting = code.successors[block][0]
    return len(arms) > 1 and (meeting in arms or all(code.successors[arm] == [meeting] for arm in arms))


def _conditional(code: _Code, name: str, number: int, known: dict[str, bool]) -> bool:
    """Whether every use of a value lies behind a condition that its definition does not; values without use do not."""
    if name in known:
        return known[name]
    known[name] = False  # while it is being looked at
    block = code.block_of[number]
    verdicts = [
        verdict
        for verdict in (_used_conditionally(code, name, block, use, known) for use in code.uses.get(name, ()))
        if verdict is not None
    ]
    known[name] = bool(verdicts) and all(verdicts)
    return known[name]


def _used_conditionally(code: _Code, name: str, block: int, use: int, known: dict[str, bool]) -> bool | None:
    line = code.lines[use]
    definition = _DEFINED.match(line)
    word = definition.group(2) if definition else ""
    if word == "fcmp":
        return None  # takes no adjoint
    if word == "phi":
        for value, source in _INCOMING.findall(line):
            origin = code.numbers.get(source)
            if value == name and origin is not None and code.after[block] >> origin & 1:
                merged = {code.block_of[at] for at in code.uses[name] if " = phi " in code.lines[at]}
                if set(code.successors[origin]) <= merged:
                    return False
        return True
    # What a returned `Option` of nothing holds may be anything, so it is what the other case computes.
    if word == "select" or _OPTION.search(line):
        return True
    if not code.after[block] >> code.block_of[use] & 1:
        return True
    if word == "call" and _CHOICES.search(line):
        return True
    if definition and (word in _ARITHMETIC or (word == "call" and "@llvm." in line)):
        return _conditional(code, definition.group(1), use, known)
    return False


def _number(value: float, kind: str) -> str:
    """A constant as LLVM spells it exactly."""
    if kind == "float":
        value = struct.unpack("f", struct.pack("f", value))[0]
    return f"0x{struct.unpack('>Q', struct.pack('>d', value))[0]:016X}"


def _intrinsic(name: str, result: str, *arguments: str) -> str:
    return f"  {result} = call KIND @llvm.{name}.SUFFIX({', '.join(f'KIND {a}' for a in arguments)})\n"


_ONE = "  %slope = fdiv KIND {}, {}\n"
# IR that computes %slope from %x and %value; the engine's own convention for the root of zero is a slope of zero.
_SLOPES = {
    "sqrt": "  %zero = fcmp oeq KIND %x, 0.0\n  %steep = fdiv KIND 0.5, %value\n"
    "  %slope = select i1 %zero, KIND 0.0, KIND %steep\n",
    "log": _ONE.format("1.0", "%x"),
    "log2": _ONE.format("#1.4426950408889634", "%x"),
    "log10": _ONE.format("#0.4342944819032518", "%x"),
    "exp": "  %slope = fmul KIND %value, 1.0\n",
    "exp2": "  %slope = fmul KIND %value, #0.6931471805599453\n",
    "exp10": "  %slope = fmul KIND %value, #2.302585092994046\n",
    "sinh": _intrinsic("cosh", "%slope", "%x"),
    "cosh": _intrinsic("sinh", "%slope", "%x"),
    "asin": "  %t = fmul KIND %x, %x\n  %u = fsub KIND 1.0, %t\n"
    + _intrinsic("sqrt", "%s", "%u")
    + _ONE.format("1.0", "%s"),
    "acos": "  %t = fmul KIND %x, %x\n  %u = fsub KIND 1.0, %t\n"
    + _intrinsic("sqrt", "%s", "%u")
    + _ONE.format("-1.0", "%s"),
}
# The same with two arguments: %slope.x and %slope.y.
_SLOPES_OF_TWO = {
    "div": "  %slope.x = fdiv KIND 1.0, %y\n  %steep = fmul KIND %slope.x, %value\n  %slope.y = fneg KIND %steep\n",
    "pow": "  %less = fsub KIND %y, 1.0\n"
    + _intrinsic("pow", "%p", "%x", "%less")
    + "  %steep = fmul KIND %y, %p\n  %flat = fcmp oeq KIND %y, 0.0\n"
    "  %slope.x = select i1 %flat, KIND 0.0, KIND %steep\n" + _intrinsic("log", "%l", "%x") + "  %g = fmul KIND %value,"
    " %l\n  %flat.value = fcmp oeq KIND %value, 0.0\n  %slope.y = select i1 %flat.value, KIND 0.0, KIND %g\n",
    "atan2": "  %xx = fmul KIND %x, %x\n  %yy = fmul KIND %y, %y\n  %size = fadd KIND %xx, %yy\n"
    "  %slope.x = fdiv KIND %y, %size\n  %turned = fdiv KIND %x, %size\n  %slope.y = fneg KIND %turned\n",
}


def _rule(name: str, suffix: str) -> str:
    """A function that computes one operation, and its derivative in both modes.

    Two arguments travel in a vector: of two, the engine mixes up the adjoints where one is constant.
    """
    kind = "double" if suffix == "f64" else "float"
    own = f"@{_PREFIX}{name}.{suffix}"
    if name in _SLOPES:
        argument, slopes, unpack = "KIND", _SLOPES[name], ""
        compute = _intrinsic(name, "%value", "%x")
        adjoint = "  %adjoint = fmul KIND %slope, %seed\n"
        tangent = f"{slopes}  %product = fmul KIND %slope, %dx\n"
        tangent += "  %idle = fcmp oeq KIND %dx, 0.0\n  %tangent = select i1 %idle, KIND 0.0, KIND %product\n"
        given = "%x"
    else:
        argument, slopes, given = "<2 x KIND>", _SLOPES_OF_TWO[name], "%both"
        unpack = "".join(
            f"  %{letter} = extractelement <2 x KIND> %both, i64 {number}\n" for number, letter in enumerate("xy")
        )
        compute = unpack + (
            "  %value = fdiv KIND %x, %y\n" if name == "div" else _intrinsic(name, "%value", "%x", "%y")
        )
        adjoint, tangent = "", slopes
        whole = "poison"
        for number, letter in enumerate("xy"):
            adjoint += f"  %adjoint.{letter} = fmul KIND %slope.{letter}, %seed\n"
            result = "%adjoint" if number else "%adjoint.first"
            adjoint += f"  {result} = insertelement <2 x KIND> {whole}, KIND %adjoint.{letter}, i64 {number}\n"
            whole = result
            tangent += (
                f"  %d{letter} = extractelement <2 x KIND> %dboth, i64 {number}\n"
                f"  %product.{letter} = fmul KIND %slope.{letter}, %d{letter}\n"
                f"  %idle.{letter} = fcmp oeq KIND %d{letter}, 0.0\n"
                f"  %part.{letter} = select i1 %idle.{letter}, KIND 0.0, KIND %product.{letter}\n"
            )
        tangent += "  %tangent = fadd KIND %part.x, %part.y\n"
    again = f"{unpack}  %value = call KIND {own}({argument} {given})\n"
    typed = '"enzyme_type"="{[-1]:Float@KIND}"'
    text = (
        f"define internal {typed} KIND {own}({argument} {typed} {given}) noinline nounwind willreturn"
        f" nosync nofree memory(none) {{\n{compute}  ret KIND %value\n}}\n"
        f"define internal KIND {own}.augmented({argument} {given}) {{\n{again}  ret KIND %value\n}}\n"
        f"define internal {{ {argument} }} {own}.gradient({argument} {given}, KIND %seed) {{\n"
        "  %idle = fcmp oeq KIND %seed, 0.0\n  br i1 %idle, label %none, label %some\n"
        f"none:\n  ret {{ {argument} }} zeroinitializer\nsome:\n{again}{slopes}{adjoint}"
        f"  %result = insertvalue {{ {argument} }} poison, {argument} %adjoint, 0\n"
        f"  ret {{ {argument} }} %result\n}}\n"
        f"define internal {{ KIND, KIND }} {own}.derivative({argument} {given}, {argument} %d{given[1:]}) {{\n"
        f"{again}{tangent}"
        "  %first = insertvalue { KIND, KIND } poison, KIND %value, 0\n"
        "  %pair = insertvalue { KIND, KIND } %first, KIND %tangent, 1\n  ret { KIND, KIND } %pair\n}\n"
        f"@__enzyme_register_gradient_{own[1:]} = internal global [3 x ptr] [ptr {own}, ptr {own}.augmented,"
        f" ptr {own}.gradient]\n"
        f"@__enzyme_register_derivative_{own[1:]} = internal global [2 x ptr] [ptr {own}, ptr {own}.derivative]\n"
    )
    called = dict.fromkeys(re.findall(r"@llvm\.(\w+)\.SUFFIX\(([^)]*)\)", text))
    declared = {inner: ", ".join("KIND" for _ in passed.split(",")) for inner, passed in called}
    text += "".join(f"declare KIND @llvm.{inner}.SUFFIX({kinds})\n" for inner, kinds in declared.items())
    text = re.sub(r"#(\d+\.\d+)", lambda match: _number(float(match.group(1)), kind), text)
    return text.replace("KIND", kind).replace("SUFFIX", suffix)

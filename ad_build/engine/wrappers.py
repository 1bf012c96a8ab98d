"""Writes the derivative functions: LLVM IR that asks the engine for what a plan says.

For each plan two functions.  The *seeded primal* takes the primal's arguments and a pointer for the result, and
calls the primal with the type trees of DWARF on its arguments; it is what the engine differentiates.  The
*derivative* has the signature of docs/conventions.md and calls the engine on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ad_build import llvm
from ad_build.activity import Plan, is_result
from ad_build.engine.abi import Leaf, ResultLayout, layout_results, scalar_leaf
from ad_build.engine.shadow_checks import DECLARATIONS, write_check
from ad_build.ir_text import global_name
from ad_build.model import Activity, Language, Mode, Parameter, Signature

# The engine runs only where a function whose name starts so is present; a declaration is enough.
ENGINE_MARKER = "__enzyme_autodiff_ad_build_marker"

_ACTIVE = (Activity.ACTIVE, Activity.ACTIVE_ONLY)

# Attributes that change how an argument travels; all others are facts about the primal's body.
_ABI_WORDS = ("zeroext", "signext", "inreg")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Argument:
    """One LLVM parameter of the primal."""

    type: str
    abi: str
    noalias: bool

    def __str__(self) -> str:
        return f"{self.type} {self.abi}".strip()


def _arguments(function: llvm.ValueRef) -> tuple[_Argument, ...]:
    return tuple(_argument(argument) for argument in function.arguments)


def _argument(argument: llvm.ValueRef) -> _Argument:
    words = b" ".join(argument.attributes).decode().split(" ")
    abi = [word for word in words if word in _ABI_WORDS]
    for index, word in enumerate(words):
        if word.startswith(("byval(", "sret(")):
            kind = word.split("(", 1)[0]
            abi.append(f"{kind}({_sized_type(words, index)})")
        if word == "align" and any(w.startswith(("byval", "sret")) for w in words):
            abi.append(f"align {words[index + 1]}")
    return _Argument(type=str(argument.type), abi=" ".join(abi), noalias="noalias" in words)


def _sized_type(words: list[str], index: int) -> str:
    """The type inside ``byval(...)``, which may itself hold spaces."""
    text = " ".join(words[index:])
    depth = 0
    start = text.index("(")
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return text[start + 1 : at]
    return text[start + 1 :]


def write_wrapper(
    plan: Plan, module: llvm.ModuleRef, *, runtime_activity: bool, split: bool = False, apart: bool = True
) -> str:
    """The glue for a plan whose primal is in ``module``.

    ``runtime_activity`` makes the engine compare each pointer with its shadow at run time; ``split`` makes it run the
    whole forward sweep before the reverse sweep, where it would else put off calls until then.  ``apart`` promises that
    the result's memory is reached in no other way (a GMM gradient takes 2.5 times as long without).
    """
    return _Writer(plan, module, runtime_activity=runtime_activity, split=split, apart=apart).write()


def write_seeded_call(signature: Signature, module: llvm.ModuleRef, name: str) -> str:
    """A function ``name`` of the same type as the signature's that calls it with type trees on the arguments."""
    function = module.get_function(signature.symbol)
    kind = str(function.global_value_type)
    result = kind[: kind.index("(")].strip()
    trees = {index: tree for p in signature.parameters for index, tree in zip(p.llvm, p.trees, strict=False)}
    formal, actual = [], []
    for index, argument in enumerate(_arguments(function)):
        formal.append(f"{argument}{' noalias' if argument.noalias else ''} %a{index}")
        seed = f' "enzyme_type"="{trees[index]}"' if trees.get(index) else ""
        actual.append(f"{argument}{seed} %a{index}")
    call = f"call {result} {global_name(signature.symbol)}({', '.join(actual)})"
    body = f"  {call}\n  ret void\n" if result == "void" else f"  %r = {call}\n  ret {result} %r\n"
    return f"define internal {result} {name}({', '.join(formal)}) {{\n{body}}}\n"


def constant_arguments(plan: Plan) -> tuple[int, ...]:
    """Indices of the primal's LLVM parameters that are ``Const`` pointers."""
    return tuple(
        index
        for parameter, activity in zip(plan.signature.parameters, plan.args, strict=True)
        if activity is Activity.CONST
        for index, kind in zip(parameter.llvm, parameter.llvm_types, strict=False)
        if kind == "ptr"
    )


class _Writer:
    def __init__(self, plan: Plan, module: llvm.ModuleRef, *, runtime_activity: bool, split: bool, apart: bool) -> None:
        self.plan = plan
        self.apart = apart
        self.split = split and plan.request.mode is Mode.REVERSE
        self.runtime_activity = runtime_activity
        self.name = plan.request.name
        self.signature = plan.signature
        self.symbol = plan.signature.symbol
        function = module.get_function(self.symbol)
        self.arguments = _arguments(function)
        kind = str(function.global_value_type)
        self.result_type = kind[: kind.index("(")].strip()
        self.sret = bool(self.arguments) and "sret(" in self.arguments[0].abi
        self.returns = self.result_type != "void" or self.sret
        self.triple = module.triple
        self.seeded = f"ad_build.{self.name}.seeded"
        self.width = plan.request.width
        self._outs: list[str] = []
        self.raw = plan.request.raw

    def _lanes(self, name: str) -> list[str]:
        """The shadows of ``name``, one for each lane."""
        return [name] if self.width == 1 else [f"{name}.{lane}" for lane in range(self.width)]

    # --- what is differentiated -------------------------------------------------------------------------------

    def _out_type(self) -> str:
        """Memory type of the primal's result."""
        if self.sret:
            return f"[{self.signature.result.size} x i8]"
        return self.result_type

    def _seeded_primal(self) -> str:
        trees = {}
        for parameter in self.signature.parameters if self.plan.seeds else ():
            trees.update(dict(zip(parameter.llvm, parameter.trees, strict=False)))
        formal, actual = [], []
        for index, argument in enumerate(self.arguments):
            if index == 0 and self.sret:
                actual.append(f"{argument} %out")
                continue
            # Without the promise here the engine caches what the primal reads through the pointer (GMM: 5.2x for 2.8x).
            formal.append(f"{argument.type}{' noalias' if argument.noalias else ''} %a{index}")
            seed = f' "enzyme_type"="{trees[index]}"' if trees.get(index) else ""
            actual.append(f"{argument}{seed} %a{index}")
        if self.returns:
            formal.append(f"ptr{' noalias' if self.apart else ''} %out")
        body = []
        call = f"call {self.result_type} {global_name(self.symbol)}({', '.join(actual)})"
        if self.result_type == "void":
            body.append(call)
        else:
            body += [f"%r = {call}", f"store {self.result_type} %r, ptr %out"]
        lines = "\n".join(f"  {line}" for line in body)
        return f"define internal void {global_name(self.seeded)}({', '.join(formal)}) {{\n{lines}\n  ret void\n}}\n"

    # --- by-value aggregates whose adjoint goes through memory ---------------------------------------------------

    def _through_memory(self, parameter: Parameter, activity: Activity) -> bool:
        """Whether an ``Active`` aggregate needs a copy and a shadow in memory: packed into integers, or indirect."""
        if parameter.float_in_integer:
            return activity is not Activity.CONST
        return activity in _ACTIVE and parameter.indirect

    def _memory_leaf(self, parameter: Parameter) -> Leaf:
        floats = "".join(parameter.trees)
        align = 8 if "Float@double" in floats or "Pointer," in floats.replace("[-1]:Pointer,", "") else 4
        kind = f"[{parameter.size} x i8]" if parameter.indirect else parameter.llvm_types[0]
        return Leaf(type=kind, size=parameter.size, align=align, scalar=False)

    # --- the derivative ----------------------------------------------------------------------------------------

    def write(self) -> str:
        formal, body = self._parameters()
        engine_args = self._engine_arguments()
        active = self._active_types()
        reverse = self.plan.request.mode is Mode.REVERSE
        word = "__enzyme_reverse" if self.split else "__enzyme_autodiff" if reverse else "__enzyme_fwddiff"
        entry = global_name(f"{word}_{self.name}")
        ret = f"{{ {', '.join(active)} }}" if active else "void"
        given = f"ptr {global_name(self.seeded)}{''.join(engine_args)}"
        declared = f"declare {ret} {entry}(...)\n"
        if self.split:
            forward = global_name(f"__enzyme_augmentfwd_{self.name}")
            declared += f"declare ptr {forward}(...)\n"
            body.append(f"%tape = call ptr (...) {forward}({given})")
            given += ", ptr %tape"
        call = f"call {ret} (...) {entry}({given})"
        body.append(f"%adjoints = {call}" if active else call)
        returned, layout, tail = self._return(active)
        if self.raw:
            formal = ["ptr %primal.address", *formal, *self._outs]
        if layout is not None and layout.sret:
            formal.insert(0, f"ptr sret([{layout.size} x i8]) align {layout.align} %results")
        elif self._forwards_sret():
            formal.insert(0, f"{self.arguments[0]} %results")
        checks, calls = self._shadow_checks()
        lines = "\n".join(f"  {line}" for line in (*calls, *body, *tail))
        return (
            f"{declared}{checks}"
            f"declare {self.result_type} {global_name(self.symbol)}({', '.join(map(str, self.arguments))})\n"
            f"{self._seeded_primal()}"
            f"define {returned} {global_name(self.name)}({', '.join(formal)}) {{\n{lines}\n}}\n"
        )

    def _shadow_checks(self) -> tuple[str, list[str]]:
        """Functions that look at the shadows of enums, and their calls; nothing in release builds."""
        texts, calls = [], []
        shown = self.plan.request.where if self.raw else self.name
        for position, (parameter, activity) in enumerate(zip(self.signature.parameters, self.plan.args, strict=True)):
            if not self.plan.check_shadows or is_result(self.plan.request, self.signature, position):
                continue  # nothing has been written where the result will be
            if activity.has_shadow and parameter.tags and parameter.llvm_types == ("ptr",):
                index = parameter.llvm[0]
                name, text = write_check(self.name, shown, parameter.name, index, parameter.tags)
                texts.append(text)
                calls += [f"call void {name}(ptr %a{index}, ptr {lane})" for lane in self._lanes(f"%s{index}")]
        return (DECLARATIONS + "".join(texts) if texts else ""), calls

    def _keeps_primal(self) -> bool:
        """Whether the derivative returns the primal's result."""
        return self.returns and self.plan.ret not in (Activity.ACTIVE_ONLY, Activity.DUAL_ONLY)

    def _differentiable_result(self) -> bool:
        return self.plan.ret is not Activity.CONST

    def _forwards_sret(self) -> bool:
        returns_adjoints = any(activity in _ACTIVE for activity in self.plan.args)
        return self.sret and self._keeps_primal() and not returns_adjoints and not self._tangent()

    def _tangent(self) -> bool:
        return self.plan.request.mode is Mode.FORWARD and self._differentiable_result() and self.returns

    def _parameters(self) -> tuple[list[str], list[str]]:
        """The derivative's LLVM parameters and the instructions that prepare result and seed."""
        formal = []
        for parameter, activity in zip(self.signature.parameters, self.plan.args, strict=True):
            words = [str(self.arguments[i]) for i in parameter.llvm]
            if parameter.float_in_integer and self._through_memory(parameter, activity):
                words = [parameter.llvm_types[0]]
            formal += [f"{word} %a{i}" for word, i in zip(words, parameter.llvm, strict=True)]
            if activity is Activity.DUALV:
                formal += [f"{word} %s{i}" for word, i in zip(words, parameter.llvm, strict=True)]
            elif activity.has_shadow:
                for lane in range(self.width):
                    shadows = [self._lanes(f"%s{i}")[lane] for i in parameter.llvm]
                    formal += [f"{word} {name}" for word, name in zip(words, shadows, strict=True)]
        body = self._copies() + self._spread_shadows()
        if self.returns:
            kind = self._out_type()
            body += [f"%out = alloca {kind}, align 16", f"store {kind} zeroinitializer, ptr %out"]
            if self._differentiable_result():
                reverse = self.plan.request.mode is Mode.REVERSE
                if reverse:
                    formal.append(f"{self.result_type} %seed")
                for shadow in self._lanes("%dout"):
                    value = f"{self.result_type} %seed" if reverse else f"{kind} zeroinitializer"
                    body += [f"{shadow} = alloca {kind}, align 16", f"store {value}, ptr {shadow}"]
        return formal, body

    def _spread_shadows(self) -> list[str]:
        """The lanes of ``Dualv`` shadows, which follow one another in one slice."""
        body = []
        for parameter, activity in zip(self.signature.parameters, self.plan.args, strict=True):
            if activity is not Activity.DUALV or self.width == 1:
                continue
            data, length = parameter.llvm
            body.append(f"%stride{data} = mul i64 %a{length}, {parameter.element_size}")
            for lane, name in enumerate(self._lanes(f"%s{data}")):
                body.append(f"%at.s{data}.{lane} = mul i64 %stride{data}, {lane}")
                body.append(f"{name} = getelementptr i8, ptr %s{data}, i64 %at.s{data}.{lane}")
        return body

    def _copies(self) -> list[str]:
        """Copies and zeroed shadows of aggregates whose adjoint goes through memory."""
        body = []
        for parameter, activity in zip(self.signature.parameters, self.plan.args, strict=True):
            if not self._through_memory(parameter, activity):
                continue
            index = parameter.llvm[0]
            kind = self._memory_leaf(parameter).type
            for memory, given in zip(self._lanes(f"%dm{index}"), self._lanes(f"%s{index}"), strict=True):
                shadow = given if activity.has_shadow else "zeroinitializer"
                body += [f"{memory} = alloca {kind}, align 16", f"store {kind} {shadow}, ptr {memory}"]
            if parameter.float_in_integer:
                body += [f"%m{index} = alloca {kind}, align 16", f"store {kind} %a{index}, ptr %m{index}"]
        return body

    def _engine_arguments(self) -> list[str]:
        words = [f', metadata !"enzyme_width", i64 {self.width}'] if self.width > 1 else []
        words += [', metadata !"enzyme_runtime_activity"'] if self.runtime_activity else []
        for parameter, activity in zip(self.signature.parameters, self.plan.args, strict=True):
            if self._through_memory(parameter, activity):
                index = parameter.llvm[0]
                primal = f"%m{index}" if parameter.float_in_integer else f"%a{index}"
                words.append(f', metadata !"enzyme_dup", ptr {primal}{self._shadows("ptr", f"%dm{index}")}')
                continue
            for index in parameter.llvm:
                words.append(self._engine_argument(parameter, activity, index))
        if self.returns:
            if not self._differentiable_result():
                words.append(', metadata !"enzyme_const", ptr %out')
            else:
                keep = "enzyme_dup" if self._keeps_primal() else "enzyme_dupnoneed"
                words.append(f', metadata !"{keep}", ptr %out{self._shadows("ptr", "%dout")}')
        return words

    def _shadows(self, kind: str, name: str) -> str:
        """Further operands of an engine call: the shadows of an argument."""
        return "".join(f", {kind} {lane}" for lane in self._lanes(name))

    def _engine_argument(self, parameter: Parameter, activity: Activity, index: int) -> str:
        kind = self.arguments[index].type
        value = f"{kind} %a{index}"
        if activity is Activity.CONST or _is_integer(kind):
            return f', metadata !"enzyme_const", {value}'
        if activity in (Activity.ACTIVE, Activity.ACTIVE_ONLY):
            return f', metadata !"enzyme_out", {value}'
        only = activity in (Activity.DUPLICATED_ONLY, Activity.DUAL_ONLY)
        return (
            f', metadata !"{"enzyme_dupnoneed" if only else "enzyme_dup"}", {value}{self._shadows(kind, f"%s{index}")}'
        )

    def _active_types(self) -> list[str]:
        """LLVM types of the adjoints the engine returns, in order."""
        return [
            self.arguments[index].type
            for parameter, activity in zip(self.signature.parameters, self.plan.args, strict=True)
            if activity in _ACTIVE and not self._through_memory(parameter, activity)
            for index in parameter.llvm
            if not _is_integer(self.arguments[index].type)
        ]

    def _sources(self, active: list[str]) -> tuple[list[tuple[Leaf, str]], list[str]]:
        """What the derivative returns, in order, as (leaf, value or ``ptr`` for memory), and what computes it."""
        sources: list[tuple[Leaf, str]] = []
        body = []
        if self._keeps_primal() and self.result_type != "void":
            body.append(f"%primal = load {self.result_type}, ptr %out")
            sources.append((scalar_leaf(self.result_type), "%primal"))
        if self._keeps_primal() and self.sret and not self._forwards_sret():
            kind = self._out_type()
            body.append(f"%primal = load {kind}, ptr %out")
            sources.append((Leaf(type=kind, size=self.signature.result.size, align=8, scalar=False), "%primal"))
        if self._tangent() and self.result_type != "void":
            for lane, memory in enumerate(self._lanes("%dout")):
                body.append(f"%tangent{lane} = load {self.result_type}, ptr {memory}")
                sources.append((scalar_leaf(self.result_type), f"%tangent{lane}"))
        number = 0
        for parameter, activity in zip(self.signature.parameters, self.plan.args, strict=True):
            if activity not in _ACTIVE:
                continue
            if self._through_memory(parameter, activity):
                leaf = self._memory_leaf(parameter)
                body.append(f"%g{parameter.llvm[0]} = load {leaf.type}, ptr %dm{parameter.llvm[0]}")
                sources.append((leaf, f"%g{parameter.llvm[0]}"))
                continue
            for index in parameter.llvm:
                if _is_integer(self.arguments[index].type):
                    continue
                body.append(f"%d{number} = extractvalue {{ {', '.join(active)} }} %adjoints, {number}")
                sources.append((scalar_leaf(self.arguments[index].type), f"%d{number}"))
                number += 1
        return sources, body

    def _return(self, active: list[str]) -> tuple[str, ResultLayout | None, list[str]]:
        """The LLVM return type, the layout of several results, and the instructions that return them."""
        sources, body = self._sources(active)
        if not sources:
            if self._forwards_sret():
                size = self.signature.result.size
                body.append(f"call void @llvm.memcpy.p0.p0.i64(ptr %results, ptr %out, i64 {size}, i1 false)")
            return "void", None, [*body, "ret void"]
        if len(sources) == 1 and not sources[0][0].type.endswith("x i8]"):
            leaf, value = sources[0]
            return leaf.type, None, [*body, f"ret {leaf.type} {value}"]
        if self.raw:
            for number, (leaf, value) in enumerate(sources):
                self._outs.append(f"ptr %o{number}")
                body.append(f"store {leaf.type} {value}, ptr %o{number}")
            return "void", None, [*body, "ret void"]
        leaves = [leaf for leaf, _ in sources]
        if self.width > 1 and self.signature.language is Language.RUST:
            leaves = [replace(leaf, scalar=False) for leaf in leaves]  # an array, not a tuple
        layout = layout_results(leaves, self.signature.language, self.triple)
        target = "%results"
        if not layout.sret:
            target = "%packed"
            body.append(f"%packed = alloca [{_round16(layout.size)} x i8], align 16")
        for number, ((leaf, value), offset) in enumerate(zip(sources, layout.offsets, strict=True)):
            body.append(f"%at{number} = getelementptr inbounds i8, ptr {target}, i64 {offset}")
            body.append(f"store {leaf.type} {value}, ptr %at{number}, align 1")
        if layout.sret:
            return "void", layout, [*body, "ret void"]
        body.append(f"%value = load {layout.llvm_type}, ptr %packed")
        return layout.llvm_type, layout, [*body, f"ret {layout.llvm_type} %value"]


def _is_integer(kind: str) -> bool:
    return kind.startswith("i") and kind[1:].isdigit()


def _round16(size: int) -> int:
    return -(-size // 16) * 16


PRELUDE = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n"

"""What Enzyme prints when it fails, and what that means for the user."""

from __future__ import annotations

from dataclasses import dataclass

# Handed to `explain` in place of an output when the engine was stopped.
TIMED_OUT = "ad-build: the engine was stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One kind of failure: ``needle`` is what Enzyme prints, ``message`` says it in our words.

    In ``message``, ``{function}`` is the function at fault and ``{detail}`` what stands right after the needle.
    """

    needle: str
    code: str
    message: str
    hint: str


_LOOSER = "a less optimized module often helps: the spec's engine_flags, or compile this file with -O1"
_NO_DERIVATIVE = (
    "{function} calls {detail}, for which there is no derivative and no body",
    "compile the source of {detail} with ad-build too, register a derivative for it\n"
    "(__enzyme_register_gradient_{bare}), or declare that it takes no part (__enzyme_inactivefn)",
)
_ARGUMENTS = "the arguments of the call must be those of the function, each with its shadow where it has one"

# The first whose needle occurs decides; specific ones first.
REASONS = (
    Reason(
        needle=TIMED_OUT,
        code="engine-timeout",
        message="the engine did not end in time on {function}",
        hint="give it more time with AD_BUILD_ENGINE_TIMEOUT=SECONDS, or differentiate a smaller function: maps that "
        "are made inside (BTreeMap) are what it stumbles over most often",
    ),
    Reason(
        needle="Unknown command line argument",
        code="engine-flag",
        message="the engine does not know the option {detail}",
        hint="see the spec's engine_flags",
    ),
    Reason(
        needle="Failed to parse module",
        code="engine-bad-ir",
        message="the engine cannot read the module",
        hint="the compiler's LLVM must not be newer than the engine's: `ad-build doctor` shows both",
    ),
    Reason(
        needle="unhandled openmp function:",
        code="openmp-unsupported",
        message="{function} uses an OpenMP construct that cannot be differentiated: {callee}",
        hint="static `parallel for`, critical, atomic, sections and barriers work; reductions, tasks, single,\n"
        "guided and dynamic schedules do not: write the reduction as an array with one entry per thread",
    ),
    Reason(
        needle="Unhandled MPI FUNCTION",
        code="mpi-unsupported",
        message="{function} calls an MPI function that has no derivative",
        hint="Send, Recv, Bcast, Allgather, Reduce and Allreduce with MPI_SUM work; else register a custom rule",
    ),
    Reason(
        needle="No augmented forward pass found for ",
        code="no-derivative",
        message=_NO_DERIVATIVE[0],
        hint=_NO_DERIVATIVE[1],
    ),
    Reason(
        needle="No forward mode derivative found for ",
        code="no-derivative",
        message=_NO_DERIVATIVE[0],
        hint=_NO_DERIVATIVE[1],
    ),
    Reason(
        needle="No reverse pass found for ",
        code="no-derivative",
        message=_NO_DERIVATIVE[0],
        hint=_NO_DERIVATIVE[1],
    ),
    Reason(
        needle="No create nofree of ",
        code="unknown-call-may-free",
        message="{function} makes a call whose target may free memory, as far as the engine can see",
        hint='if it frees nothing: engine_flags = ["--enzyme-assume-unknown-nofree"] in the spec',
    ),
    Reason(
        needle="Illegal updateAnalysis",
        code="conflicting-types",
        message="{function} uses one memory slot both as {old} and as {new}",
        hint="a union, or an enum with payloads, whose variants overlap: split it into separate fields, or for Rust\n"
        'engine_flags = ["--enzyme-strict-aliasing=0"] in the spec',
    ),
    Reason(
        needle="Cannot deduce type of copy",
        code="unknown-type",
        message="in {function}, the engine cannot tell whether a memory copy moves floats, integers or pointers",
        hint="let the function take pointers to the real type instead of void * or char *, compile with -g",
    ),
    Reason(
        needle="Cannot deduce type of memset",
        code="unknown-type",
        message="in {function}, the engine cannot tell what a memset sets: floats, integers or pointers",
        hint="let the function take pointers to the real type, or compile with -fno-builtin-memset",
    ),
    Reason(
        needle="Cannot deduce",
        code="unknown-type",
        message="in {function}, the engine cannot tell whether a value is a float, an integer or a pointer",
        hint="let the function take pointers to the real type instead of void * or char *, compile with -g",
    ),
    Reason(
        needle="Mismatched activity for",
        code="mismatched-activity",
        message="{function} mixes memory that has a shadow with memory that is Const",
        hint="give the Const argument a shadow, or set runtime_activity = true in the spec",
    ),
    Reason(
        needle="cannot handle unknown binary operator",
        code="float-bits",
        message="{function} computes with the bits of a float as if they were an integer",
        hint="the derivative of that does not exist: rewrite it with arithmetic or fabs, copysign, ldexp, frexp",
    ),
    Reason(
        needle="Active atomic inst not yet handled",
        code="atomic-unsupported",
        message="{function} changes a float atomically in a way that cannot be differentiated",
        hint="only atomic addition and subtraction of floats can",
    ),
    Reason(
        needle="cannot handle unknown instruction",
        code="unsupported-instruction",
        message="{function} has an instruction that the engine cannot differentiate",
        hint=_LOOSER,
    ),
    Reason(
        needle="failed to find fn to differentiate",
        code="no-body",
        message="the body of the function that is to be differentiated is not in the program: {target}",
        hint="compile its source with ad-build too, or name a function instead of a function pointer",
    ),
    Reason(
        needle="Number of arg operands != function parameters",
        code="variadic-call",
        message="{function} calls a function with a variable argument list",
        hint="pass an array and its length instead",
    ),
    Reason(
        needle="Insufficient number of args",
        code="wrong-arguments",
        message="{function} passes too few arguments to an __enzyme_* call",
        hint=_ARGUMENTS,
    ),
    Reason(
        needle="Had too many arguments",
        code="wrong-arguments",
        message="{function} passes too many arguments to an __enzyme_* call",
        hint=_ARGUMENTS,
    ),
    Reason(
        needle="missing argument shadow",
        code="wrong-arguments",
        message="in {function}, the shadow of an argument is missing in an __enzyme_* call",
        hint=_ARGUMENTS,
    ),
    Reason(
        needle="Cannot cast __enzyme",
        code="wrong-arguments",
        message="in {function}, an argument of an __enzyme_* call has the wrong type",
        hint=_ARGUMENTS,
    ),
    Reason(
        needle="Too few arguments",
        code="wrong-arguments",
        message="{function} passes too few arguments to an __enzyme_* call",
        hint=_ARGUMENTS,
    ),
    Reason(
        needle="oval=ptr asm",
        code="inline-assembly",
        message="{function} has inline assembly, which cannot be differentiated",
        hint="use the function or builtin that it stands for, or give {function} a custom derivative",
    ),
    Reason(
        needle="LLVM ERROR: out of memory",
        code="engine-out-of-memory",
        message="the engine ran out of memory on {function}",
        hint="differentiate a smaller function, or build with less inlining",
    ),
    Reason(needle="Assertion `", code="engine-crashed", message="the engine stopped at {function}", hint=_LOOSER),
    Reason(needle="Stack dump:", code="engine-crashed", message="the engine crashed on {function}", hint=_LOOSER),
    Reason(needle="", code="engine-failed", message="the engine could not differentiate {function}", hint=_LOOSER),
)

# What a function without derivative belongs to, by the start of its name -> a code and hint of its own.
FAMILIES = (
    ("__kmpc_", "openmp-unsupported", "static `parallel for`, critical, atomic, sections and barriers work"),
    ("omp_", "openmp-unsupported", "static `parallel for`, critical, atomic, sections and barriers work"),
    ("MPI_", "mpi-unsupported", "Send, Recv, Bcast, Allgather, Reduce and Allreduce with MPI_SUM work"),
    ("__cxa_", "exceptions-unsupported", "let the function throw nothing, or compile with -fno-exceptions"),
    ("_setjmp", "setjmp-unsupported", "return an error code instead of jumping"),
    ("setjmp", "setjmp-unsupported", "return an error code instead of jumping"),
)

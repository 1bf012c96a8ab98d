"""The errors a user can cause or meet, each with its exit status.

Libraries raise, only ``cli.py`` prints and exits.  The shape of a diagnostic: a kebab-case code, what
happened, where, why (note), what to do (hint).
"""

from __future__ import annotations

from collections.abc import Sequence


class AdBuildError(Exception):
    """Root of everything that ad-build raises on purpose.

    ``code`` is kebab-case and stable, ``where`` a spec key or ``file:line``, ``note`` the reason, ``hint``
    what to do next.  ``exit_code`` is the process's exit status.
    """

    exit_code = 70

    def __init__(
        self, code: str, message: str, *, where: str | None = None, note: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.note = note
        self.hint = hint

    def render(self) -> str:
        """The diagnostic as it is shown to the user, several lines, without a trailing newline."""
        lines = [f"error[{self.code}]: {self.message}"]
        if self.where:
            lines.append(f"  --> {self.where}")
        for label, text in (("note", self.note), ("hint", self.hint)):
            if text:
                first, *rest = text.splitlines()
                lines.append(f"  {label}: {first}")
                lines.extend(f"        {line}" for line in rest)
        return "\n".join(lines)


class UsageError(AdBuildError):
    """A wrong command line, spec file or request."""

    exit_code = 2


class ToolError(AdBuildError):
    """A tool is missing, too old, or could not be fetched."""

    exit_code = 3


class CompilerError(AdBuildError):
    """The compiler failed; its own output stands above."""

    exit_code = 4


class EngineError(AdBuildError):
    """The engine could not differentiate a function.

    ``retry``: another preparation of the same program may succeed.  ``symbol`` is the function at fault, where it is
    known.
    """

    exit_code = 5
    retry = True
    symbol = ""


class RefusedError(EngineError):
    """A program that has no derivative, whatever its preparation."""

    retry = False


class LinkError(AdBuildError):
    """Bitcode could not be linked, or the archive could not be made."""

    exit_code = 6


class CheckError(AdBuildError):
    """A check found a wrong derivative."""

    exit_code = 7


class ErrorGroup(AdBuildError):
    """Several errors of one kind that are reported at once; exits with the status of the first."""

    def __init__(self, errors: Sequence[AdBuildError]) -> None:
        super().__init__(errors[0].code, f"{len(errors)} errors")
        self.errors = tuple(errors)
        self.exit_code = errors[0].exit_code

    def render(self) -> str:
        return "\n".join(error.render() for error in self.errors)


def raise_all(errors: Sequence[AdBuildError]) -> None:
    """Raise what was collected: nothing, the one error, or an :class:`ErrorGroup`."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ErrorGroup(errors)

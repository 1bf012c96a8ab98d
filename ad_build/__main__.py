"""``python -m ad_build`` and the console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:
        # Makefiles and configure scripts ask this often: answer without loading anything.
        from ad_build import __version__

        print(f"ad-build {__version__}")
        sys.exit(0)
    sys.unraisablehook = _raise_later
    try:
        from ad_build.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules were loaded
        status = 130
    sys.exit(status)


def _raise_later(unraisable: sys.UnraisableHookArgs) -> None:
    """Give a Ctrl-C that fell into a finalizer, where Python drops exceptions, another chance to end the program."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)
        return
    import signal
    import threading

    main_thread = threading.main_thread().ident
    if main_thread is not None:
        threading.Timer(0.01, signal.pthread_kill, (main_thread, signal.SIGINT)).start()


if __name__ == "__main__":
    main()

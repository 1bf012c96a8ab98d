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
    from ad_build.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

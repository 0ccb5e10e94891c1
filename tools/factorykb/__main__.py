"""The door of the command, for the shell and for `python -m factorykb`: Ctrl-C is heard from the first moment on."""

from __future__ import annotations

import os
import sys

from factorykb.errors import INTERRUPTED, STOPPED


def command() -> None:
    """Run `kb`. What it needs is imported here, which takes a second in which one may well think better of it."""
    try:
        from factorykb import cli

        cli.command()
    except KeyboardInterrupt:
        if sys.stderr is not None:  # none where the shell closed it
            sys.stderr.write(f"{STOPPED}\n")
            sys.stderr.flush()
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    command()

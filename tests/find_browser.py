"""Finds a Chrome or Chromium for the browser tests, and installs Debian's where that is possible.

python -m tests.find_browser     # exit 0: there is one now; 1: says how to get one
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from factorykb.errors import UsageError
from factorykb.headless import find_browser


def _install() -> None:
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "chromium", "fonts-noto-cjk"]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment)


def main() -> int:
    """Make sure that there is a browser."""
    try:
        return _found()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1


def _found() -> int:
    if find_browser() is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Debian's chromium for the browser tests …")
        _install()
    if find_browser() is None:
        print(
            "The browser tests need Chrome or Chromium. On Debian or Ubuntu: sudo apt-get install chromium. "
            "Elsewhere install Google Chrome, or name a browser: make test KB_BROWSER=/path/to/chrome",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

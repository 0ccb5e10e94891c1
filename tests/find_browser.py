"""Finds a Chrome or Chromium for the browser tests, and installs Debian's where that is possible.

python -m tests.find_browser     # exit 0: there is one now; 1: says how to get one
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# For a machine without a screen, a user or a way out: nothing is fetched, synced or updated.
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def find() -> str | None:
    """The path of a browser: $KB_BROWSER, else the first one installed; None when there is none."""
    named = os.environ.get("KB_BROWSER")
    found = (shutil.which(name) for name in ((named,) if named else _NAMES))
    return next(filter(None, found), None) or next((place for place in _PLACES if Path(place).exists()), None)


def _install() -> None:
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "chromium", "fonts-noto-cjk"]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment)


def main() -> int:
    """Make sure that there is a browser."""
    if find() is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Debian's chromium for the browser tests …")
        _install()
    if find() is None:
        print(
            "The browser tests need Chrome or Chromium. On Debian or Ubuntu: sudo apt-get install chromium. "
            "Elsewhere install Google Chrome, or name a browser: make test KB_BROWSER=/path/to/chrome",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

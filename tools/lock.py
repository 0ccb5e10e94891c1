"""Renews the lock files from the ranges in pyproject.toml; run by `make lock`. Needs pip-tools' pip-compile.

The files hold versions and hashes only: no registry's address, no path of this machine.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = (
    "--quiet --upgrade --strip-extras --generate-hashes --no-header --no-annotate "
    "--no-emit-index-url --no-emit-find-links --no-emit-trusted-host"
).split()


def main() -> None:
    """Compile both files, the development one with the versions of the other."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "pip-tools"], check=True)
    for name, extra in (
        ("requirements.lock", []),
        ("requirements-dev.lock", ["--extra", "dev", "--constraint", "tools/requirements.lock"]),
    ):
        command = [
            sys.executable,
            "-m",
            "piptools",
            "compile",
            *OPTIONS,
            *extra,
            "-o",
            f"tools/{name}",
            "pyproject.toml",
        ]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

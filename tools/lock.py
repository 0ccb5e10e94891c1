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
# MkDocs' successor, in an environment of its own (`make zensical`); no dependency of the project.
ZENSICAL = "zensical>=0.0.73"


def main() -> None:
    """Compile all files: the development one with the versions of the first, Zensical's by itself."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "pip-tools"], check=True)
    for name, source, extra in (
        ("requirements.lock", "pyproject.toml", []),
        (
            "requirements-dev.lock",
            "pyproject.toml",
            ["--extra", "dev", "--constraint", "tools/requirements.lock"],
        ),
        ("requirements-zensical.lock", "-", []),
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
            source,
        ]
        subprocess.run(command, cwd=ROOT, check=True, text=True, input=ZENSICAL if source == "-" else None)


if __name__ == "__main__":
    main()

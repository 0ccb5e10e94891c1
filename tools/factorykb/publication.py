"""What `mkdocs.yml` says of the site as a whole: its name and, once it is public, its address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from yaml_env_tag import construct_env_tag

from factorykb.errors import UsageError


@dataclass(frozen=True, slots=True)
class Publication:
    """The site for those who meet one of its files alone. `url` ends in a slash, or is "" while the site has
    no address of its own."""

    name: str = ""
    description: str = ""
    rights: str = ""
    url: str = ""

    def address(self, target: str, document: str) -> str:
        """How `document` names `target`: absolute when the site has an address, else relative to `document`.

        Both are paths from the site's root, without a leading slash; "" is the home page.
        """
        if self.url:
            return self.url + target
        return "../" * document.count("/") + target or "./"

    @property
    def owns_host(self) -> bool:
        """Whether the site is at the root of its host, where robots look for instructions."""
        return urlsplit(self.url).path == "/"


def read(path: Path) -> Publication:
    """The publication that a `mkdocs.yml` describes; what is not in it stays empty.

    Raises:
        UsageError: the file cannot be read, or its site_url is no http(s) address.
    """
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), _Loader) or {}
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    keys = ("site_name", "site_description", "copyright", "site_url")
    name, description, rights, url = (str(found.get(key) or "").strip() for key in keys)
    if url and not _is_address(url):
        raise UsageError(
            f"site_url in {path} is {url!r}. Write the whole address, as https://example.org/kb/"
        )
    return Publication(name, description, rights, url and url.rstrip("/") + "/")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is never closed
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class _Loader(yaml.SafeLoader):
    """Reads a `mkdocs.yml`: its `!ENV` as MkDocs does, the other tags, which say nothing here, as null."""


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_multi_constructor("", lambda loader, suffix, node: None)

"""Knowledge → the files for machines and other tools: feeds, `llms.txt`, `robots.txt`, articles as Markdown.

The page 数据 (`docs/downloads.md`) describes them to readers; the catalogue has its own module.
"""

from __future__ import annotations

from factorykb.analysis import Knowledge
from factorykb.exports import feeds, llms
from factorykb.exports.texts import texts
from factorykb.publication import Publication

__all__ = ["FILES", "TEXTS", "files", "texts"]

FILES = ("data/feed.xml", "data/feeds/", "llms.txt", "robots.txt")
TEXTS = ("data/articles/",)


def files(knowledge: Knowledge, publication: Publication) -> dict[str, str]:
    """Path relative to docs → content of the small files. `texts` makes the articles, one by one."""
    found = feeds.files(knowledge, publication)
    found["llms.txt"] = llms.text(knowledge, publication)
    if publication.owns_host:
        found["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {publication.url}sitemap.xml\n"
    return found

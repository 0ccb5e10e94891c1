"""The front matter of an article's page."""

from __future__ import annotations

import json
import re

import yaml

from factorykb.catalogue import iso
from factorykb.model import Article
from factorykb.pages import wording

_ESCAPED = re.compile("[\x85\U00010000-\U0010ffff]")


def of_article(article: Article) -> dict[str, object]:
    """What its page says of it to programs, but for its tags and keywords."""
    front: dict[str, object] = {
        "title": article.title,
        "original_title": article.original_title,
        "source": article.publisher.key,
        "source_name": article.publisher.name,
        "authors": list(article.bylines.authors),
        "date": iso(article),
        "url": article.url,
        "seed": article.source.path,
        "sha256": article.source.sha256,
        "dialect": article.dialect,
        "characters": article.characters,
        "passages": len(article.passages),
        "images": article.images,
        "description": article.description,
        "tags": [],
    }
    if article.bylines.editors:
        front["editors"] = list(article.bylines.editors)
    if article.published and article.published.zone_assumed:
        front["date_note"] = wording.ZONE_NOTE
    return front


def as_yaml(data: dict[str, object]) -> str:
    """YAML that every reader of front matter understands, one key a line."""
    # libyaml is five times as fast and writes the same but for the characters that it escapes.
    plain = not _ESCAPED.search(json.dumps(data, ensure_ascii=False))
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper) if plain else yaml.SafeDumper
    text: str = yaml.dump(data, Dumper=dumper, allow_unicode=True, sort_keys=False, width=2**20)
    return text

"""Makes a corpus as large as wanted out of the seeds' own paragraphs.

    python -m tests.bench.corpus FOLDER 10000

Words, lengths and topics are as in life: each article is paragraphs drawn from the seeds (a fixed chance), in the
dialect of one of the publishers; one in fifty is a question of 50 to 250 answers. Ten thousand are about 50 MB. No
two are equal; but paragraphs come back, which makes lists of common words longer than in life, so every paragraph
also gets a few of its characters' neighbours changed round.
"""

from __future__ import annotations

import html
import random
import sys
from collections.abc import Callable
from pathlib import Path

from factorykb import config, pipeline

_QUESTION = 50  # one article in so many is a question with many answers
_ANSWERS = (50, 250)
_FACE = "https://example.org/pictures/{}.jpg"


def make(folder: Path, number: int, seed: int = 20260101) -> None:
    """Write `number` made-up articles into `folder`, the same for the same seed."""
    paragraphs = _paragraphs()
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(number):
        chance = random.Random(seed * 1_000_003 + index)
        writer = _question if index % _QUESTION == 7 else _WRITERS[index % len(_WRITERS)]
        (folder / f"{index:06}.md").write_text(writer(index, paragraphs, chance), encoding="utf-8")


def make_question(path: Path, answers: int, seed: int = 20260101) -> None:
    """Write one made-up question with so many answers."""
    text = _question(0, _paragraphs(), random.Random(seed), (answers, answers))
    path.write_text(text, encoding="utf-8")


def _paragraphs() -> list[str]:
    return [
        paragraph
        for article in pipeline.read_folder(config.SEEDS).library.articles
        for passage in article.passages
        for paragraph in passage.text.split("\n")
        if len(paragraph) > 12
    ]


def _some(paragraphs: list[str], chance: random.Random, low: int, high: int) -> list[str]:
    return [_varied(chance.choice(paragraphs), chance) for _ in range(chance.randint(low, high))]


def _varied(paragraph: str, chance: random.Random) -> str:
    """The paragraph with two of its sentences changed round and one left out, where it has so many."""
    sentences = [part + "。" for part in paragraph.split("。") if part]
    if len(sentences) > 2:
        sentences.pop(chance.randrange(len(sentences)))
        chance.shuffle(sentences)
    return "".join(sentences) if paragraph.endswith("。") or len(sentences) > 2 else paragraph


def _date(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(2015, 2026), chance.randint(1, 12), chance.randint(1, 28)


def _title(index: int, paragraphs: list[str], chance: random.Random) -> str:
    words = "".join(c for c in chance.choice(paragraphs)[:18] if c.isalnum())
    return f"{words}（{index}）"


def _news(index: int, paragraphs: list[str], chance: random.Random) -> str:
    """QQ News: Markdown with sections, a picture, and a link to the original at the end."""
    year, month, day = _date(chance)
    sections = [
        f"## {'一二三四五'[n]}、{chance.choice(paragraphs)[:10]}\n\n"
        + "\n\n".join(_some(paragraphs, chance, 2, 5))
        for n in range(chance.randint(1, 3))
    ]
    picture = f"![图片]({_FACE.format(index)})"
    return (
        f'---\ntitle: "{_title(index, paragraphs, chance)}"\ndate: "{year}-{month:02}-{day:02} 10:00:00"\n'
        'categories:\n  - "qq"\ntranslations:\n  - "zh-CN"\ntags:\n  - "qq"\nauthorbox: false\n---\n\n'
        + "\n\n".join([*_some(paragraphs, chance, 1, 3), picture, *sections])
        + f"\n\n[qq](https://new.qq.com/rain/a/{index})\n"
    )


def _hexo(title: str, author: str, body: str, chance: random.Random) -> str:
    year, month, day = _date(chance)
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    kind = " - 新媒体\n - 36kr" if author == "36kr" else " - 社交媒体\n - 知乎\n - 知乎热榜"
    return (
        f"\n---\ntitle: '{title}'\ncategories: \n{kind}\nheadimg: '{_FACE.format(title[-6:-1])}'\n"
        f"author: {author}\ncomments: false\ndate: {day:02} {months[month - 1]} {year} 03:59:59 GMT\n---\n\n"
        f"<div>   \n{body}  \n</div>\n            "
    )


def _magazine(index: int, paragraphs: list[str], chance: random.Random) -> str:
    """36Kr: HTML with pictures, captions, bold headings and keyword links."""
    texts = [html.escape(text) for text in _some(paragraphs, chance, 6, 16)]
    parts = [f"<p>{text}</p>" for text in texts]
    parts.insert(2, f"<p><strong>{html.escape(chance.choice(paragraphs)[:14])}</strong></p>")
    parts.insert(
        4, f'<p class="image-wrapper"><img src="{_FACE.format(index)}"></p> \n<p class="img-desc">图</p>'
    )
    link = '<a class="project-link" data-id="1" href="https://36kr.com/projectDetails/1">工厂</a>'
    body = " \n".join(parts).replace("工厂", link, 2)
    return _hexo(_title(index, paragraphs, chance), "36kr", body, chance)


def _hot(index: int, paragraphs: list[str], chance: random.Random) -> str:
    """Zhihu's hot list: one answer as HTML, its author before it."""
    texts = [html.escape(text) for text in _some(paragraphs, chance, 3, 12)]
    body = f"作者{index}的回答<br><br>" + "".join(f'<p data-pid="x{n}">{t}</p>' for n, t in enumerate(texts))
    return _hexo(_title(index, paragraphs, chance) + "？", "知乎", body, chance)


def _plain(index: int, paragraphs: list[str], chance: random.Random) -> str:
    """A dialect that nobody has written a reader for: Markdown with a list and a quotation."""
    year, month, day = _date(chance)
    texts = _some(paragraphs, chance, 3, 9)
    points = "\n".join(f"- {text[:40]}" for text in _some(paragraphs, chance, 2, 4))
    body = "\n\n".join([*texts, points, f"> {chance.choice(paragraphs)}"])
    return f'---\ntitle: "{_title(index, paragraphs, chance)}"\ndate: {year}-{month:02}-{day:02}\n---\n\n{body}\n'


def _question(
    index: int, paragraphs: list[str], chance: random.Random, answers_between: tuple[int, int] = _ANSWERS
) -> str:
    """Zhihu: a question with many answers, some of them one line."""
    year, month, day = _date(chance)
    when = f"{year}-{month:02}-{day:02}T23:10:04.990622+00:00"
    answers = [
        f"### 知乎用户 用户{chance.randrange(10**6)} 发表\n    \n"
        + "\n\n".join(_some(paragraphs, chance, 1, 6))
        for _ in range(chance.randint(*answers_between))
    ]
    return (
        f'---\nlayout: default\nLastmod: {when}\ndate: {when}\ntitle: "{_title(index, paragraphs, chance)}？"\n'
        f'author: ""\ntags: [企业,中国]\n---\n\n    \n' + "\n    \n    \n".join(answers) + "\n    \n"
    )


_WRITERS: tuple[Callable[[int, list[str], random.Random], str], ...] = (_news, _magazine, _hot, _plain)

if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))

"""How time and memory grow with the corpus.

    python -m tests.bench.scale 1000 10000

The articles are made up from the seeds: each is 3 to 9 passages drawn at random (a fixed seed) from the 253, cut
into paragraphs and shuffled, under a title of its own, in the dialect of QQ News. So words, lengths and topics are
as in life, and no two articles are equal; repeated paragraphs make lists of common words longer than in life.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from factorykb import catalogue, config, editorial, pages, pipeline

_HEAD = (
    'date: "{date}"\ncategories:\n  - "qq"\ntranslations:\n  - "zh-CN"\ntags:\n  - "qq"\nauthorbox: false\n'
)


def make(folder: Path, number: int) -> None:
    """Write `number` made-up articles into `folder`."""
    texts = [
        p.text
        for a in pipeline.read_folder(config.SEEDS).library.articles
        for p in a.passages
        if p.characters > 40
    ]
    chance = random.Random(20260101)
    for index in range(number):
        sections = []
        for section in range(chance.randint(3, 9)):
            paragraphs = chance.choice(texts).split("\n")
            chance.shuffle(paragraphs)
            sections.append(f"## 第{section + 1}节 {paragraphs[0][:12]}\n\n" + "\n\n".join(paragraphs[:8]))
        date = f"{chance.randint(2015, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} 10:00:00"
        body = "\n\n".join(sections) + f"\n\n[qq](https://new.qq.com/rain/a/{index})\n"
        text = f'---\ntitle: "第 {index} 篇"\n{_HEAD.format(date=date)}---\n\n{body}'
        (folder / f"{index:06}.md").write_text(text, encoding="utf-8")


def measure(number: int) -> None:
    """Print the seconds of each step, and the memory at its highest."""
    jobs = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), number)
        begun = time.perf_counter()
        library = pipeline.read_folder(Path(name), jobs).library
        read = time.perf_counter()
        knowledge = pipeline.know(library, editorial.load(config.EDITORIAL), curated=False, jobs=jobs)
        analysed = time.perf_counter()
        files = pages.files(knowledge)
        rendered = time.perf_counter()
        largest = max(len(text.encode()) for text in files.values())
        del files  # as in the converter, which has written the pages before it makes the data
        data = catalogue.files(knowledge)
        done = time.perf_counter()
    passages = len(knowledge.analyses)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{number:>7} articles {passages:>7} passages: read {read - begun:6.1f} s, analyse {analysed - read:6.1f} s, "
        f"pages {rendered - analysed:6.1f} s, data {done - rendered:5.1f} s ({sum(map(len, data.values())) >> 20} M characters); "
        f"largest page {largest >> 10} KiB of Markdown; memory {peak} MiB"
    )


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["1000"]:
        measure(int(argument))

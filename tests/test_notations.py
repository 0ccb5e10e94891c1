"""Notations of other tools in Markdown, and odd files: nothing is lost, and nothing of the notation shows."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from factorykb import pipeline
from factorykb.body import html_of_markdown, is_html
from factorykb.clean import blocks_of
from factorykb.model import Article, Block, Code, Refusal
from factorykb.text import of_blocks, pictures_of
from factorykb.verify import compare, page, reading
from tests.test_verify import shown

FRONT = "---\ntitle: 题\ndate: 2024-02-10 08:30:00\n---\n"


def embedded() -> str:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def blocks(body: str) -> tuple[Block, ...]:
    return blocks_of(html_of_markdown(body), None)[0]


TEXTS = [
    ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 | 多出的 | 又一个 |\n| 3 |", "甲\n乙\n1\n2\n多出的\n又一个\n3"),
    ("甲 | 乙\n--- | ---\n1 | 2 | 多", "甲\n乙\n1\n2\n多"),
    ("<ol reversed><li>三<li>二</ol>", "2. 三\n1. 二"),
    ("<ol start=5><li>五<li value=9>九<li>十</ol>", "5. 五\n9. 九\n10. 十"),
    ("- [ ] 未做\n- [x] 已做", "☐ 未做\n☑ 已做"),
    ("见[甲][1]、[乙][]和[丙]。\n\n[1]: https://e.com/1 \"题\"\n[乙]: <https://e.com/2>\n[丙]: /3", "见甲、乙和丙。"),
    ("正文。\n\n[注]: https://e.com/x\n[1]: 一份来源", "正文。\n[注]: https://e.com/x\n[1]: 一份来源"),
    ("见[甲][1]。\n\n[1]: https://e.com/1\n[1]: https://e.com/2", "见甲。\n[1]: https://e.com/2"),
    ("话[^a]，又[^2]。\n\n[^a]: 注 **一**。\n[^2]: 注二。", "话[a]，又[2]。\n[a] 注 一。\n[2] 注二。"),
    ("数 $a_1 * b_2 * c$ 与 $5 和 $6_元", "数 $a_1 * b_2 * c$ 与 $5 和 $6_元"),
    ("$$\n\\sum_{i} x\n= 1\n$$", "$$\n\\sum_{i} x\n= 1\n$$"),
    ("<script type='math/tex'>x^2</script>", "x^2"),
    ("## 节 {#jie .x}\n\n段\n{: .note}\n\n* 目录\n{:toc}", "节\n段"),
    ("<ruby>漢<rt>かん</rt></ruby><ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>", "漢（かん）字（じ）"),
    ("前<!-- 注 -->后\n\n<!-- 没有结束\n\n尾", "前后\n<!-- 没有结束 尾"),
    ("[丙](https://e.com/(x)_(y))、[丁](https://e.com/a(b)乙", "丙、丁乙"),
    ("<video src='/v.mp4'></video>", "视频：/v.mp4"),
    ("![](/images/a.png)\n\n| ![](b/c.jpg) | x |\n|--|--|\n| 1 | 2 |", "插图：/images/a.png\n插图：b/c.jpg\nx\n1\n2"),
    ("![](data:image/svg+xml;base64,PHN2Zz4=)", "插图：内嵌的图片"),
    ("<p align=center>说明</p>\n\n# 标题\n\n正文 **粗**。", "说明\n标题\n正文 粗。"),
    ("{{< notice tip >}}提示 **里**{{< /notice >}}", "提示 里"),
    ("{{% admonition note \"小题\" %}}\n内容\n{{% /admonition %}}", "小题\n内容"),
    ("{{< highlight go \"x=1\" >}}\na **b**\n{{< /highlight >}}", "a **b**"),
    ("{% codeblock lang:js 小题 %}\nvar a = \"__x__\";\n{% endcodeblock %}", "小题\nvar a = \"__x__\";"),
    ("{% raw %}{{ 原样 }}{% endraw %}、{% post_link a 文字 %}、[文]({% post_url b %})", "{{ 原样 }}、文字、文"),
    ("`{{< figure src=a.png >}}` 与 {{</* 原样 */>}}", "{{< figure src=a.png >}} 与 {{</* 原样 */>}}"),
    ("{% blockquote 某人, 某书 %}\n引文\n{% endblockquote %}", "某人 某书\n引文"),
    ("{{< youtube abc >}}", "网页：https://www.youtube.com/watch?v=abc"),
]  # fmt: skip

PICTURES = [
    ('{{< figure src="https://e.com/a.png" caption="说明" >}}', ["https://e.com/a.png"], "说明"),
    ("{% img https://e.com/a.png 200 300 '图题' %}", ["https://e.com/a.png"], "图题"),
    ("![图][p]\n\n[p]: https://e.com/a.png", ["https://e.com/a.png"], ""),
    ("<img lazy-src='https://e.com/a.png'>", ["https://e.com/a.png"], ""),
    ("<img src='/blank.gif' data-lazyload='https://e.com/a.png'>", ["https://e.com/a.png"], ""),
    ("<img _src='https://e.com/a.png'><img file='https://e.com/b.png'>", ["https://e.com/a.png", "https://e.com/b.png"], ""),
    ("<picture><source srcset='https://e.com/a.webp'></picture>", ["https://e.com/a.webp"], ""),
    (f"前\n\n![]({embedded()})", [embedded()], "前"),
    (f"<img src='{embedded()}' data-src='https://e.com/a.png'>", ["https://e.com/a.png"], ""),
]  # fmt: skip


def true_to_its_source(folder: Path, body: str) -> list[str]:
    """What the comparison finds wrong with the page of a body."""
    path = folder / "a.md"
    path.write_text(FRONT + body + "\n\n末段。\n", encoding="utf-8")
    outcome = pipeline.read_file(path, "a.md")
    assert isinstance(outcome, Article)
    found = compare("a.md", reading.of_file(path.read_bytes()), page.of_html(shown(outcome)))
    return [str(finding) for finding in found]


@pytest.mark.parametrize(("body", "text"), TEXTS)
def test_notations_read_as_they_were_meant(body: str, text: str, tmp_path: Path) -> None:
    assert of_blocks(blocks(body)) == text
    assert true_to_its_source(tmp_path, body) == []


@pytest.mark.parametrize(("body", "addresses", "text"), PICTURES)
def test_pictures_however_they_are_written(
    body: str, addresses: list[str], text: str, tmp_path: Path
) -> None:
    assert [picture.src for picture in pictures_of(blocks(body))] == addresses
    assert of_blocks(blocks(body)) == text
    assert true_to_its_source(tmp_path, body) == []


@pytest.mark.parametrize(
    "url",
    ["data:text/html;base64,PHA+", "data:image/svg+xml,<svg onload=alert(1)>", "data:image/png;base64,x\"onerror=1", "data:image/png;base64," + "A" * 500_000],
)  # fmt: skip
def test_only_small_raster_pictures_are_embedded(url: str) -> None:
    assert list(pictures_of(blocks_of(f"<img src='{url}'>", None)[0])) == []


def test_code_between_shortcodes_is_code() -> None:
    body = "{% highlight python linenos %}\nprint('''``` **x**''')\n{% endhighlight %}"
    assert blocks(body) == (Code("print('''``` **x**''')"),)


def test_html_with_markdown_around_is_markdown() -> None:
    assert is_html("<div>\n# 不是标题\n</div>\n<p>甲</p>")
    assert not is_html("<div>框</div>\n\n- 项 [链](https://e.com/)")


# --- files -------------------------------------------------------------------------------------------------

BODY = "这是一篇关于工厂搬迁与产业升级的文章。\n"

FILES = {
    "TOML": f'+++\ntitle = "题: 一"\ndate = 2024-02-10T08:30:00+08:00\nauthors = ["甲"]\n[extra]\nx = 1\n+++\n{BODY}'.encode(),
    "JSON": f'{{\n "title": "题: 一", "date": "2024-02-10",\n "authors": ["甲"]\n}}\n{BODY}'.encode(),
    "no opening line": f"title: '题: 一'\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}".encode(),
    "long closing line": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor: 甲\n-----\n{BODY}".encode(),
    "a colon in the title": f"---\ntitle: 题: 一\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}".encode(),
    "quotation marks in quotation marks": f'---\ntitle: "题: "一"\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}'.encode(),
    "tabs": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor:\n\t- 甲\n---\n{BODY}".encode(),
    "a separator of lines": f"---\ntitle: '题:\u2028一'\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}".encode(),
    "CRLF and a mark": b"\xef\xbb\xbf" + f"---\r\ntitle: '题: 一'\r\ndate: 2024-02-10\r\nauthor: 甲\r\n---\r\n{BODY}".encode(),
    "UTF-16": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}".encode("utf-16"),
    "GB 18030": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}".encode("gb18030"),
}  # fmt: skip


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_files_however_they_are_written(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(data)
    outcome = pipeline.read_file(tmp_path / "a.md", "a.md")
    assert isinstance(outcome, Article), outcome
    assert outcome.title.replace('"', "") == "题: 一"
    assert outcome.published is not None
    assert outcome.published.when.date().isoformat() == "2024-02-10"
    assert outcome.bylines.authors == ("甲",)
    assert outcome.passages[0].text == BODY.strip()
    found = compare("a.md", reading.of_file(data), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        ("+++\ntitle = 题\n+++\n文".encode(), 2, "not valid TOML"),
        (b"+++\ntitle = 'a'\n\xe6\x96\x87", 1, "never closed"),
        ('{\n "title": "题",,\n}\n文'.encode(), 2, "not valid JSON"),
        ('---\ntitle: "题\ndate: 2024-01-01\n---\n文'.encode(), 4, "not valid YAML"),
        ("---\ntitle: 大五碼\n---\n這是一篇用大五碼寫的文章，關於工廠的搬遷與升級。".encode("big5"), 2, "not UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_line(data: bytes, line: int, problem: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(data)
    outcome = pipeline.read_file(tmp_path / "a.md", "a.md")
    assert isinstance(outcome, Refusal)
    assert outcome.line == line
    assert problem in outcome.problem

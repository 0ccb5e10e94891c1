"""Faults that were found once, each with the smallest input that showed it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from factorykb import body as body_of
from factorykb import config, editorial, links, markdown, pages, pipeline, publishers
from factorykb.analysis import Knowledge
from factorykb.body import html_of_markdown
from factorykb.clean import blocks_of
from factorykb.model import Article, Block, Figure, Heading, Library, ListBlock, Paragraph, Refusal, Span
from factorykb.text import images_of, of_blocks
from factorykb.verify import reading
from tests.rendering import DIALECTS, shape


def blocks(html: str) -> tuple[Block, ...]:
    return blocks_of(html, None)[0]


def converted(folder: Path, text: str, name: str = "a.md") -> Article | Refusal:
    (folder / name).write_text(text, encoding="utf-8")
    outcome = pipeline.read_file(folder / name, f"in/{name}")
    assert isinstance(outcome, Article | Refusal)
    return outcome


def hugo(body: str) -> str:
    return f"---\ntitle: 题\ndate: 2024-01-01\ncategories: [qq]\ntranslations: [zh]\nauthorbox: false\n---\n{body}\n"


# --- nothing becomes structure or script ---------------------------------------------------------------------


def test_a_files_name_is_text_on_its_page(tmp_path: Path) -> None:
    name = "a`<img src=x onerror=alert(1)>`.md"
    outcome = converted(tmp_path, hugo("正文。"), name)
    assert isinstance(outcome, Article)
    page = pages.files(Knowledge(Library((outcome,))))[f"articles/{outcome.id}.md"]
    for render in DIALECTS.values():
        assert "<img src=x" not in render(page.partition("---\n# ")[2] or page)


@pytest.mark.parametrize("entity", ["&#13;", "&#8238;", "&#8203;", "&#133;", "&#10;"])
def test_entities_are_decoded_before_they_are_cleaned(entity: str) -> None:
    found = blocks(f"<p>甲{entity}# 乙{entity}{entity}- 丙</p>")
    for render in DIALECTS.values():
        assert shape(render(markdown.of_blocks(found))) == ["p"]
    assert not set(of_blocks(found)) & {"\r", "\u202e", "\u200b", "\x85"}


def test_a_heading_cannot_take_an_id_of_the_theme() -> None:
    html = DIALECTS["python-markdown"](markdown.of_blocks([Heading(1, (Span("__config"),), 2)]))
    assert ">__config</h2>" in html
    assert 'id="__config' not in html


@pytest.mark.parametrize("render", DIALECTS.values(), ids=DIALECTS)
def test_a_long_number_begins_no_list(render: object) -> None:
    source = markdown.of_blocks([Paragraph((Span("2024010112. 文字"),))])
    assert callable(render)
    assert shape(render(source)) == ["p"]


# --- nothing is lost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul>散文<li>一</li>中间的话</ul>", "散文\n一\n中间的话"),
        ("<table>表外<tr>行外<td>甲</td></tr></table>", "表外行外\n甲"),
        ("<table><tr><form><td>甲</td></form></tr></table>", "甲"),
        ("<p>甲<wbr>乙</p><embed src='https://e.com/a.swf'>后文", "甲乙\n附件：https://e.com/a.swf\n后文"),
        ("<pre><p>一</p><p>二</p></pre>", "一\n二"),
        ("<p>甲</p><p class='caption'></p>", "甲"),
    ],
)
def test_text_in_odd_places_is_kept(html: str, text: str) -> None:
    assert of_blocks(blocks(html)) == text


@pytest.mark.parametrize(
    ("html", "images"),
    [
        ("<picture><source srcset='https://e.com/a.webp'><img src='https://e.com/a.png'></picture>", 1),
        (
            "<noscript><img src='https://e.com/a.png'></noscript><noscript><img src='https://e.com/b.png'></noscript>",
            2,
        ),
        ("<noscript><img src='https://e.com/a.png'></noscript><img data-src='https://e.com/a.png'>", 1),
        ("<pre>码<img src='https://e.com/a.png'></pre>", 1),
        ("<img srcset='https://a.com/1.jpg 1.5.2x'>", 1),
    ],
)
def test_pictures_in_odd_places_are_kept(html: str, images: int) -> None:
    assert images_of(blocks(html)) == images


@pytest.mark.parametrize(
    ("html", "addresses"),
    [
        (
            "<img src='https://e.com/a.jpg' data-filename='截图.png' data-image-caption='图/甲'>",
            ["https://e.com/a.jpg"],
        ),
        (
            "<img src='https://e.com/a.jpg' data-file-type='image/jpeg' data-img-id='20/1'>",
            ["https://e.com/a.jpg"],
        ),
        ("<img src='https://e.com/a.jpg' data-link-url='https://shop.e.com/5'>", ["https://e.com/a.jpg"]),
        ("<img src='https://e.com/none.gif' data-lazyload='https://e.com/a.jpg'>", ["https://e.com/a.jpg"]),
        ("<img src='https://e.com/a.jpg' width=600 height=1>", ["https://e.com/a.jpg"]),
        ("<img src='https://e.com/a.gif' width=1 height=1>", []),
        (
            "<div><img src='https://e.com/none.gif' data-src='https://e.com/a.jpg'></div>"
            "<noscript><img src='https://e.com/a.jpg'></noscript>",
            ["https://e.com/a.jpg"],
        ),
    ],
)
def test_a_picture_has_its_own_address(html: str, addresses: list[str]) -> None:
    found = [block.src for block in blocks(f"<p>甲</p>{html}") if isinstance(block, Figure)]
    assert found == addresses


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('正文\n\n    print("{:.2f}".format(df[["a"]]))\n    a = "$x_1$"\n', 'df[["a"]]))\na = "$x_1$"'),
        ('- ```\n  b[["y"]] "{:.2f}"\n  ```\n', 'b[["y"]] "{:.2f}"'),
        ("```\na\n```js\n[[b]]\n```\n", "a\n```js\n[[b]]"),
        ("- ```\n  a\n- b\n\n[[w|词]]", "词"),
        ("- 甲\n接着\n\n    x = [[a|b]]", "x = b"),
        ('格式是 "{:.2f}" 和 [[:alpha:]]', '格式是 "{:.2f}" 和 [[:alpha:]]'),
        ("骂了一句 f**k", "骂了一句 f**k"),
        ("有 10**18 个", "有 10**18 个"),
        ("车牌粤B·*****，白色", "车牌粤B·*****，白色"),
        ("[\n\n甲\n\n**某号**\n\n](javascript:void(0);)", "甲\n某号"),
        ("<pre><code>const a</code><code>const b</code></pre>", "const a\nconst b"),
        ("<pre>run <code>a</code> then <code>b</code> end</pre>", "run a then b end"),
        ('!!! note "注"\n\n\n    里面\n', "注\n里面"),
        ("函数(x){y=1} 尾，[[:分类]]", "函数(x){y=1} 尾，:分类"),
        (
            "![](data:image/svg+xml;base64,PHN2) 甲乙 ![](data:image/svg+xml,%3Csvg%3E%3Cg/%3E%3C/svg%3E)",
            "甲乙",
        ),
    ],
)
def test_what_looks_like_a_notation_and_is_none_stays(tmp_path: Path, written: str, shown: str) -> None:
    outcome = converted(tmp_path, f"---\ntitle: 题\n---\n{written}\n")
    assert isinstance(outcome, Article)
    assert shown in outcome.passages[0].text


@pytest.mark.parametrize(
    ("body", "is_html"),
    [
        ("<blockquote>\n<p>导语</p>\n</blockquote>\n\n    <p>第一段_有_线。</p>", True),
        ("<table><tr><td>2*3*4</td></tr></table>", True),
        ("<p>" + "第一段。" * 50 + "</p>\n\n来源：<https://e.com/x>", False),
        ("<p><img src=a></p>\n\n# 题\n\n正文", False),
        ("<strong>题</strong>\n\n**正文**", False),
        ("<p>甲</p>\n\n[a](b)", False),
    ],
)
def test_both_readings_agree_on_what_is_html(body: str, is_html: bool) -> None:
    assert (body_of.is_html(body), reading._is_html(body)) == (is_html, is_html)


def test_questions_of_an_interview_are_no_credits(tmp_path: Path) -> None:
    body = "记者：您好，欢迎做客\n\n厂长：谢谢\n\n记者：先谈谈产能\n\n厂长：产能满了。"
    outcome = converted(tmp_path, f"---\ntitle: 题\n---\n{body}\n")
    assert isinstance(outcome, Article)
    assert outcome.bylines.lines == ()
    assert outcome.passages[0].text == body.replace("\n\n", "\n")
    credits = "记者：张三\n\n编辑：李四\n\n正文在此，很长的一段话。\n\n注意：别动\n\n编辑：李四"
    credited = converted(tmp_path, f"---\ntitle: 题\n---\n{credits}\n", "b.md")
    assert isinstance(credited, Article)
    assert (credited.bylines.authors, credited.bylines.editors) == (("张三",), ("李四",))


def test_a_source_below_another_caption_of_a_picture_is_no_credit(tmp_path: Path) -> None:
    body = "![](https://e.com/a.jpg)\n\n▲ 新厂房\n\n图源：视觉中国\n\n正文在此。"
    outcome = converted(tmp_path, f"---\ntitle: 题\n---\n{body}\n")
    assert isinstance(outcome, Article)
    assert outcome.bylines.lines == ()


def test_nothing_written_as_a_word_is_nothing(tmp_path: Path) -> None:
    front = "title: 题\nauthor: None\nsource: null\ndate: null\n"
    outcome = converted(tmp_path, f"---\n{front}---\n正文。\n")
    assert isinstance(outcome, Article)
    found = (outcome.title, outcome.bylines.authors, outcome.publisher, outcome.published)
    assert found == ("题", (), publishers.UNKNOWN, None)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("老厂 &#8211; 新生&#8230;", "老厂 – 新生…"),
        ("史蒂夫&#183;乔布斯", "史蒂夫·乔布斯"),
        ("甲&#8238;乙&#65279;", "甲乙"),
        ("标签 &lt;b&gt; 与 &amp;", "标签 &lt;b&gt; 与 &amp;"),
    ],
)
def test_marks_that_wordpress_writes_as_entities_are_read(written: str, title: str, tmp_path: Path) -> None:
    outcome = converted(tmp_path, f"---\ntitle: '{written}'\n---\n正文一段。\n")
    assert isinstance(outcome, Article)
    assert outcome.title == title


def test_escapes_of_json_are_read(tmp_path: Path) -> None:
    outcome = converted(tmp_path, '---\ntitle: "\\u5de5\\u5382\\ud83c\\udfed\\u89c2\\u5bdf"\n---\n正文。\n')
    assert isinstance(outcome, Article)
    assert outcome.title == "工厂🏭观察"


def test_an_account_on_wechat_is_not_tencents_news() -> None:
    assert publishers.find("https://mp.weixin.qq.com/s/abc", ()).name == "微信公众号"
    assert publishers.find("https://new.qq.com/rain/a/1", ()).name == "腾讯新闻"


def test_what_a_noscript_says_is_kept() -> None:
    html = "<figure><img src='https://e.com/a.jpg'></figure><noscript><p>唯一的话。</p></noscript>"
    assert "唯一的话。" in of_blocks(blocks(html))
    other = html.replace("<p>唯一的话。</p>", "<img src='https://e.com/b.jpg'>")
    assert images_of(blocks(other)) == 2


def test_captions_take_time_in_proportion(tmp_path: Path) -> None:
    lines = "".join(f"<p>图｜甲{number}</p>" for number in range(8_000))
    begun = time.monotonic()
    converted(tmp_path, f"---\ntitle: 题\n---\n<img src='https://e.com/a.jpg'>{lines}\n")
    assert time.monotonic() - begun < 30  # minutes where each looks at all before it


def test_a_gist_is_addressed_as_its_site_does(tmp_path: Path) -> None:
    outcome = converted(tmp_path, hugo('前文\n\n{{< gist user 12 "img.html" >}}'))
    assert isinstance(outcome, Article)
    assert "https://gist.github.com/user/12#file-img-html" in outcome.passages[0].text


def test_an_empty_caption_takes_no_paragraph() -> None:
    found = blocks("<img src='https://e.com/a.png'><p>正文</p><p class='caption'></p>")
    assert found == (Figure("https://e.com/a.png"), Paragraph((Span("正文"),)))


@pytest.mark.parametrize(
    "body",
    [
        "[注]: 数据来源国家统计局",
        "[^1]: 这里是脚注内容",
        "电话 138****1234",
        "- " * 30 + "深",
        "> " * 40 + "深",
        "```\n一行长到不会被当作标题的代码，就这样放在这里，再加上几个字才够长。\n------\n```",
    ],
)
def test_markdown_keeps_what_commonmark_would_drop(body: str) -> None:
    kept = of_blocks(blocks(html_of_markdown(body)))
    assert [char for char in kept if char.isalnum()] == [char for char in body if char.isalnum()]
    assert "****" not in body or "****" in kept


def test_a_closing_link_ends_the_text_and_takes_nothing_with_it(tmp_path: Path) -> None:
    outcome = converted(tmp_path, hugo("正文。\n\n[qq](https://a.cn/1) 中间的字 [qq](https://new.qq.com/1)"))
    assert isinstance(outcome, Article)
    assert "中间的字" in outcome.passages[0].text


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        ("<div>\n下面是我对这个问题的回答<br><br><p>正文。</p></div>", [""]),
        ("<div>\n甲的回答<br><br><p>正文。</p></div>", ["甲"]),
    ],
)
def test_an_answerers_name_is_a_name(tmp_path: Path, body: str, authors: list[str]) -> None:
    outcome = converted(tmp_path, f"---\ntitle: 题\nheadimg: x\nauthor: 知乎\n---\n{body}\n")
    assert isinstance(outcome, Article)
    assert [passage.author for passage in outcome.passages] == authors


# --- facts ---------------------------------------------------------------------------------------------------


def test_a_questions_description_is_no_answer(tmp_path: Path) -> None:
    body = "题目的说明。\n\n### 知乎用户 甲\\_乙&amp;丙 发表\n\n一。\n\n### 知乎用户 丁 发表\n\n二。\n"
    outcome = converted(tmp_path, f"---\ntitle: 题\nlayout: default\n---\n{body}")
    assert isinstance(outcome, Article)
    assert [passage.author for passage in outcome.answers] == ["甲_乙&丙", "丁"]
    assert "2 个回答" in pages.files(Knowledge(Library((outcome,))))[f"articles/{outcome.id}.md"]


def test_undated_articles_come_last_and_share_no_year(tmp_path: Path) -> None:
    for name, date in (("a", "date: 1970-05-01\n"), ("b", ""), ("c", "date: 1970-01-01 08:00:00\n")):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\n{date}---\n正文。\n")
    library = pipeline.read_folder(tmp_path).library
    assert [article.title for article in library.articles] == ["a", "c", "b"]
    assert {path for path in pages.files(Knowledge(library)) if path.startswith("years/")} == {
        "years/1970.md",
        "years/undated.md",
    }


def test_sites_that_route_by_fragment_have_many_works(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: 题\nurl: https://x.com/#/article/{name}\n---\n正文{name}。\n"
        )
    assert len(pipeline.read_folder(tmp_path).library.articles) == 2


def test_a_page_number_is_no_keyword_link() -> None:
    assert not links.is_keyword("https://example.com/list?page=2", "2", [])


def test_a_redirect_that_is_laid_on_its_own_address_is_no_keyword_link() -> None:
    target = "http://www.stats.gov.cn/x.html"
    href = "https://link.zhihu.com/?target=http%3A//www.stats.gov.cn/x.html"
    found = blocks(f'<p>见<a href="{href}"><span>http://www.</span><span>stats.gov.cn/x.html</span></a></p>')
    assert found == (Paragraph((Span("见"), Span(target, href=target))),)


# --- one bad file does not stop the others, and none takes long ---------------------------------------------


@pytest.mark.parametrize(
    "front",
    [
        "a: " + "[" * 50_000,
        "date: Mon, 07 Feb 99999999999999999999 03:59:59 +0000",
        "date: 2022-01-01T00:00:00+99:99",
    ],
)
def test_front_matter_that_breaks_parsers_is_refused(tmp_path: Path, front: str) -> None:
    assert isinstance(converted(tmp_path, f"---\ntitle: 题\n{front}\n---\n正文。\n"), Refusal)


def test_odd_files_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "loop.md").symlink_to("loop.md")
    os.mkfifo(tmp_path / "pipe.md")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd6\xd0.md"))).write_text(hugo("正文。"))
    (tmp_path / "good.md").write_text(hugo("正文。"))
    library = pipeline.read_folder(tmp_path).library
    assert (len(library.articles), len(library.refused)) == (1, 3)
    "".join(refusal.path for refusal in library.refused).encode()


def test_a_mistake_of_the_converters_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RecursionError("deep")

    monkeypatch.setattr("factorykb.articles.article_of", fail)
    outcome = converted(tmp_path, hugo("正文。"))
    assert isinstance(outcome, Refusal)
    assert "RecursionError" in outcome.problem


@pytest.mark.parametrize(
    "body",
    [
        "<!---->" * 2_000 + "正文",
        "### 知乎用户 " + " " * 50_000 + "x",
        "<p>a</p><img srcset='" + "a" * 100_000 + "'>",
        "<div>" + "<noscript><img src='https://e.com/a.png'></noscript>" * 4_000 + "</div>",
        "\n" * 100_000 + "正文",
        "短行\n" * 40_000,
        "[a](http://" * 20_000,
        "<b>字</b>词" * 20_000,
        "$$E=mc^2$$ 是质能方程。\n" + ("这一行说的是质量和能量，" * 4 + "\n") * 59,
        ":::" + " " * 50_000 + "a:b\n:::\n",
        "{{<" + " " * 100_000,
        "{{<a" + " " * 100_000,
        " " * 100_000 + "x\n\n[a]:",
        "|甲\n" + " " * 100_000 + "x|",
        "|" * 49_000 + "x",
        "{::comment}" * 20_000,
        "[caption]![](" * 10_000,
        "[caption]<img>" + "[caption]<img>a" * 10_000,
        "<div>" + "<!--" * 99_000,
        "".join("`" * ticks + "\n字\n\n" for ticks in range(290, 3, -1)) + "字\n" * 5_000,
    ],
    ids=[
        "comments",
        "blanks",
        "srcset",
        "noscript",
        "newlines",
        "lines",
        "links",
        "marks",
        "formula",
        "container",
        "shortcode",
        "shortcode named",
        "lead",
        "delimiters",
        "bars",
        "extensions",
        "captions that are not closed",
        "captions in captions",
        "comments without an end",
        "fences",
    ],
)
def test_no_input_takes_long(tmp_path: Path, body: str) -> None:
    begun = time.monotonic()
    for front in ("", "headimg: x\nauthor: 知乎\n", "authorbox: false\ntranslations: [zh]\n"):
        (tmp_path / "a.md").write_text(f"---\ntitle: 题\n{front}---\n{body}\n")
        pipeline.read_file(tmp_path / "a.md", "in/a.md")
    assert time.monotonic() - begun < 30  # a bound against quadratic work (minutes), not a speed claim


def test_a_first_line_of_blanks_is_soon_known_for_no_title(tmp_path: Path) -> None:
    assert isinstance(converted(tmp_path, "---\ndate: 2024-01-01\n---\n# " + " " * 50_000 + "*x\n"), Refusal)


def test_a_publishers_name_is_text_on_every_page(tmp_path: Path) -> None:
    front = "title: 工厂里的机器人\ndate: 2024-01-01\nsource: <script>alert(1)</script>\n"
    body = (
        "工厂用工业机器人和机械臂换人，自动化、智能制造、无人车间、数字化转型，工人担心失业，老板算成本。\n"
        * 3
    )
    outcome = converted(tmp_path, f"---\n{front}---\n{body}")
    assert isinstance(outcome, Article)
    known = pipeline.know(Library((outcome,)), editorial.load(config.EDITORIAL), curated=False)
    made = pages.files(known)
    assert any("alert(1)" in text for path, text in made.items() if path.startswith("themes/"))
    for path, text in made.items():
        assert "<script>alert" not in text.partition("\n---\n")[2], path


def test_links_to_topics_in_html_lead_to_pages_and_not_to_their_markdown() -> None:
    linked = Paragraph((Span("东莞", href="../topics/dong-guan.md"), Span("某站", href="https://e.com/a.md")))
    items: tuple[Block, ...] = (linked, Figure("https://e.com/a.png"))
    html = markdown.of_block(ListBlock((items,)))
    assert 'href="../../topics/dong-guan/"' in html
    assert 'href="https://e.com/a.md"' in html
    assert markdown.of_block(linked).startswith("[东莞](../topics/dong-guan.md)")


def test_two_answers_with_the_address_of_their_question_are_two_works(tmp_path: Path) -> None:
    front = "---\ntitle: 题\nurl: https://www.zhihu.com/question/1\nauthor: {}\n---\n一段回答，说的是工厂。\n"
    found = [converted(tmp_path, front.format(name), f"{name}.md") for name in "甲乙甲"]
    identities = [outcome.identity for outcome in found if isinstance(outcome, Article)]
    assert identities[0] == identities[2] != identities[1]


def test_the_author_in_the_text_tells_answers_of_one_question_apart(tmp_path: Path) -> None:
    front = "---\ntitle: 题\nurl: https://www.zhihu.com/question/9002\n{}---\n{}"
    bodies = ["作者：张三\n\n第一段的话在这里说完了。\n", "作者：李四\n\n另一段话也在这里说完了。\n"]
    for name, body in zip("ab", bodies, strict=True):
        (tmp_path / f"{name}.md").write_text(front.format("", body), encoding="utf-8")
    result = pipeline.read_folder(tmp_path)
    assert {article.bylines.authors for article in result.library.articles} == {("张三",), ("李四",)}
    assert len({article.id for article in result.library.articles}) == 2
    stated = [
        converted(tmp_path, front.format("author: 王五\n", body)) for body in (*bodies, "没有署名的话。\n")
    ]
    assert len({outcome.identity for outcome in stated if isinstance(outcome, Article)}) == 1


def test_the_subject_of_a_blogs_post_is_no_publisher(tmp_path: Path) -> None:
    text = "---\ntitle: 探厂笔记\ndate: 2024-01-01\ncategories:\n- 读书笔记\n- 制造业\n---\n正文一段。\n"
    outcome = converted(tmp_path, text)
    assert isinstance(outcome, Article)
    assert outcome.publisher == publishers.UNKNOWN


def test_a_date_that_a_template_left_open_is_none(tmp_path: Path) -> None:
    outcome = converted(tmp_path, "---\ntitle: 题\ndate: '{{ date }}'\n---\n正文一段。\n")
    assert isinstance(outcome, Article)
    assert outcome.published is None


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**“必须转”**AI时代", ["“必须转”"]),
        ("AI**“必须转”**2024", ["“必须转”"]),
        ("**100%**2023年", ["100%"]),
        ("**会议时间|**9月3日", ["会议时间|"]),
        ("2**3", []),
        ("甲 ** 乙 ** 丙", []),
    ],
)
def test_bold_beside_letters_and_digits(text: str, bold: list[str]) -> None:
    spans = [
        item
        for block in blocks(html_of_markdown(text))
        if isinstance(block, Paragraph)
        for item in block.inlines
    ]
    assert [span.text for span in spans if isinstance(span, Span) and "strong" in span.marks] == bold


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("我爱工厂的小王的回答", "我爱工厂的小王"),
        ("这一刻，我们的回答", "这一刻，我们"),
        ("我的回答", ""),
        ("我很同意楼上张三的回答", ""),
        ("总之，这就是我对这件事的回答", ""),
        ("以下是我对这个问题的回答", ""),
        (" 的回答", ""),
    ],
)
def test_names_on_the_hot_list(line: str, name: str, tmp_path: Path) -> None:
    front = "---\ntitle: 题\nheadimg: x\ncategories: [知乎热榜]\n---\n"
    outcome = converted(tmp_path, f"{front}<div>{line}<br><br><p>正文一段。</p></div>\n")
    assert isinstance(outcome, Article)
    assert [passage.author for passage in outcome.passages] == [name]


def test_an_address_that_is_none_keeps_no_answers_from_their_page(tmp_path: Path) -> None:
    answers = "## 甲 的回答\n\n文字一。\n\n## 乙 的回答\n\n文字二。\n"
    outcome = converted(tmp_path, f"---\ntitle: 题\nurl: https://[a.example/1\n---\n{answers}")
    assert isinstance(outcome, Article)
    assert outcome.url is None

"""`llms.txt`: the site told to a language model in one page of Markdown (the format of llmstxt.org)."""

from __future__ import annotations

from collections.abc import Iterable

from factorykb.analysis import Knowledge
from factorykb.exports.texts import address_of
from factorykb.markdown import escaped
from factorykb.publication import Publication
from factorykb.text import plain

_NEWEST = 50  # articles; the file must not grow with the corpus
_PATH = "llms.txt"

_PARTS = (
    ("", "首页", "这是什么，从哪里读起"),
    ("themes/", "主题", "段落按所谈的问题归类，每一段写明归入的理由"),
    ("topics/", "词条", "机构、地方、行业、概念、人物，各列出提到它的段落"),
    ("articles/", "文章", "全部文章，按日期和来源"),
    ("downloads/", "数据", "下列数据文件的说明和权利情况"),
    ("about/", "关于", "页面怎样生成，权利与撤下"),
)
_DATA = (
    ("data/catalogue.json", "全部文章和段落，含正文、主题及依据、词条、关键词、相关段落"),
    ("data/passages.jsonl", "每行一段"),
    ("data/themes.json", "主题、说明和用词"),
    ("data/topics.json", "词条和别名"),
    ("data/feed.xml", "最新文章的 Atom 订阅；各主题的在 data/feeds/"),
)
_RULES = """\
每篇文章的地址是 `articles/<id>/`，一段是 `articles/<id>/#<anchor>`，文章的 Markdown 是 `data/articles/<id>.txt`。\
id 与 anchor 不随网站重新生成而改变。正文一字不改，页末写明出处、源文件校验值和做过的整理。\
内容代表各自作者的看法，收录不等于核实；原文注明由机器改写的，页首有提示。"""
_RIGHTS = """\
文字与图片的权利归原作者和发布者，引用请注明原作者和出处。生成网站的软件以 MIT 许可发布，许可不及于文章。"""


def text(knowledge: Knowledge, publication: Publication) -> str:
    """The content of `llms.txt`. Its links are absolute when the site has an address, else relative."""

    def item(target: str, name: str, about: str) -> str:
        said = f": {escaped(plain(about))}" if about else ""
        return f"- [{escaped(plain(name))}]({publication.address(target, _PATH)}){said}"

    articles = knowledge.library.listed
    themes = knowledge.vocabulary.themes
    shown = f"最新的 {_NEWEST} 篇，" if len(articles) > _NEWEST else ""
    sections = [
        f"# {escaped(publication.name)}",
        f"> {escaped(publication.description)}",
        _RULES,
        _section("网站的各部分", (item(*part) for part in _PARTS)),
        _section("数据", (item(target, target, about) for target, about in _DATA)),
        _section("主题", (item(f"themes/{t.slug}/", t.name, t.description) for t in themes)),
        _section(
            f"文章（{shown}共 {len(articles)} 篇，Markdown）",
            (item(address_of(a), a.title, a.publisher.name) for a in articles[:_NEWEST]),
        ),
        f"## 权利\n\n{_RIGHTS}",
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"## {title}\n\n{body}" if body else ""

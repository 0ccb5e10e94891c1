"""Addresses: wrappers undone, keyword links known, nothing unsafe passes."""

from __future__ import annotations

import pytest

from factorykb import links


@pytest.mark.parametrize(
    ("wrapped", "target"),
    [
        ("https://link.zhihu.com/?target=https%3A//example.com/a%3Fb%3D%253D", "https://example.com/a?b=%3D"),
        ("https://images.weserv.nl/?url=https%3A//pic3.zhimg.com/v2_r.jpg%3Fsource%3D1", "https://pic3.zhimg.com/v2_r.jpg?source=1"),
        ("https://images.weserv.nl/?url=pic3.zhimg.com/v2_r.jpg&w=300", "https://pic3.zhimg.com/v2_r.jpg"),
        ("https://images.weserv.nl/?url=//pic3.zhimg.com/v2.jpg", "https://pic3.zhimg.com/v2.jpg"),
        ("https://www.google.com/url?q=https://example.com/", "https://example.com/"),
        ("https://www.google.com/search?q=https://example.com/", "https://www.google.com/search?q=https://example.com/"),
        ("https://link.zhihu.com/?target=javascript:alert(1)", "https://link.zhihu.com/?target=javascript:alert(1)"),
        ("https://example.com/?target=https://evil.example/", "https://example.com/?target=https://evil.example/"),
    ],
)  # fmt: skip
def test_wrappers_are_undone(wrapped: str, target: str) -> None:
    assert links.unwrapped(wrapped) == target


@pytest.mark.parametrize(
    "url",
    [
        "https://e.com/a", "https://e.com/a/", "http://e.com/a", "https://E.com/a?utm_source=x#f", "https://e.com/a/?spm=1.2&UTM_medium=y",
        "https://e.com/a?", "https://link.zhihu.com/?target=http%3A//e.com/a/",
    ],
)  # fmt: skip
def test_addresses_of_one_work_have_one_spelling(url: str) -> None:
    assert links.canonical(url) == "https://e.com/a"


@pytest.mark.parametrize(
    "how", ["scene=21#wechat_redirect", "chksm=1&scene=126&sessionid=17#rd", "from=timeline"]
)
def test_an_article_on_wechat_has_one_spelling_however_it_was_opened(how: str) -> None:
    address = "https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a"
    assert links.canonical(f"{address}&{how}") == address


@pytest.mark.parametrize(
    "url",
    ["https://mp.weixin.qq.com/s?src=11&signature=b", "https://e.com/a?id=1", "https://e.com/a?id=1&b=2#/x", "https://e.com/#!/a", "https://e.com/A", "https://e.com",
     "https://e.com/s?__biz=M%3D&mid=2&sn=3", "https://e.com/a?spmx=1"],
)  # fmt: skip
def test_what_tells_works_apart_stays_in_their_addresses(url: str) -> None:
    assert links.canonical(url).replace("com/#", "com#") == url.replace("com/#", "com#")


@pytest.mark.parametrize(
    ("href", "text", "expected"),
    [
        ("https://www.zhihu.com/search?q=%E8%90%A7%E5%B1%B1&search_source=Entity", "萧山", True),
        ("https://zhida.zhihu.com/search?content_id=1", "芯片", True),
        ("https://www.c114.com.cn/keyword/default.asp?key=%D6%D0%B9%FA%CC%FA%CB%FE", "中国铁塔", True),
        ("https://36kr.com/projectDetails/24961", "腾讯", True),
        ("https://www.zhihu.com/question/1", "这个问题", False),
        ("https://example.com/report?title=annual", "年报", False),
        ("https://example.com/?q=", "", False),
    ],
)
def test_keyword_links(href: str, text: str, expected: bool) -> None:
    assert links.is_keyword(href, text, []) is expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "vbscript:x",
        "data:text/html,x", "file:///etc/passwd", "blob:x", "", "#top", "http://", "https:///x", "http://[::1", "//", "about:blank",
        "https://%EF%BF%BD3%25a/x", "https://a b.com/", "https://a%2fb.com/", "https://a^b.com/",
        "https://a%3ab.com/", "https://例子\u3000.com/", "https://[::1]/",
    ],
)  # fmt: skip
def test_unsafe_addresses_do_not_pass(url: str) -> None:
    assert links.safe(url, None) is None


def test_safe_addresses() -> None:
    assert links.safe("//img.example.com/a b.png", None) == "https://img.example.com/a%20b.png"
    assert links.safe("/b?x=(1)", "https://example.com/a/") == "https://example.com/b?x=%281%29"
    assert links.safe("mailto:a@example.com", None) == "mailto:a@example.com"
    assert links.safe("https://example.com/新闻", None) == "https://example.com/新闻"
    assert links.safe("https://新闻.com/", None) == "https://新闻.com/"
    assert links.safe("https://%E6%96%B0.com:80/", None) == "https://%E6%96%B0.com:80/"
    assert links.safe("/relative", None) is None

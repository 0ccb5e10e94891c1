"""The one table of publishers: the key that stands in addresses, the Chinese name, hosts and other names.

A publisher that is missing here still works: its key comes from the article's host and its name from the
front matter. Adding a line gives it its proper name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from factorykb.editorial import TAKEN
from factorykb.model import Publisher

# key: (name, hosts, names that front matter uses for it)
_TABLE: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "21jingji": ("21世纪经济报道", ("21jingji.com",), ("21世纪经济报道",)),
    "36kr": ("36氪", ("36kr.com", "36dianping.com"), ("36kr", "36氪")),
    "baijiahao": ("百家号", ("baijiahao.baidu.com",), ("百家号",)),
    "bilibili": ("哔哩哔哩", ("bilibili.com",), ("bilibili", "哔哩哔哩", "B站")),
    "bioon": ("生物谷", ("bioon.com",), ("bioon",)),
    "c114": ("C114通信网", ("c114.com.cn",), ("c114",)),
    "caijing": ("财经网", ("caijing.com.cn",), ("caijing",)),
    "caixin": ("财新网", ("caixin.com",), ("caixin", "财新")),
    "cctv": ("央视网", ("cctv.com", "cctv.cn"), ("cctv",)),
    "chinanews": ("中国新闻网", ("chinanews.com", "chinanews.com.cn"), ("chinanews",)),
    "cls": ("财联社", ("cls.cn",), ("cls", "财联社")),
    "cnbeta": ("cnBeta", ("cnbeta.com", "cnbeta.com.tw"), ("cnbeta",)),
    "cnstock": ("上海证券报", ("cnstock.com",), ("cnstock",)),
    "cww": ("通信世界", ("cww.net.cn",), ("cww",)),
    "douban": ("豆瓣", ("douban.com",), ("douban", "豆瓣")),
    "eastmoney": ("东方财富网", ("eastmoney.com",), ("eastmoney",)),
    "eetimes": ("EE Times", ("eetimes.com",), ("eetimes",)),
    "fx168": ("FX168财经", ("fx168news.com", "fx168.com"), ("fx168",)),
    "gelonghui": ("格隆汇", ("gelonghui.com",), ("gelonghui",)),
    "guancha": ("观察者网", ("guancha.cn",), ("guancha", "观察者网")),
    "guokr": ("果壳", ("guokr.com",), ("guokr", "果壳网")),
    "hibor": ("慧博投研资讯", ("hibor.com.cn",), ("hibor",)),
    "hkej": ("信報財經新聞", ("hkej.com",), ("hkej",)),
    "hket": ("香港經濟日報", ("hket.com",), ("hket",)),
    "huanqiu": ("环球网", ("huanqiu.com",), ("huanqiu",)),
    "huxiu": ("虎嗅", ("huxiu.com",), ("huxiu", "虎嗅网", "虎嗅")),
    "ifanr": ("爱范儿", ("ifanr.com",), ("ifanr", "爱范儿")),
    "ifeng": ("凤凰网", ("ifeng.com",), ("ifeng",)),
    "in-en": ("国际能源网", ("in-en.com",), ("in_en",)),
    "infoq": ("InfoQ", ("infoq.cn",), ("infoq",)),
    "ithome": ("IT之家", ("ithome.com",), ("IT 之家", "IT之家", "ithome")),
    "iyiou": ("亿欧", ("iyiou.com",), ("iyiou", "亿欧网")),
    "jianshu": ("简书", ("jianshu.com",), ("jianshu", "简书")),
    "jiemian": ("界面新闻", ("jiemian.com",), ("jiemian",)),
    "jin10": ("金十数据", ("jin10.com",), ("jin10",)),
    "jinwucj": ("金吾财讯", ("szfiu.com",), ("jinwucj",)),
    "jiqizhixin": ("机器之心", ("jiqizhixin.com",), ("jiqizhixin", "机器之心")),
    "leinews": ("雷递网", ("leinews.com",), ("leinews",)),
    "leiphone": ("雷峰网", ("leiphone.com",), ("leiphone", "雷锋网")),
    "lieyun": ("猎云网", ("lieyunpro.com", "lieyunwang.com"), ("lieyun",)),
    "nbd": ("每日经济新闻", ("nbd.com.cn",), ("nbd",)),
    "netease": ("网易", ("163.com",), ("163", "netease", "网易新闻")),
    "people": ("人民网", ("people.com.cn",), ("people",)),
    "pingwest": ("品玩", ("pingwest.com",), ("pingwest", "PingWest品玩")),
    "qbitai": ("量子位", ("qbitai.com",), ("qbitai",)),
    "qq": ("腾讯新闻", ("qq.com",), ("qq", "腾讯新闻", "腾讯网")),
    "sina": ("新浪财经", ("sina.com.cn", "sina.cn"), ("sina", "新浪")),
    "sohu": ("搜狐", ("sohu.com",), ("sohu", "搜狐新闻")),
    "sspai": ("少数派", ("sspai.com",), ("sspai", "少数派 -- Matrix", "少数派")),
    "stcn": ("证券时报", ("stcn.com",), ("stcn",)),
    "stheadline": ("星島頭條", ("stheadline.com",), ("stheadline",)),
    "thebambooworks": ("咏竹坊", ("thebambooworks.com",), ("bambooworks", "thebambooworks")),
    "thepaper": ("澎湃新闻", ("thepaper.cn",), ("thepaper", "澎湃新闻")),
    "timeweekly": ("时代周报", ("time-weekly.com",), ("timeweekly",)),
    "tmtpost": ("钛媒体", ("tmtpost.com",), ("tmtpost", "钛媒体")),
    "toutiao": ("今日头条", ("toutiao.com",), ("toutiao", "今日头条", "头条号")),
    "wallstreetcn": ("华尔街见闻", ("wallstreetcn.com",), ("wallstreetcn",)),
    "weibo": ("微博", ("weibo.com", "weibo.cn"), ("weibo", "微博", "新浪微博")),
    "xinhua": ("新华网", ("xinhuanet.com", "news.cn"), ("xinhua", "xinhuanet")),
    "weixin": ("微信公众号", ("mp.weixin.qq.com",), ("weixin", "微信公众号", "微信公众平台")),
    "xueqiu": ("雪球", ("xueqiu.com",), ("xueqiu",)),
    "yicai": ("第一财经", ("yicai.com",), ("yicai", "第一财经")),
    "zaobao": ("联合早报", ("zaobao.com", "zaobao.com.sg"), ("zaobao",)),
    "zhihu": ("知乎", ("zhihu.com",), ("zhihu", "知乎", "知乎热榜")),
}

_BY_HOST = {host: key for key, (_, hosts, _) in _TABLE.items() for host in hosts}
_BY_NAME = {name.casefold(): key for key, (own, _, names) in _TABLE.items() for name in (key, own, *names)}

UNKNOWN = Publisher("web", "来源未知")

_LONGEST = 24  # characters of a key before its hash
_SAYS_ALL = re.compile(rf"[a-z0-9 ._-]{{1,{_LONGEST}}}")
# Names of addresses that are taken, and that of the unknown publisher.
_TAKEN = TAKEN | {"web"}


def known(key: str) -> Publisher:
    """The publisher of a key that is in the table."""
    return Publisher(key, _TABLE[key][0])


def find(
    url: str | None, stated: Sequence[str], channels: Sequence[str] = (), authors: Sequence[str] = ()
) -> Publisher:
    """Who published the article at `url`.

    Args:
        url: the original's address, if known.
        stated: what the front matter calls the publisher.
        channels, authors: believed where one is a publisher of the table (`author: 36kr`); any other is a subject
            or a person.

    The address is believed first: aggregators call their channels as they like (`sina_us_stock`,
    `investors`), a host belongs to somebody. An unknown publisher gets its key from its host, else from
    its name.
    """
    host = (urlsplit(url).hostname or "") if url else ""
    named = (_key_of_name(name.strip()) for name in (*stated, *channels, *authors))
    key = _key_of_host(host) or next(filter(None, named), None)
    if key:
        return known(key)
    host = host.removeprefix("www.")
    name = next(filter(None, (*stated, host)), "")
    return Publisher(_key_of_unknown(host or name), name) if name else UNKNOWN


def _key_of_unknown(name: str) -> str:
    """A key that is a file's name on every system: `name` itself in ASCII where it can be one and says all, else
    the beginning of it with a piece of its hash, so that no two names share a page."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if _SAYS_ALL.fullmatch(name.lower()) and key and key not in _TAKEN and key not in _TABLE:
        return key
    return f"{key[:_LONGEST].strip('-') or 'web'}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def names_of(publisher: Publisher) -> tuple[str, ...]:
    """Every name the publisher goes by, for stripping it from titles."""
    entry = _TABLE.get(publisher.key)
    return (publisher.name, *entry[2]) if entry else (publisher.name,)


def _key_of_host(host: str) -> str | None:
    labels = host.lower().split(".")
    return next(filter(None, (_BY_HOST.get(".".join(labels[i:])) for i in range(len(labels)))), None)


def _key_of_name(name: str) -> str | None:
    folded = name.casefold()
    return _BY_NAME.get(folded) or _BY_NAME.get(folded.split("_")[0]) or _key_of_host(folded)

"""Whether a passage carries information: enough different words that mean something.

A bare length would take a long joke for an answer and a dense line for none.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

_ENOUGH = 14.0
_TERM = 0.5  # a term of the vocabulary counts this much more than another word

# Words that every answer has, whatever it says.
FUNCTION_WORDS = frozenset(
    """
    我们 你们 他们 它们 自己 一个 这个 那个 什么 怎么 就是 不是 没有 可以 因为 所以
    但是 如果 还是 已经 这样 那么 这么 不会 可能 觉得 知道 现在 时候 还有 而且 或者
    以及 一样 很多 真正 真的 阻碍 产业 升级 问题 回答 一些 这种 那种 这些 那些 大家
    最大 其实 虽然 只是 只有 只能 不能 应该 需要 出来 起来 下去 东西 事情 为什么 为何
    的话 之后 之前 以后 以前 一下 一点 有点 别人 中国 我国 国家 工业 其他 各种 非常
    根本 进行 通过 对于 由于 成为 不同 作为 以上 以下 来说 甚至 不过 然后 同时 只要
    不要 不了 目前 当然 一直 无法 必须 这里 那里 看到 认为 比如 例如 也许 大概 似乎
    一定 完全 绝对
    """.split()
)
_WORDLIKE = re.compile(r"[^\W\d_]{2,}")


def is_substantive(words: Collection[str], terms: int) -> bool:
    """Whether a passage says something.

    Args:
        words: its different words that mean something (`means_something`).
        terms: how many different terms of the themes stand in it.
    """
    return len(words) + _TERM * terms >= _ENOUGH


@lru_cache(maxsize=2**17)
def means_something(word: str) -> bool:
    return word not in FUNCTION_WORDS and bool(_WORDLIKE.fullmatch(word))

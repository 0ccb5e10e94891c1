"""Whether an article is about industry at all. One about shares, schools or films may use the themes' words (需求,
出口, 人才) as often as any; it gets no theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from factorykb.model import Packable

# Subject words among the words of two characters or more. None of 235 other articles lies between 0.01 and this.
_DENSITY = 0.012
_DIFFERENT = 3
_SHORT = 60  # words; so short a text need not be so various
_WORDS = frozenset(
    """
    工厂 制造 制造业 工业 工业化 产业升级 产能 生产线 产线 车间 工人 代工 厂商 供应链 产业链 产业
    厂房 装备 零部件 制造商 量产 投产 厂家 厂长 机床 流水线 产业化 工艺 智能制造 机械 机械化
    自动化 新型工业化 中国制造 工业品 产业带 产业园 厂 轻工业 重工业 国产化 加工 组装 原材料 生产
    工程师 技工 机器人 设备 整车 车企 光伏 电池 钢铁 化工 纺织 服装厂 半导体 芯片 晶圆 储能
    产业集群 上下游 出货量 下线 基地 工业互联网 数字化转型 开工厂 小作坊 代工厂 实业 实体经济
    """.split()
)


@dataclass(frozen=True, slots=True)
class Share(Packable):
    """How much of a text's vocabulary is about industry. Shares of passages add up to that of their article."""

    content: int = 0
    found: int = 0
    different: frozenset[str] = frozenset()

    def __add__(self, other: Share) -> Share:
        return Share(self.content + other.content, self.found + other.found, self.different | other.different)

    def is_about_industry(self) -> bool:
        needed = _DIFFERENT if self.content > _SHORT else 1
        return self.found >= _DENSITY * self.content and len(self.different) >= needed


def share_of(words: Iterable[str]) -> Share:
    """The share of a text's words."""
    content = [word for word in words if len(word) > 1 or word in _WORDS]
    found = [word for word in content if word in _WORDS]
    return Share(len(content), len(found), frozenset(found))

"""Words that a query may have and that say nothing of its subject. Looked for in other words, they would only bring
passages that happen to be worded alike; a reader should not be told that they were looked for either."""

STOPWORDS = frozenset(
    """
    什么 怎么 怎样 怎么样 怎么办 怎么做 怎么搞 怎么看 如何 为什么 为何 为啥 是否 是不是 能不能 要不要 会不会 该不该
    能否 有什么 哪里 哪些 多久 多少 几年 谁的 可以 应该 没有 还是 因为 所以 我们 他们 你们 它们 别人 自己 大家 这个
    那个 这种 那种 这些 那些 这里 那里 一个 一些 一样 一下 一点 一起 一直 一定 有点 已经 就是 不是 有没有 到底 真正
    真的 意思 含义 问题 影响 原因 办法 中国 我国 国家 不会 可能 觉得 知道 认为 看到 现在 目前 时候 还有 还会 还能 而且 或者 以及
    很多 最大 最后 最好 其实 虽然 只是 只有 只能 只要 不能 不要 不了 不过 不上 不到 不敢 不如 无法 必须 需要 要花 才能
    出来 起来 下去 东西 事情 的话 之后 之前 以后 以前 然后 同时 各种 其他 非常 根本 完全 绝对 进行 通过 对于 由于 成为
    作为 甚至 当然 比如 例如 也许 大概 似乎 互相 全靠 越来越 变得
    """.split()
)

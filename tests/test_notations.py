"""Notations of other tools in Markdown, and odd files: nothing is lost, and nothing of the notation shows."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from factorykb import pipeline, report
from factorykb.body import html_of_markdown, is_html
from factorykb.clean import blocks_of
from factorykb.model import Article, Block, Code, Figure, Refusal, Span
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
    ("![车间全景](file:///Users/me/1.png)\n\n<img src=\"C:\\Users\\me\\b.png\" alt=\"产线图\">\n\n![](file:///a/%E5%9B%BE.png)\n\n![说明](blob:https://x.com/1)", "插图：车间全景\n插图：产线图\n插图：图.png\n插图：说明"),
    ("甲<img alt=\"产线图\">乙\n\n<img src=\"about:blank\" alt=\"图片\">\n\n![Factory floor](file:///a/1.png)\n\n![图](ftp://e.com/x.png)\n\n<img src=\"#\" alt=\"丙\"><img src=\"#\" alt=\"\u200b\"><img src=\"data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\" alt=\"丁\">", "甲\n插图：产线图\n乙\n插图：图片\n插图：Factory floor\n插图：图\n插图：丙"),
    ("<p align=center>说明</p>\n\n# 标题\n\n正文 **粗**。", "说明\n标题\n正文 粗。"),
    ("{{< notice tip >}}提示 **里**{{< /notice >}}", "提示 里"),
    ("{{% admonition note \"小题\" %}}\n内容\n{{% /admonition %}}", "小题\n内容"),
    ("{{< highlight go \"x=1\" >}}\na **b**\n{{< /highlight >}}", "a **b**"),
    ("{% codeblock lang:js 小题 %}\nvar a = \"__x__\";\n{% endcodeblock %}", "小题\nvar a = \"__x__\";"),
    ("{% raw %}{{ 原样 }}{% endraw %}、{% post_link a 文字 %}、[文]({% post_url b %})", "{{ 原样 }}、文字、文"),
    ("`{{< figure src=a.png >}}` 与 {{</* 原样 */>}}", "{{< figure src=a.png >}} 与 {{</* 原样 */>}}"),
    ("{% blockquote 某人, 某书 %}\n引文\n{% endblockquote %}", "某人 某书\n引文"),
    ("{{< youtube abc >}}", "网页：https://www.youtube.com/watch?v=abc"),
    ("{{< bilibili BV1 1 >}}", "网页：https://www.bilibili.com/video/BV1"),
    ("{{< admonition tip \"This is a tip\" true >}}内{{< /admonition >}}", "This is a tip\n内"),
    ("{{< admonition type=note title=\"Note\" open=false >}}内{{< /admonition >}}", "Note\n内"),
    ("{{< tabs >}}{{% tab \"MacOS\" %}}甲{{% /tab %}}{{< /tabs >}}", "MacOS\n甲"),
    ("{{< link href=\"https://e.com/\" content=\"Hello\" >}}、[文]({{< ref \"x.md\" >}})", "Hello、文"),
    ("{{< mermaid >}}\ngraph LR\n  A[甲] --> B{乙}\n{{< /mermaid >}}", "graph LR\n  A[甲] --> B{乙}"),
    ("{% note info 'fas fa-magic' %}\n提示 **里**\n{% endnote %}", "提示 里"),
    ("{% hideToggle 3.8.2 (2021/07/20) %}\n甲\n{% endhideToggle %}", "3.8.2 (2021/07/20)\n甲"),
    ("谁？{% hideInline 因为(甲),查看答案,#FF7242,#fff %}", "谁？因为(甲) 查看答案"),
    ("{% folding cyan open, 默认 %}\n甲\n{% endfolding %}", "默认\n甲"),
    ("{% tabs RSS %}\n<!-- tab 安装@fas fa-x -->\n```\nnpm\n```\n<!-- endtab -->\n<!-- tab 配置-->\n乙\n{% endtabs %}", "安装\nnpm\n配置\n乙"),
    ("{% timeline 2023,blue %}\n<!-- timeline 03-29 -->\n甲\n<!-- endtimeline -->\n{% endtimeline %}", "03-29\n甲"),
    ("{% timenode 2021-01-15 [4.2](https://e.com/) %}\n甲\n{% endtimenode %}", "2021-01-15 4.2\n甲"),
    ("{% btn 'https://e.com/',去看,far fa-hand,block %}、{% label Hot red %}、{% link 站, https://e.com/s, https://e.com/s.png %}", "去看、Hot、站"),
    ("{% gallery %}\n甲\n{% endgallery %}", "甲"),
    ("{% codeblock a/b.yml lang:yaml %}\nx: 1\n{% endcodeblock %}", "a/b.yml\nx: 1"),
    ("{% blockquote David Levithan, Wide Awake https://e.com/ %}\n引\n{% endblockquote %}", "David Levithan Wide Awake\n引"),
    ("甲{% sidenote 'sn-1' '旁注[乙](https://e.com/)' %}、{% if a %}丙{% endif %}", "甲旁注乙、{% if a %}丙{% endif %}"),
    ("{% include figure.html src=\"https://e.com/a.png\" caption=\"说明\" %}", "说明"),
    ("{% include_code 演示 a/x.js lang:javascript %}", "演示 a/x.js"),
    ("+ ### 列\n    {% asset_img a(1).jpg %}\n+ ### 又", "列\n插图：a(1).jpg\n又"),
    ("<img src=\"{% asset_path a.png %}\">\n\n![x]({% asset_path 'b c.png' %})", "插图：a.png\n插图：b c.png"),
    ("[先说[结论](https://e.com/a)再说](https://e.com/b)后", "先说结论再说后"),
    ("见[甲][a]与[丙]。\n\n```\n码\n```\n\n[a]: LICENSE\n[丙]:\nhttps://e.com/c\n[丁]:\u00a0https://e.com/d\n\n又[丁]和话[^1]。\n\n```\n又\n```\n\n[^1]: 注。", "见甲与丙。\n码\n又丁和话[1]。\n又\n[1] 注。"),
    ("[甲](https://e.com/)\n\n[甲]: https://e.com/x\n[乙]: https://e.com/y", "甲\n[甲]: https://e.com/x\n[乙]: https://e.com/y"),
    ("`i18n.__()` 与 i18n.__() 与 window.__x", "i18n.__() 与 i18n.__() 与 window.__x"),
    ("::: tip 题\n```\n码\n```\n:::\n\n!!! note\n    ```py\n    if x:\n        y\n    ```\n", "题\n码\nif x:\n    y"),
    ("[文件](/files/甲 乙.pdf) ![图](/images/图 片.png)", "文件\n插图：/images/图 片.png"),
    ("![](图片 (1).jpg)", "插图：图片 (1).jpg"),
    ("| 甲 | 乙 |\n|---|---|---|\n| 1 | 2 | 3 |", "甲\n乙\n1\n2\n3"),
    ("| 甲 | 乙 |\n| 1 | 2 |", "甲\n乙\n1\n2"),
    ("3. 丙\n| a | b |\n|---|---|\n| 1 | 2 |\n4. 丁", "丙\na\nb\n1\n2\n丁"),
    ("| $a_1|b$ | x |\n|---|---|---|\n| 1 | 2 |", "$a_1\nb$\nx\n1\n2"),
    ("术语\n: 定义一\n: 定义 **二**\n\n另一个\n\n:   定义", "术语\n定义一\n定义 二\n另一个\n定义"),
    ("话[^1]。\n\n[^1]: 第一段。\n\n    第二段：\n    - 列\n\n又[^2]没有。", "话[1]。\n[1] 第一段。\n第二段：\n列\n又[^2]没有。"),
    ("如下[^1]：\n\n[^1]：全角冒号。", "如下[1]：\n[1]全角冒号。"),
    ("@[TOC](目录)\n\n[[toc]]\n\n文", "文"),
    ("{::comment}\n不见\n{:/comment}\n可见 {:target=\"_blank\"}", "可见"),
    ("文\n\n[//]: # (不见)\n[comment]: <> (不见)", "文"),
    ("::: tip 提示\n只 **粗**\n:::\n\n!!! note \"题\"\n    内\n\n> [!WARNING] 小心\n> 引", "提示\n只 粗\n题\n内\n小心\n引"),
    ("::: info注意事项\n甲\n:::\n\n::: AI工厂的故事\n乙\n:::\n\n::: Attention please read\n丙\n:::", "info注意事项\n甲\nAI工厂的故事\n乙\nAttention please read\n丙"),
    ("::: hello world\n甲\n:::\n\n::: python 教程\n乙\n:::\n\n::: warning 标题\n丙\n:::\n\n::: columns\n丁\n:::", "hello world\n甲\npython 教程\n乙\n标题\n丙\n丁"),
    ("::: hint-container 题\n甲\n:::\n\n::: container 旧厂房\n乙\n:::", "题\n甲\ncontainer 旧厂房\n乙"),
    (":::note[题]\n甲\n:::\n\n::: {.tip} 又\n乙\n:::", "[题]\n甲\n又\n乙"),
    ("$$E=mc^2$$ 是方程，\n写作 $$\n后", "$$E=mc^2$$ 是方程，\n写作 $$\n后"),
    ("```C语言 示例\nint x;\n```", "C语言 示例\nint x;"),
    ("正文。\n\n[某个\n名字]: http://e.com/x\n\n后。", "正文。\n[某个\n名字]: http://e.com/x\n后。"),
    ("文\n\n    使用 `<div>` 元素和 \\<名字>、&lt;标签 **粗** 的例子，写在缩进的一行中文里面\n", "文\n使用 <div> 元素和 <名字>、&lt;标签 粗 的例子，写在缩进的一行中文里面"),
    ("<p>" + "İ" * 60 + "</p><script>x</script><p>乙</p><script src=\"a\"><p>丙丁</p>", "İ" * 60 + "\n乙\n丙丁"),
    ("{% codeblock %}\n```js\nlet a=1\n```\n{% endcodeblock %}\n\n后文 **粗**", "```js\nlet a=1\n```\n后文 粗"),
    ("{{< highlight md >}}\n````\n**a**\n````\n{{< /highlight >}}\n\n后文 **粗**", "````\n**a**\n````\n后文 粗"),
    ("````\n```js\n```\n[a]: b_c\n````\n\n后文 **粗**", "```js\n```\n[a]: b_c\n后文 粗"),
    ("增长了 {% u 50% %}，按 {% kbd left %} 键，{% emp small %}，{% mark 12.5% %}", "增长了 50%，按 left 键，small，12.5%"),
    ("按 {{< kbd left >}} 键，{{< mark \"12.5%\" >}}；{{< button red >}}甲{{< /button >}}", "按 left 键，12.5%；\n甲"),
    ("{% btn 'https://e.com/',fas fa-home %}甲{% note info %}乙{% endnote %}", "甲\n乙"),
    ("$$ \\begin{aligned}\na &= b \\\\\nc\n\\end{aligned} $$", "$$\n\\begin{aligned}\na &= b \\\\\nc\n\\end{aligned}\n$$"),
    ("```js title=\"甲.js\" {1,3}\nx\n```", "甲.js\nx"),
    ("文\n\n    缩进的中文 **不是** 代码 <b>\n", "文\n缩进的中文 不是 代码 <b>"),
    ("文\n\n    x = 1  # 注释\n    y = [a](b)\n", "文\nx = 1  # 注释\ny = [a](b)"),
    ("在 <head> 里加 <script> 标签。\n\n后", "在\n里加 <script> 标签。\n后"),
    ("<iframe src=\"//e.com/p?a=1\">\n\n后", "网页：https://e.com/p?a=1\n后"),
    ("<div>甲<p title=\"x>乙</p></div>", "甲\n乙"),
    ("<?x 甲\n\n乙", "<?x 甲 乙"),
    ("见[[供应链]]、[[a/b.md#节|那一节]]、[[1]]、`[[码]]`与[[2]](https://e.com/)。\n\n| [[甲\\|乙]] |\n|---|\n| ![[笔记]] |", "见供应链、那一节、[[1]]、[[码]]与[2]。\n乙\n笔记"),
    ("![[图 1.png|300]]\n\n![[https://e.com/a.md]]", "插图：图 1.png\nhttps://e.com/a.md"),
    ("> [!note] 外\n> 甲\n>> [!tip]- 里\n>> 乙", "外\n甲\n里\n乙"),
    ("[]{#_Toc12 .anchor}第一节，[]{.x}、[]{}、数组[]{1}", "第一节，、[]{}、数组[]{1}"),
    ("数组[]{.x}、arr[]{.x}、前[]{#_Toc1 .anchor}后 []{.y}乙", "数组[]{.x}、arr[]{.x}、前后 乙"),
    ("[混改]{.underline}与[链](https://e.com/){.x target=\"_blank\"}、`[a]{.b}`、[甲]{乙}", "混改与链、[a]{.b}、[甲]{乙}"),
    ("笑&#55357;&#56832;、&#56832;&#55357;&#55357;&#xDE00;、<b>&#55357;&#xde00;</b>、`&#55357;&#56832;`\n\n<p>&#55357;&#56832;</p>", "笑😀、��😀、😀、&#55357;&#56832;\n😀"),
    ("![](data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='10' height='6'></svg>)\n\n![x](data:image/svg+xml,<svg><path d='M 0 0'/></svg>)", "插图：内嵌的图片"),
    ("<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E\"><img src='data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP'>前", "前"),
    ("{{< alert \"warning\" />}}甲、{{< notice info />}}乙", "甲、乙"),
    ("<p>甲<progress value=3>三成</progress><meter value=1>一</meter>乙</p>", "甲乙"),
    ('{{< word "漢字" "かんじ" >}}', "漢字 かんじ"),
    ("::: tip 3:2 的比例\n甲\n:::\n\n::: warning 一：二:::\n乙\n:::", "3:2 的比例\n甲\n一：二\n乙"),
    ("a<b 且 b>c，<Badge text=\"辅\"/>", "a<b 且 b>c，<Badge text=\"辅\"/>"),
    ("##第一节\n\n甲\n\n###“引号”\n乙 ##不是\n\n##话题##\n\n#标签", "第一节\n甲\n“引号”\n乙 ##不是\n##话题##\n#标签"),
    ("<table><tr><td>1</td></tr></table>\n**数据：**见[这里](https://e.com/)。\n\n<p>甲</p>\n- 乙", "1\n数据：见这里。\n甲\n乙"),
    ("<aside>\n💡 提示 **粗**，见[链](https://e.com/)。\n\n</aside>\n\n<aside>\n- 甲\n</aside>", "💡 提示 粗，见链。\n甲"),
    ("`{% comment %}` 里的字与 `{% endcomment %}` 之间\n\n{% raw %}\n{% include footer.html %}\n{% endraw %}", "{% comment %} 里的字与 {% endcomment %} 之间\n{% include footer.html %}"),
    ("<details>折叠</details>\n- 第一条\n\n<p>甲</p>\n标题\n---\n\n<p>乙</p>\n这里~~删~~", "折叠\n第一条\n甲\n标题\n乙\n这里删"),
    ("<table><tr><td>1<br>2</td><td>结果<pre>code</pre></td></tr></table>", "1\n2\n结果\ncode"),
    ("<table><tr><td><b>1</b><b>2</b></td><td><div><pre>a\nb</pre></div></td></tr></table>", "a\nb"),
    ("{% include JB/setup %}\n甲{% comment %}不见 {{ x }}{% endcomment %}\n\n写 {% include %} 就行", "甲\n写 {% include %} 就行"),
    ("作者：李工的一個朋友的朋友，姓名很長很長很長很長很長很長很長很長\n鏈接：https://www.zhihu.com/question/1/answer/2345678901\n著作權歸作者所有。", "作者：李工的一個朋友的朋友，姓名很長很長很長很長很長很長很長很長\n鏈接：https://www.zhihu.com/question/1/answer/2345678901\n著作權歸作者所有。"),
    ("作者：李工\n链接：https://www.zhihu.com/question/1/answer/2345678901\n来源：知乎\n著作权归作者所有。", "作者：李工\n链接：https://www.zhihu.com/question/1/answer/2345678901\n来源：知乎\n著作权归作者所有。"),
    ("<figure class='highlight'><table><tr><td class='gutter'><pre>1<br>2<br></pre></td><td class='code'><pre><span>if x:</span><br><span>    y</span><br></pre></td></tr></table></figure>", "if x:\n    y"),
    ("<div><pre><code><table class='rouge-table'><tr><td><pre>1\n2\n</pre></td><td><pre>a\n  b\n</pre></td></tr></table></code></pre></div>", "a\n  b"),
    ("<table><tr><td>1</td><td><pre>a</pre>外</td></tr><tr><td>2</td><td>乙</td></tr></table>", "1\na\n外\n2\n乙"),
    ("<p>\n甲\n</p>\n**乙**\n\n<hr>\n**丙**\n\n<br>\n`丁`\n\n<font color=red>\n**戊**\n</font>\n**己**", "甲\n乙\n丙\n丁\n戊\n己"),
    ("<details>\n<summary>题</summary>\n**甲** 见[乙](https://e.com/)\n</details>\n**丙**", "题\n甲 见乙\n丙"),
    ("<h2 id=\"x\">一、背景</h2>\n<font style=\"color:red;\">厂</font>**<font>换机器</font>**，见[报告](https://e.com/r)", "一、背景\n厂换机器，见报告"),
    ("<table>\n<tr><td>1</td></tr>\n</table>\n**甲**\n\n<ul>\n<li>一\n<li>二\n</ul>\n**乙**\n\n</section>\n<b>丙</b>**丁**", "1\n甲\n一\n二\n乙\n丙丁"),
    ("甲\n\n<p>一\n**二** <b>三</b>\n四</p>\n**五**", "甲\n一 **二** 三 四\n五"),
    ("甲\n\n<div><pre><p>\n</p>\n**二**\n</pre></div>\n**五**\n\n<!-- <p>\n</p>\n**六** -->\n**七**", "甲\n**二**\n五\n七"),
    ("甲\n\n<p\nclass=x>\n**二** <b>三</b>\n四</p>", "甲\n**二** 三 四"),
    ("[报告 (2023).pdf](https://e.com/报告 (2023).pdf)、[甲](https://e.com/a (题))、[乙](文 (一 二) 三.doc)、[丙](https://e.com/b (1)版.pdf)", "报告 (2023).pdf、甲、乙、丙"),
    ("见[报告][r]与[甲]。\n\n[r]: <https://e.com/b c>\n[甲]: <b c.md> '题'\n[乙]: <不是 地址> 文", "见报告与甲。\n[乙]: <不是 地址> 文"),
    ("甲\n\n<table><tr><td>$y_1 = x^2$</td></tr></table>\n\n乙 <b title=\"$x_1$\">丙</b> $a_1*b_1$", "甲\n$y_1 = x^2$\n乙 丙 $a_1*b_1$"),
    ("- | 甲 | 乙 |\n  | --- | --- |\n  | 1 | 2 |", "甲\n乙\n1\n2"),
    ("　　宁波一家注塑厂的车间主任告诉记者，他们去年换了十二台机器，理由写在白板的左上角：\n　　订单越来越碎，过去一单几万件，现在一单几百件，换线的时间比生产的时间还长\n　　（一）背景\n\u00a0\u00a0业内人士认为，关键在于数据。\n\n<p>甲\n　　乙</p>\n\n- 丙\n　　丁", "宁波一家注塑厂的车间主任告诉记者，他们去年换了十二台机器，理由写在白板的左上角：\n订单越来越碎，过去一单几万件，现在一单几百件，换线的时间比生产的时间还长\n（一）背景\n业内人士认为，关键在于数据。\n甲 　　乙\n丙\n丁"),
    ("开头，<nobr>不换行</nobr>，<acronym>GDP</acronym>，<slot>乙</slot>。\n\n<multicol cols=2>\n\n丙<spacer type=block>丁<basefont size=2>戊\n\n</multicol>", "开头，不换行，GDP，乙。\n丙丁戊"),
    ("甲<meter value=1>一</meter>乙", "甲乙"),
    ("##　标题\n\n甲\n\n#\u00a0又\n\n##　\n\n乙 #　不是", "标题\n甲\n又\n##\n乙 #　不是"),
    ("甲\n\n<table>\n\n    <tr>\n        <td>甲厂</td>\n\n        <td>120\n\n        </td>\n    </tr>\n\n</table>\n**乙**\n\n<ul>\n    <li>一</li>\n\n    <li>二</li>\n</ul>", "甲\n甲厂\n120\n乙\n一\n二"),
    ("甲\n\n<table><tr><td>\n\n**乙**\n\n</td></tr></table>\n\n文\n\n    <tr>\n\n    <td>x</td>\n", "甲\n乙\n文\n<tr>\n\n<td>x</td>"),
    ("若 a < b，则 $x_1 * y_2 * z$ 成立", "若 a < b，则 $x_1 * y_2 * z$ 成立"),
    ("<a class='LinkCard' href='https://e.com/'><span>题</span><span>e.com</span></a>", "题 e.com"),
]  # fmt: skip

PICTURES = [
    ('{{< figure src="https://e.com/a.png" caption="说明" >}}', ["https://e.com/a.png"], "说明"),
    ("{% img https://e.com/a.png 200 300 '图题' %}", ["https://e.com/a.png"], "图题"),
    ("{% asset_img \"the class\" https://e.com/a.png 60 30 \"a title\" %}", ["https://e.com/a.png"], ""),
    ('{{< figure src="https://e.com/a.jpg"\n    link="https://e.com/b.jpg"\n    caption="说明" class="x y">}}', ["https://e.com/a.jpg"], "说明"),
    ("[![图][p]][u]\n\n~~~\n~~~\n\n[u]: https://e.com/\n[p]: https://e.com/a.png", ["https://e.com/a.png"], ""),
    ("![图](https://e.com/a.png =100x200)![](https://e.com/b.png \"甲\"乙\")", ["https://e.com/a.png", "https://e.com/b.png"], ""),
    ("![图][p]\n\n[p]: https://e.com/a.png", ["https://e.com/a.png"], ""),
    ('<p>前</p><amp-img src="https://e.com/a.png" width="1" height="1" layout="responsive"><noscript><img src="https://e.com/a.png"></noscript><amp-img placeholder src="https://e.com/s.png"></amp-img></amp-img>后', ["https://e.com/a.png"], "前\n后"),
    ('<div><amp-img src="https://e.com/a.png" alt="图" />甲<amp-video src="https://e.com/v.mp4" />乙<amp-iframe src="https://e.com/f">丙</div>', ["https://e.com/a.png"], "甲\n视频：https://e.com/v.mp4\n乙\n网页：https://e.com/f\n丙"),
    ('<pre>码<amp-img src="https://e.com/a.png"><img src="https://e.com/b.png"></pre>', ["https://e.com/a.png", "https://e.com/b.png"], "码"),
    ('<amp-video><source src="https://e.com/v.mp4"><p fallback>不能放</p></amp-video><amp-img src="https://e.com/a.png" width=1 height=1></amp-img>', [], "视频：https://e.com/v.mp4"),
    ('<img data-img-size-val="1080,720" data-image-width="1080.5" src="https://e.com/a.png">', ["https://e.com/a.png"], ""),
    ('{{< img-post "https://e.com/a.png" "说明" "center" >}}', ["https://e.com/a.png"], "说明"),
    ("![](data:image/svg+xml;utf8,<svg width='1'></svg>)![](https://e.com/a.png)", ["https://e.com/a.png"], ""),
    ("![图](https://e.com/a.png){width=\"600\" .x}", ["https://e.com/a.png"], ""),
    ("<table><tr><td><pre>code</pre><p><img src='https://e.com/a.png'></p></td></tr></table>", ["https://e.com/a.png"], "code\n"),
    ("![图](https://e.com/a.png){width=50%}", ["https://e.com/a.png"], ""),
    ("[\n\n![图](https://e.com/a.png)\n\n甲\n\n](https://e.com/)", ["https://e.com/a.png"], "甲"),
    ("![图](https://e.com/a(1).png \"题\")[链](https://e.com/b(2).png '题')", ["https://e.com/a%281%29.png"], "链"),
    ('甲\n\n[caption id="attachment_1" align="aligncenter" width="300"]<a href="https://e.com/"><img src="https://e.com/a.png" width="300" /></a> 车间 *全景*[/caption]\n\n[gallery ids="1,2" columns="2"]\n\n乙', ["https://e.com/a.png"], "甲\n车间 全景\n乙"),
    ('\\[caption id="attachment\\_1" width="300"\\][![图](https://e.com/a.png)](https://e.com/)\n车间\\[/caption\\]后', ["https://e.com/a.png"], "车间\n后"),
    ('[caption id="" caption="车间"]<img src="https://e.com/a.png">[/caption]', ["https://e.com/a.png"], "车间"),
    ('`[caption]![](a)[/caption]`、[caption]文[/caption] 与 [gallery]\n\n![图](https://e.com/a.png)', ["https://e.com/a.png"], '[caption]![](a)[/caption]、[caption]文[/caption] 与 [gallery]'),
    ('{% include image.html url="https://e.com/a.png" description="车间全景" %}', ["https://e.com/a.png"], "车间全景"),
    ("<figure><noscript><img src='https://e.com/a.png'></noscript><img src=\"data:image/svg+xml;utf8,<svg width='1'></svg>\"></figure>", ["https://e.com/a.png"], ""),
    ('<div align="center">\n<img src="https://e.com/a.png">\n</div>\n**图1** 车间 ![](https://e.com/b.png)\n\n<img src="https://e.com/c.png"/>\n**图2** ![](https://e.com/d.png)', ["https://e.com/a.png", "https://e.com/b.png", "https://e.com/c.png", "https://e.com/d.png"], "图1 车间\n图2"),
    ('![](https://e.com/image (1).png)![](https://e.com/b (2).png "题")', ["https://e.com/image%20%281%29.png", "https://e.com/b%20%282%29.png"], ""),
    ('![图][img1]\n\n[img1]: <https://e.com/a b.png> "图一"', ["https://e.com/a%20b.png"], ""),
    ("见[报告](https://e.com/2024-03-05/the-factory-of-the-\nfuture.html)和[乙](https://e.com/a-\nb-\nc \"题\")：\n\n![车间](https://e.com/v2-img-\njpeg.jpg)", ["https://e.com/v2-img-jpeg.jpg"], "见报告和乙："),
    ("[甲](https://e.com/a\n'题')、![](https://e.com/a.png\n\"题\")", ["https://e.com/a.png"], "甲、"),
    ("<img lazy-src='https://e.com/a.png'>", ["https://e.com/a.png"], ""),
    ("<img src='/blank.gif' data-lazyload='https://e.com/a.png'>", ["https://e.com/a.png"], ""),
    *(
        (f"<img src='/blank.gif' {name}='https://e.com/a.png'>", ["https://e.com/a.png"], "")
        for name in ("real_src", "data_src", "lay-src", "src-lazy", "zoomfile", "imgsrc", "data-path")
    ),
    ("<img _src='https://e.com/a.png'><img file='https://e.com/b.png'>", ["https://e.com/a.png", "https://e.com/b.png"], ""),
    ("<picture><source srcset='https://e.com/a.webp'></picture>", ["https://e.com/a.webp"], ""),
    (f"前\n\n![]({embedded()})", [embedded()], "前"),
    (f"<img src='{embedded()}' data-src='https://e.com/a.png'>", ["https://e.com/a.png"], ""),
]  # fmt: skip


def article_in(folder: Path, text: str, name: str = "a.md") -> Article:
    """What the converter makes of a file with this text."""
    (folder / name).write_text(text, encoding="utf-8")
    outcome = pipeline.read_file(folder / name, name)
    assert isinstance(outcome, Article), outcome
    return outcome


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


BOLD = [
    ("他说**这是重点 **之后又说**另一个重点 **结束，最后**第三处**。", ["这是重点", "另一个重点", "第三处"]),
    ("**小标题： **正文里还有**重点**二字。", ["小标题：", "重点"]),
    ("## 节 **一 **二\n\n- **甲\u3000**乙\u00a0**丙**\n\n> ** 丁**戊", ["一", "甲", "丙", "丁"]),
    ("| **甲 **乙 | ** 丙 **丁 |\n|---|---|\n| 说** 戊 **了 | **己 ** **庚** |", ["甲", "丙", "戊", "己", "庚"]),
    ("甲** **乙**丙**，**GDP **增长", ["丙", "GDP"]),
    ("This is **important **and **this** too.", ["important", "this"]),
    ("**甲 **`**`、<b title='**'>乙</b>、[丙](https://e.com/**a)、**丁**", ["甲", "乙", "丁"]),
    ("**甲** 乙 **丙**，**外 **里** 外**", ["甲", "丙", "外 里 外"]),
    ("2 ** 3 ** 4", []),
    ("f(a, **x, **y) 与 g(**a, **b)", []),
    ("**甲 **乙\\*丙**", ["乙*丙"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "bold"), BOLD)
def test_blanks_inside_the_marks_of_bold(body: str, bold: list[str], tmp_path: Path) -> None:
    html = html_of_markdown(body)
    assert [
        one.get_text()
        for one in BeautifulSoup(html, "lxml").select("b, strong")
        if not one.find_parent("strong")
    ] == bold
    assert true_to_its_source(tmp_path, body) == []


def test_wordpress_s_captions_in_html(tmp_path: Path) -> None:
    body = (
        '<p>[caption width="9"]<img src="https://e.com/a.png"> 车间[/caption]</p><p>文[gallery ids="1"]</p>'
    )
    outcome = article_in(tmp_path, FRONT + body)
    assert [one.caption for one in pictures_of(outcome.passages[0].blocks) if isinstance(one, Figure)] == [
        (Span("车间"),)
    ]
    assert outcome.passages[0].text == "车间\n文"
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


ANSWERS = [
    ("# 题\n\n问题描述。\n\n### 知乎用户 甲 发表\n\n答。", [("", "问题描述。"), ("甲", "答。")]),
    ("### 知乎用户 甲 发表于 2021-03-04\n\n一。\n\n### 知乎用户 乙 发表\n\n二。", [("甲", "发表于 2021-03-04\n一。"), ("乙", "二。")]),
    ("## 甲 的回答\n\n赞同 3\n\n一。\n\n## 乙的回答（12 赞同）\n\n## 小节\n\n二。", [("甲", "赞同 3\n一。"), ("乙", "（12 赞同）\n小节\n二。")]),
    ("### 作者：甲 | 赞同：3 | 2021-03-04\n\n一。\n\n---\n\n### 作者：乙\n\n二。", [("甲", "赞同：3 | 2021-03-04\n一。"), ("乙", "二。")]),
    ("### 1. 答主：甲 · 3 赞\n\n一。\n\n### 2. 答主：乙\n\n二。", [("甲", "3 赞\n一。"), ("乙", "二。")]),
    ("### 知乎用户 空 发表\n\n### 知乎用户 [乙](https://www.zhihu.com/people/yi) 发表\n\n二。", [("空", ""), ("乙", "二。")]),
    ("### 知乎用户 甲 发表\n\n一。\n\n### 知乎用户 发表\n\n二。\n\n### 知乎用户  乙 发表\n\n三。", [("甲", "一。"), ("知乎用户", "二。"), ("乙", "三。")]),
    ("### 知乎用户 甲 发表\n\n一。\n\n### 匿名用户 发表\n\n二。\n\n### 知乎用户 乙 发表\n\n三。", [("甲", "一。"), ("匿名用户", "二。"), ("乙", "三。")]),
    ("### 匿名用户 发表于 2021-03-04\n\n一。\n\n### 「已注销」 发表\n\n二。\n\n### \\[已重置\\] 发表 | 3 赞\n\n三。", [("匿名用户", "发表于 2021-03-04\n一。"), ("「已注销」", "二。"), ("[已重置]", "3 赞\n三。")]),
    ("### 知乎用户aB3x 发表\n\n一。\n\n### 知乎用户 「已注销」 发表\n\n二。\n\n### 该用户已注销 发表\n\n三。", [("知乎用户aB3x", "一。"), ("「已注销」", "二。"), ("该用户已注销", "三。")]),
    ("### 知乎用户 甲 发表\n\n一。\n\n### 论文 发表\n\n二。\n\n### 以匿名用户 发表\n\n三。\n\n#### 匿名用户 发表\n\n四。", [("甲", "一。\n论文 发表\n二。\n以匿名用户 发表\n三。\n匿名用户 发表\n四。")]),
    ("## 我的回答\n\n一。\n\n## 对张三的回答的补充\n\n二。", [("", "一。"), ("", "二。")]),
    ("## 甲的回答\n\n一。\n\n## 二\n\n三。", [("", "一。"), ("", "三。")]),
    ("## 第一个问题的回答\n\n一。\n\n## 关于成本的回答\n\n二。\n\n## 对网友的回答\n\n三。", [("", "一。"), ("", "二。"), ("", "三。")]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "answers"), ANSWERS)
def test_the_answers_of_a_question_have_their_authors(
    body: str, answers: list[tuple[str, str]], tmp_path: Path
) -> None:
    text = f"---\ntitle: 题\nurl: https://www.zhihu.com/question/1\n---\n{body}\n"
    outcome = article_in(tmp_path, text)
    assert [(passage.author, passage.text) for passage in outcome.passages] == answers
    authors = [author for author, _ in answers if author]
    assert outcome.bylines.authors == (tuple(authors) if len(authors) == 1 else ())
    found = compare("a.md", reading.of_file(text.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


def notice(name: str, answer: str, end: str = "\n") -> str:
    rights = "著作权归作者所有。商业转载请联系作者获得授权，非商业转载请注明出处。"
    link = f"链接：https://www.zhihu.com/question/{answer}"
    return end.join((f"作者：{name}", link, "来源：知乎", rights)) + "\n\n"


TWO = notice("张三", "81/answer/1") + "好东西。\n\n---\n\n" + notice("李四", "81/answer/2") + "坏东西。"
OF_QUESTION = "url: https://www.zhihu.com/question/81\n"


def copied(folder: Path, body: str, front: str = OF_QUESTION) -> Article:
    """The article of a body with such notices, whose page the comparison finds right."""
    text = f"---\ntitle: 题\n{front}---\n{body}\n"
    outcome = article_in(folder, text)
    found = compare("a.md", reading.of_file(text.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []
    return outcome


@pytest.mark.parametrize("front", [OF_QUESTION, "", "url: https://www.zhihu.com/question/81?sort=created\n"])
@pytest.mark.parametrize("end", ["\n", "  \n", "\\\n", "<br>\n", "\n\n"])
def test_answers_copied_one_below_the_other_are_a_questions(front: str, end: str, tmp_path: Path) -> None:
    first, second = (
        notice("张三", "81/answer/1", end),
        notice("[李四](https://www.zhihu.com/people/l)", "81/answer/2", end),
    )
    outcome = copied(tmp_path, f"{first}好东西。\n\n---\n\n{second}坏东西。", front)
    assert [(one.author, one.text.split("\n")[-1]) for one in outcome.passages] == [
        ("张三", "好东西。"),
        ("李四", "坏东西。"),
    ]
    assert [f"/answer/{at}" in one.text for at, one in enumerate(outcome.passages, 1)] == [True, True]
    assert all("著作权归作者所有" in one.text for one in outcome.passages)
    assert outcome.bylines.authors == ()
    assert (outcome.url or "").startswith("https://www.zhihu.com/question/81")
    assert "answer" not in (outcome.url or "")


def test_what_stands_before_copied_answers_is_nobodys(tmp_path: Path) -> None:
    outcome = copied(tmp_path, "# 题\n\n说明在这里。\n\n" + TWO)
    assert [one.author for one in outcome.passages] == ["", "张三", "李四"]


@pytest.mark.parametrize(
    ("body", "front"),
    [
        (TWO.replace("81/answer/2", "82/answer/2"), "url: https://blog.example/a\n"),
        (TWO.replace("81/answer/2", "82/answer/2"), ""),
        (TWO, "url: https://blog.example/a\n"),
        ("好东西。\n\n" + notice("张三", "81/answer/1") + "坏东西。\n\n" + notice("李四", "81/answer/2"), OF_QUESTION),
        ("<p>作者：张三</p><p>链接：https://www.zhihu.com/question/81/answer/1</p><p>好。</p>"
         "<p>作者：李四</p><p>链接：https://www.zhihu.com/question/81/answer/2</p><p>坏。</p>", OF_QUESTION),
    ],
)  # fmt: skip
def test_what_is_put_together_from_several_has_no_single_author(
    body: str, front: str, tmp_path: Path
) -> None:
    outcome = copied(tmp_path, body, front)
    assert [one.author for one in outcome.passages] == [""]
    assert outcome.bylines.authors == ()
    assert "answer" not in (outcome.url or "")


@pytest.mark.parametrize(
    ("body", "front"),
    [
        (TWO, "url: https://www.zhihu.com/question/81/answer/1\n"),
        (TWO.replace("81/answer/2", "81/answer/1"), OF_QUESTION),
        (TWO.replace("作者：李四", "> 作者：李四"), OF_QUESTION),
        (notice("张三", "81/answer/1") + "好东西。", OF_QUESTION),
    ],
)
def test_one_answer_that_quotes_another_has_its_author(body: str, front: str, tmp_path: Path) -> None:
    outcome = copied(tmp_path, body, front)
    assert [one.author for one in outcome.passages] == [""]
    assert outcome.bylines.authors == ("张三",)


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
    "UTF-16 without a mark": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor: 甲\n---\n{BODY}".encode("utf-16-le"),
    "the colon of Chinese": f"---\n标题：题: 一\n日期：2024-02-10\n作者：甲\n---\n{BODY}".encode(),
    "entities for tags": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor: 甲\n---\n&lt;p class=&quot;x&quot;&gt;{BODY.strip()}&lt;/p&gt;\n".encode(),
    "roles in values": f"---\ntitle: '题: 一'\ndate: 2024-02-10\nauthor: 作者：甲\n---\n{BODY}".encode(),
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


STATED = ("题", ("甲", "乙"), "36kr", "2024-02-10T08:30:00+08:00", "https://36kr.com/p/1")

HEADERS = {
    "Chinese keys": f"---\n标题: 题\n作者: 甲、乙\n来源: 36氪\n发布时间: 2024年2月10日 08:30\n原文链接: https://36kr.com/p/1\n---\n{BODY}",
    "no fences": f"标题：题\n作者：甲，乙\n阅读量：3\n来源：36氪\n发布时间：2024-02-10 08:30\n链接：https://36kr.com/p/1\n\n{BODY}",
    "Traditional keys": f"---\n標題: 题\n作者: 甲、乙\n來源: 36氪\n發佈時間: 2024-02-10 08:30\n原文連結: https://36kr.com/p/1\n---\n{BODY}",
    "Traditional lines": f"標題：题\n作者：甲、乙\n標籤：x\n來源：36氪\n發布時間：2024-02-10 08:30\n連結：https://36kr.com/p/1\n\n{BODY}",
    "a rule below": f"Title: 题\nAuthor: 甲, 乙\nSource: 36kr\nDate: 2024-02-10T08:30+08:00\nURL: https://36kr.com/p/1\ntags: [x]\n\n-----\n{BODY}",
    "lines apart": f"Title: 题\n\nURL Source: https://36kr.com/p/1\n\nPublished Time: 2024-02-10T00:30:00Z\n\nAuthors: 甲、乙\n\n{BODY}",
    "a mark before the text": f"标题：题\n作者：甲、乙\n发布时间：2024-02-10 08:30 (GMT+8)\n来源：36氪\n链接：https://36kr.com/p/1\n\n正文：\n{BODY}",
    "brackets": f"【标题】题\n【作者】甲、乙\n【来源】36氪\n【时间】2024/2/10 8:30\n【链接】https://36kr.com/p/1\n{BODY}",
    "a clipper's": f'---\ntitle: 题\nsource: "https://36kr.com/p/1"\nauthor:\n  - "[[甲]]"\n  - "[[x|乙]]"\npublished: 2024-02-10 08:30\ncreated: 2024-06-01\n---\n{BODY}',
    "a note's": f'---\ntitle: 题\nsource: "[[36氪]]"\nurl: https://36kr.com/p/1\nauthor: "[[甲]]、[[乙]]"\npublished: 2024-02-10 08:30\n---\n{BODY}',
    "a crawler's": f"---\ntitle: 题\nauthor_name: 甲、乙\nsiteName: 36氪\npublishTime: 1707525000000\nsource_url: https://36kr.com/p/1\n---\n{BODY}",
    "JSON in JSON": f'{{"title": "题", "authors": [{{"name": "甲"}}, {{"name": "乙"}}], "created": 1707525000, "source": {{"name": "36氪", "url": "https://36kr.com/p/1"}}}}\n{BODY}',
    "Hugo's params": f"+++\ntitle = '题'\ndate = 2024-02-10T00:30:00Z\nauthors = ['甲', '乙']\n[params]\nsource_url = 'https://36kr.com/p/1'\n+++\n{BODY}",
    "entities": f"---\ntitle: '&#39064;'\nauthor: '&#30002;、乙'\nurl: 'https://36kr.com/p/1'\npubtime: 2024-02-10 08:30\n---\n{BODY}",
}  # fmt: skip


@pytest.mark.parametrize("text", HEADERS.values(), ids=HEADERS)
def test_what_files_say_of_themselves_under_any_usual_name(text: str, tmp_path: Path) -> None:
    outcome = article_in(tmp_path, text)
    assert outcome.published is not None
    when = outcome.published.when.isoformat()
    assert (outcome.title, outcome.bylines.authors, outcome.publisher.key, when, outcome.url) == STATED
    assert outcome.passages[0].text == BODY.strip()
    found = compare("a.md", reading.of_file(text.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


def test_fields_below_a_heading_are_understood_and_stay(tmp_path: Path) -> None:
    text = f"# 题\n\n> 作者：[甲](https://e.com/)\n> 链接：<https://36kr.com/p/1>\n> 编者按：旧事。\n\n{BODY}"
    outcome = article_in(tmp_path, text)
    assert (outcome.title, outcome.bylines.authors, outcome.url) == ("题", ("甲",), "https://36kr.com/p/1")
    assert outcome.passages[0].text == f"作者：甲\n链接：https://36kr.com/p/1\n编者按：旧事。\n{BODY.strip()}"
    assert true_to_its_source(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [f"标题：题\n\n{BODY}", f"张三：你好\n标题：题\n来源：36氪\n\n{BODY}", f"# 题\n\n说明：一\n\n{BODY}"],
)
def test_a_line_with_a_colon_is_no_header(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert isinstance(pipeline.read_file(tmp_path / "a.md", "a.md"), Refusal)


AFTER = [
    "Q：为什么工厂要搬走？\nA：因为成本。\n",
    "https://e.com/a\nGDP：增长百分之五\n",
    "分类：有两种厂\n",
    "\n问题：为什么工厂要搬走？\n\n媒体：他怎么说？\n",
    "Note: 一\n\n原文：他说，厂子不搬了。\n",
]


@pytest.mark.parametrize("text", AFTER)
def test_what_follows_a_header_stays(text: str, tmp_path: Path) -> None:
    whole = f"标题：题\n作者：甲\n来源：36氪\n分类：制造\n{text}\n{BODY}"
    outcome = article_in(tmp_path, whole, "a.txt")
    assert (outcome.title, outcome.bylines.authors, outcome.publisher.key) == ("题", ("甲",), "36kr")
    assert outcome.passages[0].text.split() == f"{text}\n{BODY}".split()
    found = compare("a.txt", reading.of_file(whole.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


def test_the_speakers_of_an_interview_are_no_fields(tmp_path: Path) -> None:
    spoken = f"问题：你怎么看？\n\n作者：我认为，厂子该搬。\n\n问题：然后呢？\n\n作者：再搬回来。\n\n{BODY}"
    for name, text in (("a.txt", spoken), ("b.txt", f"# 题\n\n{spoken}")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert isinstance(pipeline.read_file(tmp_path / name, name), Refusal)
    (tmp_path / "c.md").write_text(f"{FRONT}{spoken}", encoding="utf-8")
    outcome = pipeline.read_file(tmp_path / "c.md", "c.md")
    assert isinstance(outcome, Article), outcome
    assert outcome.bylines.authors == ()


def test_text_that_speaks_of_tags_keeps_them(tmp_path: Path) -> None:
    text = f"{FRONT}&lt;p&gt; 是段落。\n\n- 甲\n\n最后写 &lt;/p&gt;\n"
    outcome = article_in(tmp_path, text)
    assert outcome.passages[0].text == "<p> 是段落。\n甲\n最后写 </p>"
    assert true_to_its_source(tmp_path, text) == []


@pytest.mark.parametrize("before", ["<script>a = '<body>'; b = '机密'</script>", "<!-- <body> 机密 -->"])
def test_a_page_begins_with_its_body(before: str, tmp_path: Path) -> None:
    text = f"<!doctype html><html><head>{before}<title>题</title></head><body><p>{BODY}</p></body></html>"
    outcome = article_in(tmp_path, text, "a.html")
    assert (outcome.title, outcome.passages[0].text) == ("题", BODY.strip())
    found = compare("a.html", reading.of_file(text.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ('<em id="publish_time" class="rich_media_meta">2024-02-10 08:30</em>', "2024-02-10T08:30:00+08:00"),
        ('<em id="publish_time"></em>', None),
        (
            '<script type="application/ld+json">[{"headline": "别的", "datePublished": "2019-01-01"}]</script>',
            None,
        ),
    ],
)
def test_a_page_may_say_in_its_body_when_it_was_published(
    said: str, published: str | None, tmp_path: Path
) -> None:
    text = f"<!doctype html><html><head><title>题</title></head><body>{said}<p>{BODY}</p></body></html>"
    outcome = article_in(tmp_path, text, "a.html")
    day = outcome.published and outcome.published.when.isoformat()
    assert day == published


@pytest.mark.parametrize(
    ("title", "heading", "shown_as", "publisher"),
    [
        ("题 - 知乎", "<h1 class=t>题</h1>", "题", "知乎"),
        ("题&amp;目_产业_某某网", "<h1>\n题&amp;<b>目</b> </h1>", "题&目", "某某网"),
        ("题|界面新闻 · 商业", "<h1>题</h1>", "题", "界面新闻 · 商业"),
        ("题——另一半", "<h1>题</h1>", "题——另一半", "来源未知"),
        ("题目", "<h1>题</h1>", "题目", "来源未知"),
        ("另一个题 - 知乎", "<h1>题</h1>", "另一个题 - 知乎", "来源未知"),
        ("题 - 知乎", "", "题 - 知乎", "来源未知"),
    ],
)
def test_a_page_s_heading_tells_its_title_from_its_site(
    title: str, heading: str, shown_as: str, publisher: str, tmp_path: Path
) -> None:
    text = (
        f"<!doctype html><html><head><title>{title}</title></head><body>{heading}<p>{BODY}</p></body></html>"
    )
    outcome = article_in(tmp_path, text, "a.html")
    assert (outcome.title, outcome.publisher.name) == (shown_as, publisher)
    found = compare("a.html", reading.of_file(text.encode()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


def test_what_stands_between_head_and_body_is_shown(tmp_path: Path) -> None:
    text = f"<!doctype html><html><head><title>题</title></head>\n<p>前面的话</p><body><p>{BODY}</p></body></html>"
    outcome = article_in(tmp_path, text, "a.html")
    assert outcome.passages[0].text.split("\n")[0] == "前面的话"
    assert "前面的话" in [line.text for line in reading.of_file(text.encode()).lines]


@pytest.mark.parametrize(
    ("front", "publisher", "authors"),
    [
        ("platform: PC\nurl: https://new.qq.com/a", "腾讯新闻", ()),
        ("media: https://foo.example/a.jpg\nurl: https://new.qq.com/a", "腾讯新闻", ()),
        ("site: https://b.example/\nurl: https://new.qq.com/a", "腾讯新闻", ()),
        ("site_name: 某某通讯", "某某通讯", ()),
        ("source: 某某通讯\nauthor: 张三，36氪专栏作者", "某某通讯", ("张三，36氪专栏作者",)),
        ("source: 某某通讯\nauthor: 张三，本报记者", "某某通讯", ("张三，本报记者",)),
        ("source: 某某通讯\nauthor: 张三，李四、王小五", "某某通讯", ("张三", "李四", "王小五")),
    ],
)
def test_only_names_are_names(front: str, publisher: str, authors: tuple[str, ...], tmp_path: Path) -> None:
    outcome = article_in(tmp_path, f"---\ntitle: 题\n{front}\n---\n\n{BODY}\n")
    assert (outcome.publisher.name, outcome.bylines.authors) == (publisher, authors)


@pytest.mark.parametrize(
    "text",
    ["<!---->" * 200 + "甲", "<html><meta name=pubdate content='a" + "· " * 100_000 + "b'><body>" + BODY],
)
def test_no_pattern_takes_more_time_than_the_text_is_long(text: str, tmp_path: Path) -> None:
    """One that does would not come back within years."""
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert isinstance(pipeline.read_file(tmp_path / "a.md", "a.md"), Refusal)
    reading.of_file(text.encode())


def test_the_day_of_clipping_is_no_date_of_publication(tmp_path: Path) -> None:
    outcome = article_in(tmp_path, f"---\ntitle: 题\npublished:\ncreated: 2024-06-01\n---\n{BODY}")
    assert outcome.published is None


@pytest.mark.parametrize(
    ("name", "front", "title", "date"),
    [
        ("2024-02-10-my-post.md", "layout: post\n", "my post", "2024-02-10"),
        ("2024-02-10-工厂/index.md", "layout: post\n", "工厂", "2024-02-10"),
        ("2024-02-10-x.md", "title: 题\ndate: 2023-01-01\n", "题", "2023-01-01"),
        ("2024-02-10-x.md", "", "x", "2024-02-10"),
        ("2024-02-30-x.md", "layout: post\n", "x", None),
    ],
)
def test_a_name_says_what_the_front_matter_does_not(
    name: str, front: str, title: str, date: str | None, tmp_path: Path
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(f"---\n{front}---\n{BODY}", encoding="utf-8")
    outcome = pipeline.read_file(tmp_path / name, f"in/{name}")
    assert isinstance(outcome, Article), outcome
    assert outcome.title == title
    assert (outcome.published.when.date().isoformat() if outcome.published else None) == date


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# 题 #\n", "题"),
        ("<h1 class=x>题 &amp; 解</h1>\n", "题 & 解"),
        ("<div>\n<h1>题</h1>\n</div>\n", "题"),
    ],
)
@pytest.mark.parametrize("text", [BODY, f"<p>{BODY.strip()}</p>\n"])
def test_the_heading_that_a_body_begins_with_is_a_title_and_stands_once(
    heading: str, title: str, text: str, tmp_path: Path
) -> None:
    outcome = article_in(tmp_path, f"---\nauthor: {{name: 甲}}\n---\n\n{heading}\n{text}")
    assert (outcome.title, outcome.bylines.authors) == (title, ("甲",))
    assert outcome.passages[0].text == BODY.strip()
    found = compare("a.md", reading.of_file((tmp_path / "a.md").read_bytes()), page.of_html(shown(outcome)))
    assert [str(finding) for finding in found] == []


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: #中国制造# 升级", "#中国制造# 升级"),
        ("Title: 升级 #深度 '好'  ", "升级 #深度 '好'"),
        ("title: C#与工厂", "C#与工厂"),
        ('title: "升级" # 还要改', "升级"),
        ("title:  # 必填\n  工厂的升级", "工厂的升级"),
        ("title: 工厂 # 升级", "工厂"),
    ],
)
def test_a_title_may_hold_what_yaml_takes_for_a_comment(line: str, title: str, tmp_path: Path) -> None:
    found = article_in(tmp_path, f"---\n{line}\ndate: 2021-01-01 # 或者更早\n---\n\n{BODY}")
    assert found.title == title
    assert found.published is not None
    assert found.published.when.year == 2021


def test_one_of_several_headings_is_no_title(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\nauthor: 甲\n---\n<h1>一</h1>\n<p>{BODY}</p>\n<h1>二</h1>\n")
    outcome = pipeline.read_file(tmp_path / "a.md", "a.md")
    assert isinstance(outcome, Refusal)
    assert "no title" in outcome.problem


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("www.example.com/a", True),
        ("example.com/a", True),
        ("//example.com/a", True),
        ("http:/example.com/a", True),
        ("https://example.com/a", False),
        ("/2024/a.html", False),
        ("2024/a.html", False),
        ("a.html", False),
    ],
)
def test_an_address_without_its_scheme_is_told_and_not_made_up(
    url: str, warned: bool, tmp_path: Path
) -> None:
    outcome = article_in(tmp_path, f"---\ntitle: 题\nurl: {url}\n---\n{BODY}")
    assert outcome.url == (url if url.startswith("https://") else None)
    told = [
        str(line) for line in report.of_source(outcome) if str(line).startswith("warning: a.md:3: url is ")
    ]
    assert len(told) == len(outcome.warnings) == warned
    assert all(url in line and "https://" in line for line in told)
    assert len(json.loads(report.as_data([outcome]))["sources"][0]["warnings"]) == warned


@pytest.mark.parametrize(
    "text",
    [
        f"---\ntitle: 笑&#55357;&#56832;\n---\n{BODY}",
        f"---\ndate: 2024-02-10\n---\n<h1>笑&#55357;&#56832;</h1><p>{BODY.strip()}</p>",
        f"<html><head><title>笑&#xD83D;&#xDE00;</title></head><body>{BODY}</body></html>",
    ],
)
def test_a_character_written_as_two_numbers_is_one(text: str, tmp_path: Path) -> None:
    assert article_in(tmp_path, text).title == "笑😀"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"標題：題\n時間：八十年代\n作者：甲\n\n{BODY}", 2, "時間 is '八十年代'"),
        (f"---\ntitle: 题\ndate: 2024-02\ncreated: 2024-02-11\n---\n{BODY}", 3, "date is '2024-02'"),
    ],
)
def test_a_date_that_names_no_day_is_told_and_left_out(
    text: str, line: int, said: str, tmp_path: Path
) -> None:
    outcome = article_in(tmp_path, text)
    assert outcome.published is None
    assert [(one.line, one.problem.partition(",")[0]) for one in outcome.warnings] == [(line, said)]


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        ("+++\ntitle = 题\n+++\n文".encode(), 2, "not valid TOML"),
        ("+++\nauthor = '乙'\ntitle = \"题\n+++\n文".encode(), 3, "not valid TOML"),
        (b"+++\ntitle = 'a'\n\xe6\x96\x87", 1, "never closed"),
        ('{\n "title": "题",,\n}\n文'.encode(), 2, "not valid JSON"),
        ('\n\n{"title": "题",\n "date": bad}\n文'.encode(), 4, "not valid JSON"),
        ('---\ntitle: "题"\n- 丙\n---\n文'.encode(), 3, "did not find expected key"),
        ('---\nauthor: 乙\ntitle: "题\ndate: 2024-01-01\n---\n文'.encode(), 3, "a quotation mark opens here"),
        ('---\ntitle: "题\nlayout: x\nsource: "丙"\n---\n文'.encode(), 2, "a quotation mark opens here"),
        ("---\ntitle: 大五碼\n---\n這是一篇用大五碼寫的文章，關於工廠的搬遷與升級。".encode("big5"), 2, "not UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_line(data: bytes, line: int, problem: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(data)
    outcome = pipeline.read_file(tmp_path / "a.md", "a.md")
    assert isinstance(outcome, Refusal)
    assert outcome.line == line
    assert problem in outcome.problem

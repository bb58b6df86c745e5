"""The words in which people wish: what surrounds a wish, what it may be about, and what only sounds like one.

Everything is in the form of `text.for_matching`.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(said: str) -> tuple[str, ...]:
    """What is written with spaces between."""
    return tuple(said.split())


def _named(table: str) -> dict[str, str]:
    """One name a line, then a colon and the ways in which people say it, by each of these ways."""
    lines = (line.partition(":") for line in table.split("\n") if line.strip())
    return {way: name.strip() for name, _, ways in lines for way in (name.strip(), *ways.split())}


BEFORE = _words(
    """
    我们家 我们 我家 咱家 咱们 俺家 家里 本人 我这边 我那份 我这份 我的 我 俺 咱 它 这边
    还是 一直 从来 从小 真的 实在 都 就 也 是 一定 一律 全部 千万 记得 记住 记一下 别忘了
    不要忘了 别忘记 不要忘记 麻烦 拜托 请 劳烦 劳驾 辛苦 帮我 帮忙 给我们 给我家 给我 跟我
    备注一下 备注 留意 注意 强调 重申 再说一遍 再次 再 说一下 我说了 说了 说过 说好 讲过
    跟你说过 跟你们说过 跟你们说了 这次 这回 今天 今晚 明天 明早 中午 晚上 早上 半夜 大半夜
    周末 下次 下回 以后 往后 每次 永远 老规矩 老样子 照旧 一样 老板娘 老板 店家 店长 掌柜
    小二 客服 小姐姐 小哥哥 师傅 亲 里面 里 但是 但 不过 然后 另外 还有 因为 反正 可以
    能不能 可不可以 可否 能否 能 希望 最好 尽量 求求 求 嗯 好的 对了 顺便 哈喽 你好 您好
    你们 您 的 啊 呀 哦 哈 那 了 不是说了 不是说过 一点都 一点 千万千万 其实 本来 上班时间
    上班 工作时间 午休 睡觉 晚饭 收到 谢谢 可 时 时候 之后 以前 点 十 九 八 后 前 以
    在群里 群里 这家 家 我的那份 我那碗 我那杯 给它 给狗狗 给猫咪
    """
)
"""What may stand before a wish without making it anybody else's."""

AFTER = _words(
    """
    谢谢啦 谢谢了 谢谢老板 谢谢 谢啦 谢了 感谢 多谢 辛苦了 辛苦 拜托了 拜托 麻烦了 麻烦 哈哈
    嘿嘿 嘻嘻 呜呜 了 的 哦 噢 喔 啊 呀 哈 啦 哟 吧 嘛 哇 咯 喽 嗷 滴 呢 诶 欸 亲
    老板 就行 就好 就可以 即可 就是了 都 也 和 跟 还 再 以后 一直 记住 记得 好吗 好不好
    行吗 行不行 行不 可以吗 可以不 成吗 吗 么 一定 哒 thx thanks pls ok 喵 汪
    最好 千万 因为 但 但是 而且 并且 还有 顺便 任何 东西 我 这些 这种 那种 味道
    """
)
"""What may stand behind a wish without changing it."""

POLITE = _words("能不能 可不可以 可否 能否 可以 好吗 好不好 行吗 行不 成吗 拜托 麻烦 请 不是说")
"""What makes a wish of a question: 可以不放香菜吗."""

WITHOUT = _words(
    """
    不要给我放 不要给我加 别给我放 别给我加 不要再放 不要再加 不要放 不要加 不要搁 不用放 不用加
    不能放 不能加 别再放 别再加 别放 别加 别搁 不放 不加 不搁 勿放 勿加 不想要 不需要 不要
    别要 不用 免
    """
)
"""Leave it out."""

NOT_EATEN = _words("不喜欢吃 不能吃 不爱吃 不敢吃 不想吃 从不吃 吃不了 吃不得 不吃 不能喝 不爱喝 不喝")
"""Somebody does not have it."""

LESS = _words(
    """
    少给我放 少放一点 少放点 少放些 少放 少加一点 少加点 少加些 少加 少来点 不要放太多 别放太多
    别放那么多 不要太 别太 不能太 少
    """
)
"""Go easy on it."""

MORE = _words("多给我放 多放一点 多放点 多放些 多放 多加一点 多加点 多加些 多加")
"""More of it than usual."""

TASTES = _words("糖 盐 油 辣椒 辣 冰 甜 咸 醋 酱油 酱 葱 姜 蒜 香菜 味精 鸡精 麻 酸 腻")
"""What 少 alone, or 不要太, may be said of."""

SAME: Mapping[str, str] = _named(
    """
    糖: 甜
    盐: 咸
    油: 腻
    辣: 辣椒
    香菜: 芫荽
    葱: 葱花
    蒜: 蒜末 大蒜
    姜: 姜丝 生姜
    冰: 冰块
    牛肉: 牛肉味
    鸡肉: 鸡肉味
    """
)
"""Two words for one thing."""

SPARED = _words(
    """
    葱 姜 蒜 辣 香菜 糖 冰 餐具 筷子 吸管 袋子 塑料袋 包装 礼盒 发票 小票 一次性餐具
    """
)
"""What 免 and 不用 may be said of."""

FIXED = _words("微辣 中辣 特辣 去冰 走冰 常温 半糖 三分糖 五分糖 七分糖 微糖 无糖 全糖")
"""Wishes in one word."""

FOOD_ENDS = _words(
    """
    菜 葱 姜 蒜 辣 椒 糖 盐 油 醋 酱 肉 鱼 虾 蟹 蛋 奶 豆 芹 笋 菇 花生 芝麻 冰 味精
    鸡精 孜然 萝卜 洋葱 海鲜 谷物 冻干 内脏 肝
    """
)
"""What is put into something, by the end of its name."""

PETS: Mapping[str, str] = _named(
    """
    狗: 狗狗 狗子 狗儿 小狗 汪
    猫: 猫咪 猫猫 小猫 喵
    兔子: 兔兔
    孩子: 宝宝 娃娃 娃 小朋友
    宝贝: 宝贝
    毛孩子: 毛孩子
    主子: 主子
    """
)
"""Who at home is served too, each by one name."""

GROWN_UPS = _words(
    """
    老公 老婆 爸 妈 公公 婆婆 爷 奶奶 姥 外公 外婆 岳 哥 姐 弟 妹 嫂 叔 姨 舅 姑 伯 婶
    领导 室友 先生 太太 媳妇 对象 男朋友 女朋友 保姆 邻居 客人 亲戚 老人 人 那位 那口子 同事
    朋友
    """
)
"""Grown people speak for themselves: 我妈不要香菜 is nobody's wish here."""

NOT_PUT = _words(
    """
    心 弃 假 过 手 下 学 在 这 那 屁 松 行 大 进 着 出 回 血 电 了 暑 寒 鞭 映
    """
)
"""放心, 放假, 放学 …: what 放 makes another word with."""

NOT_ADDED = _words("班 油 价 钱 微 好友 群 我 你 他 她 入 盟 急 薪 倍 起 速 载 重 v")
"""加班, 加油, 加价 …"""

NOT_EATING = _words(
    """
    饭 东西 药 你 他 她 亏 这 那 素 苦 醋 猫粮 狗粮 兔粮 粮 主食 早 午 晚 了 得 惯 下 饱 完 就
    多 什么 啥 不 老本 力 零食
    """
)
"""吃饭, 吃亏, and what a pet refuses when it is ill rather than choosy."""

NOT_WANTED = _words(
    """
    紧 客 急 慌 怕 忘 走 说 哭 闹 吵 吓 笑 气 想 去 来 给 让 把 被 在 有 是 太 再
    光 老 总 只 买 卖 看 听 问 喂 吃 喝 放 加 发 打 做 用 开 关 乱 随 轻 骗 偷 熬
    玩 等 停 动 碰 拿 带 送 错 迟 误 介 担 脸 命 钱 这 那 他 她 它 你 您 我 们 还
    也 就 都 了 吗 吧 啊 呀 哦 呢 不 别 没 很 多 少 一 两 几 每 什 怎 啥 谁 哪 点
    为 因 从 到 对 跟 和 像 当 变 成 养 换 洗 剪 剃 掉 生 伤 坏 浪 挑 逗 欺 催 逼
    管 惹 追 跑 拉 抱 抓 咬 舔 挠 住 脱 穿 戴 搬 退 取 下 上 进 出 回 过 见 面 理
    信 相 认 搞 弄 灰 难 沮 感 着 泄 松 沉 脾 自 离 分 灭 删 屏 禁 踢 艾 @ 拍 转
    刷 二胎 面子 脾气 辜负 以为 觉得 可惜 嫌 学 忽 轻易 强 勉强 贪 刺激 惊 浪费 悲 恋 绝
    """
)
"""What 不要 is said of without wishing for anything: 不要紧, 不要客气, 不要错过."""

NO_THING = _words("的话 多少 怎么 什么 为什 哪 几 谁 没有 有没 是不 要不 价 还是 可以 不行 也行")
"""A thing wished away does not hold these."""

NO_FOOD_ALLERGY = _words(
    """
    猫毛 狗毛 毛 花粉 尘螨 螨虫 粉尘 灰尘 空气 阳光 紫外线 酒精 你 他 她 人类 上班 早起
    周一 这 那 什么 啥
    """
)
"""Allergies that nobody in a shop can serve."""

STOP = _words("不要 别 不用 勿 不需要 不想 少")
"""How somebody asks to be spared a deed."""

WHEN = _words("大半夜 半夜 午休 中午 早上 晚上 夜里 周末 上班时间 上班 睡觉")
"""When a deed is unwelcome."""

ABOUT_ME = _words(
    """
    给我们 给我 跟我 向我 对我 往我这 帮我 在群里 群里 给它 给狗狗 给猫咪 给我家狗狗 给我家狗
    给我家猫咪 给我家猫 再 总是 总 老是 老 一直 随便 动不动就 动不动 天天 都 这么 乱 随意
    直接 的时候 时候 时间 时 有人 让人 让快递员 让骑手 大半夜 半夜 午休 中午 早上 晚上
    夜里 周末 上班时间 上班 睡觉
    """
)
"""What may stand between the stop and the deed."""

DEEDS: Mapping[str, str] = _named(
    """
    发语音: 发60秒语音 发六十秒语音 发长语音 发语音条 发语音消息 语音条
    打电话: 打微信电话 打语音电话 打视频电话 打手机 打我电话 打我手机 来电话 来电 电话联系
    打电话: 电话回访 语音通话 语音电话
    @你: @我 艾特我 圈我 @本人 @ 艾特
    私聊你: 私聊我 私信我 私我 私聊 私信
    加你好友: 加我好友 加我微信 加我 加好友 加微信
    拉你进群: 拉我进群 拉我进别的群 拉我入群 拉我
    发广告: 打广告 推销 发推销 发推广 推广告 发促销 发优惠 推送广告 推送
    发短信: 发短信
    打扰你: 打扰我 打搅我 打扰
    敲门: 敲我家门
    按门铃: 摁门铃 按铃 摁铃
    放快递柜: 放丰巢 放柜子
    放驿站: 放代收点 放菜鸟驿站
    放门口: 扔门口 丢门口
    剃毛: 剃光 推光
    剪胡子: 剪胡须
    剪太短: 剪那么短 剪短 剪得太短 修太短
    喷香水: 用香水
    用吹风机: 用大风吹 用烘干箱 进烘干箱
    发照片: 发它的照片 晒照片 发我家狗的照片 发我家猫的照片 外传照片
    """
)
"""Deeds a shop can leave off, by the ways people name them; 你 is who wishes."""

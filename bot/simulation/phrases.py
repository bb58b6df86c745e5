"""What people in the town say: members to each other, staff between the posts, staff as sellers."""

from __future__ import annotations

TALK = (
    "我家那只又把沙发抓了一个洞",
    "今天带它去打疫苗，全程没叫",
    "有人的猫也只喝流动水吗",
    "刚下班，先陪它玩一会儿",
    "换粮第三天，便便正常了",
    "求推荐一款不掉渣的磨牙棒",
    "它今天一直打喷嚏，要不要去医院",
    "哈哈哈哈这表情跟我家的一模一样",
    "谢谢，学到了",
    "梳下来的毛够再织一只了",
    "周末有没有人一起遛狗",
    "我家狗听到雷声就钻床底",
    "昨天那个办法真的有用",
    "刚绝育完，不肯吃饭正常吗",
    "两只终于肯睡一个窝了",
    "夜里三点跑酷，谁懂",
    "它把遥控器藏哪儿了……",
    "刚接回来的小猫一直躲着我",
    "天冷了，它开始往被窝里钻",
    "收到，晚上试试",
)
"""Members' lines."""

TO_THE_BOT = ("在吗", "猫能吃鸡蛋黄吗", "上次说的驱虫多久一次")
"""What members ask when they mention the bot."""

REPLIES = ("这种情况先观察一天，没精神就去医院。", "可以的，少量就行。", "私信您啦，看一下。")
"""What staff answer a member, whom they mention."""

VALUE = (
    (
        "跟大家分享一个小经验：给猫剪指甲之前先让它闻一闻指甲剪，剪完马上给一点零食，几次之后它就不躲了。"
        "一次剪不完没关系，分两三天剪，比按着它一次剪完要好得多。"
    ),
    (
        "最近早晚温差大，家里老年犬的关节要注意：睡垫加厚一点，上下楼尽量抱着，散步前先在屋里走几圈热身。"
        "如果早上起来明显瘸，别自己揉，先拍个视频给医生看。"
    ),
)
"""Staff's own posts that sell nothing."""

PROMO = (
    "【限时特惠】驱虫套餐 129 元，原价 199 元，今晚下单再减 20 元，链接 https://shop.example.com/d/102",
    "双十一囤粮价 89 元/袋，买二送一，点链接下单：https://shop.example.com/d/311",
    "洗护次卡 5 次只要 298 元，优惠券已发，想要的下单：https://shop.example.com/d/77",
)
"""Staff's own advertising."""

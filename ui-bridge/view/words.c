#include "ui-bridge/view/words.h"

#include <json-glib/json-glib.h>

#include "ui-bridge/view/words_table.h"

static const WordsEntry entries[] = {
    /* the headline: journey_state of daemon/journey/journey.h */
    {"state", "idle", {"Ready", "待命"}},
    {"state", "scanning", {"Looking for a charging code", "正在寻找充电桩二维码"}},
    {"state", "looking_up", {"Charging point found", "已发现充电桩"}},
    {"state", "offered", {"You can charge here", "可以在此充电"}},
    {"state", "ordering", {"Ordering your charge", "正在下单"}},
    {"state", "waiting_plug", {"Plug in the cable", "请插入充电枪"}},
    {"state", "charging", {"Charging", "充电中"}},
    {"state", "settling", {"Charge finished", "充电结束"}},
    {"state", "cancelling", {"Cancelling", "正在取消"}},
    {"state", "done", {"All done", "已完成"}},
    {"state", "failed", {"That did not work", "未能完成"}},
    {"state", "absent", {"RearCharge is not running", "RearCharge 未运行"}},
    /* the line below it */
    {"advice", "idle", {"Shift into reverse at a charging bay.", "在充电车位挂入倒挡即可开始。"}},
    {"advice", "scanning", {"Keep reversing slowly towards the charging point.", "请慢速倒车靠近充电桩。"}},
    {"advice", "looking_up", {"Asking for its price …", "正在查询价格……"}},
    {"advice", "offered", {"Confirm, or just drive on.", "请确认充电，或直接驶离。"}},
    {"advice", "ordering", {"One moment, please.", "请稍候。"}},
    {"advice", "waiting_plug", {"The charging point is reserved for you.", "充电桩已为您准备好。"}},
    {"advice", "charging", {"You may leave the car.", "您可以离开车辆。"}},
    {"advice", "settling", {"Waiting for the receipt.", "正在等待账单。"}},
    {"advice", "cancelling", {"Waiting for the charging point to confirm.", "正在等待充电桩确认。"}},
    {"advice", "done", {"Unplug the cable before you drive off.", "驶离前请拔下充电枪。"}},
    {"advice", "failed", {"Nothing more will happen by itself.", "系统不会再自动操作。"}},
    {"advice",
     "absent",
     {"This screen comes back by itself. Charging goes on without it.",
      "服务恢复后将自动更新，充电不受影响。"}},
    {"camera", "off", {"off", "关闭"}},
    {"camera", "starting", {"starting", "启动中"}},
    {"camera", "running", {"watching", "工作中"}},
    {"camera", "stalled", {"no new pictures", "画面中断"}},
    {"camera", "frozen", {"picture frozen", "画面冻结"}},
    {"camera", "black", {"picture black", "画面全黑"}},
    {"camera", "ended", {"ended", "已结束"}},
    {"camera", "fault", {"fault", "故障"}},
    {"server", "unknown", {"not asked yet", "尚未连接"}},
    {"server", "online", {"connected", "已连接"}},
    {"server", "offline", {"not reachable", "无法连接"}},
    {"server", "refused", {"refuses this car", "拒绝本车"}},
    {"fault", "gear", {"The gear signal is missing.", "挡位信号丢失。"}},
    {"fault", "camera", {"The rear camera does not work.", "后视摄像头不可用。"}},
    {"fault", "server", {"The charging service cannot be reached.", "无法连接充电服务。"}},
    {"fault", "storage", {"Nothing can be stored; no new orders.", "无法存储数据，不能下新订单。"}},
    {"fault", "clock", {"The clock is wrong.", "时钟不正确。"}},
    {"trust", "registered", {"registered place", "已登记地点"}},
    {"trust", "signed", {"signed code", "签名二维码"}},
    {"trust", "dynamic", {"live code", "动态二维码"}},
    {"bay", "free", {"free", "空闲"}},
    {"bay", "occupied", {"occupied", "占用"}},
    {"bay", "occupied_not_plugged", {"occupied, not plugged in", "占用（未插枪）"}},
    {"bay", "unknown", {"unknown", "未知"}},
    {"status", "AVAILABLE", {"available", "可用"}},
    {"status", "BLOCKED", {"blocked", "被阻挡"}},
    {"status", "CHARGING", {"in use", "使用中"}},
    {"status", "INOPERATIVE", {"out of service", "停用"}},
    {"status", "OUTOFORDER", {"out of order", "故障"}},
    {"status", "RESERVED", {"reserved", "已预约"}},
    {"status", "UNKNOWN", {"unknown", "未知"}},
    {"why_not", "NotStandingStill", {"Stop the car first.", "请先停稳车辆。"}},
    {"why_not", "NoConsent", {"Set your maximum cost first.", "请先设置最高费用。"}},
    {"why_not", "NotOffered", {"It cannot be ordered now.", "当前无法下单。"}},
    {"why_not", "Busy", {"An order is already running.", "已有订单进行中。"}},
    {"order", "requested", {"sent to the charging point", "已发送至充电桩"}},
    {"order", "accepted", {"accepted", "已接受"}},
    {"order", "charging", {"charging", "充电中"}},
    {"order", "ended", {"ended", "已结束"}},
    {"order", "settled", {"paid", "已结算"}},
    {"order", "rejected", {"rejected", "被拒绝"}},
    {"order", "expired", {"expired", "已过期"}},
    {"order", "cancelled", {"cancelled", "已取消"}},
    {"charging", "Charging", {"charging", "充电中"}},
    {"charging", "EVConnected", {"plugged in", "已插枪"}},
    {"charging", "SuspendedEV", {"the car pauses", "车辆暂停"}},
    {"charging", "SuspendedEVSE", {"the charging point pauses", "充电桩暂停"}},
    {"charging", "Idle", {"unplugged", "已拔枪"}},
    /* notices: reasons of orders (protocol/README.md 2), problem codes, and the daemon's own */
    {"notice", "pile_rejected", {"The charging point refused.", "充电桩拒绝了请求。"}},
    {"notice", "pile_unreachable", {"The charging point did not answer.", "充电桩无响应。"}},
    {"notice", "not_plugged", {"No cable was plugged in in time.", "未及时插入充电枪。"}},
    {"notice", "by_driver", {"You ended it.", "您已结束充电。"}},
    {"notice", "by_server", {"The charging service ended it.", "充电服务已结束充电。"}},
    {"notice", "max_cost", {"Your maximum cost was reached.", "已达到最高费用。"}},
    {"notice", "max_energy", {"Your maximum energy was reached.", "已达到最大电量。"}},
    {"notice", "max_duration", {"Your maximum time was reached.", "已达到最长时间。"}},
    {"notice", "ev_disconnected", {"The cable was unplugged.", "充电枪已拔出。"}},
    {"notice", "ev_full", {"The battery is full.", "电池已充满。"}},
    {"notice", "power_loss", {"The charging point lost power.", "充电桩断电。"}},
    {"notice", "fault", {"The charging point reports a fault.", "充电桩报告故障。"}},
    {"notice", "rejected", {"The order was rejected.", "订单被拒绝。"}},
    {"notice", "expired", {"The order expired.", "订单已过期。"}},
    {"notice", "order_cancelled", {"The order was cancelled.", "订单已取消。"}},
    {"notice",
     "settlement_differs",
     {"The bill differs from our own calculation.", "账单与本车计算不一致。"}},
    {"notice", "server_unreachable", {"The charging service cannot be reached.", "无法连接充电服务。"}},
    {"notice", "storage_full", {"Nothing can be stored; the order was not sent.", "存储失败，订单未发送。"}},
    {"notice",
     "charge_unreported",
     {"The charger has not yet reported your last charge here.", "充电桩尚未上报您在此处的上次充电。"}},
    {"notice",
     "trust_too_low",
     {"This code is not trusted enough to order by itself.", "该二维码可信度不足，需手动确认。"}},
    {"notice", "unknown_evse", {"This code is not valid for this service.", "此二维码不属于本服务。"}},
    {"notice", "code_invalid", {"This code is not valid for this service.", "此二维码无效。"}},
    {"notice", "code_expired", {"This code has expired.", "此二维码已过期。"}},
    {"notice", "evse_occupied", {"The charging point is occupied.", "充电桩已被占用。"}},
    {"notice", "evse_reserved", {"The charging point is reserved for another car.", "充电桩已被他人预约。"}},
    {"notice", "evse_unavailable", {"The charging point is out of service.", "充电桩停用。"}},
    {"notice", "pile_offline", {"The charging point is offline.", "充电桩离线。"}},
    {"line", "FLAT", {"Start fee", "启动费"}},
    {"line", "ENERGY", {"For energy", "电费"}},
    {"line", "TIME", {"For time", "时长费"}},
    {"label", "title", {"RearCharge", "倒车充电"}},
    {"label", "camera", {"Rear camera", "后视摄像头"}},
    {"label", "server", {"Charging service", "充电服务"}},
    {"label", "pile", {"Charging point", "充电桩"}},
    {"label", "place", {"Place", "地点"}},
    {"label", "operator", {"Operator", "运营商"}},
    {"label", "number", {"Number", "编号"}},
    {"label", "price", {"Price", "价格"}},
    {"label", "power", {"Power", "功率"}},
    {"label", "up_to", {"up to", "最高"}},
    {"label", "trust", {"Trust", "可信度"}},
    {"label", "status", {"Status", "状态"}},
    {"label", "bay", {"Bay", "车位"}},
    {"label", "order", {"Charge", "充电"}},
    {"label", "energy", {"Energy", "电量"}},
    {"label", "cost", {"Cost", "费用"}},
    {"label", "limit", {"At most", "费用上限"}},
    {"label", "receipt", {"Receipt", "账单"}},
    {"label", "duration", {"Duration", "时长"}},
    {"label", "waived", {"Not charged", "免收"}},
    {"label", "total", {"Total", "合计"}},
    {"label", "checked", {"Check", "核对"}},
    {"label", "agrees", {"agrees with our own calculation", "与本车计算一致"}},
    {"label", "differs", {"differs from our own calculation by", "与本车计算相差"}},
    {"label", "per_kwh", {"Per kWh", "每千瓦时"}},
    {"label", "per_hour", {"Per hour", "每小时"}},
    {"label", "connector", {"Connector", "接口"}},
    {"label", "cable", {"Cable", "充电枪"}},
    {"label", "date", {"Date", "日期"}},
    {"label", "meter", {"Meter", "电表读数"}},
    {"label", "receipt_number", {"Receipt no.", "账单编号"}},
    {"label", "elapsed", {"Elapsed", "已用时间"}},
    {"label", "remaining", {"Until full, about", "预计充满还需"}},
    {"label", "flat", {"To start", "启动费"}},
    {"label", "found", {"Charger found", "发现充电桩"}},
    {"label", "looking", {"Looking for a charger", "正在寻找充电桩"}},
    {"label", "free_of_charge", {"free of charge", "免费"}},
    {"label", "door_title", {"This page needs a start link", "此页面需要启动链接"}},
    {"label",
     "door_why",
     {"A start link opens the page in one browser, once. This one was used already, or this browser has "
      "none.",
      "每个启动链接只能在一个浏览器中使用一次。该链接已被使用，或此浏览器尚无链接。"}},
    {"label",
     "door_how",
     {"The next one stands in a file that systemd's service keeps; a program started by hand prints one "
      "after "
      "\"Open once:\".",
      "下一个链接保存在 systemd 服务的文件中；手动启动的程序会在“Open once:”之后显示。"}},
};

WordsLanguage words_language_from(const gchar *text)
{
    return text != NULL && g_ascii_strncasecmp(text, "zh", 2) == 0 ? WORDS_CHINESE : WORDS_ENGLISH;
}

const gchar *words_language_code(WordsLanguage language)
{
    return language == WORDS_CHINESE ? "zh" : "en";
}

static const WordsEntry *words_journey(gsize *n)
{
    *n = G_N_ELEMENTS(entries);
    return entries;
}

static const WordsEntry *(*const tables[])(gsize *n) = {words_journey, words_face, words_around,
                                                        words_offline};

const gchar *words_find(WordsLanguage language, const gchar *kind, const gchar *word)
{
    for (guint t = 0; t < G_N_ELEMENTS(tables); t++) {
        gsize n = 0;
        const WordsEntry *table = tables[t](&n);

        for (gsize i = 0; i < n; i++) {
            if (g_str_equal(table[i].kind, kind) && g_str_equal(table[i].word, word))
                return table[i].text[language];
        }
    }
    return NULL;
}

gchar *words_print(WordsLanguage language, const gchar *kind)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autoptr(JsonNode) root = NULL;

    json_builder_begin_object(json);
    for (guint t = 0; t < G_N_ELEMENTS(tables); t++) {
        gsize n = 0;
        const WordsEntry *table = tables[t](&n);

        for (gsize i = 0; i < n; i++) {
            if (!g_str_equal(table[i].kind, kind))
                continue;
            json_builder_set_member_name(json, table[i].word);
            json_builder_add_string_value(json, table[i].text[language]);
        }
    }
    json_builder_end_object(json);
    root = json_builder_get_root(json);
    return json_to_string(root, FALSE);
}

const gchar *words_label(WordsLanguage language, const gchar *name)
{
    const gchar *text = words_find(language, "label", name);

    g_return_val_if_fail(text != NULL, name);
    return text;
}

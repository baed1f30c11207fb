// Every word of the operator's page, in two languages. Words of the wire (OCPP, OCPI) are shown as they are
// where they are names; states have words.
// @ts-check

/** @type {import("./page.js").Words} */
export const words = {
  en: {
    title: "Charging operator", language: "中文", theme: "Day / night", logout: "Log out",
    login: "Log in", login_why: "The operator token is asked for once. This browser then keeps a session for 12 hours.", token: "Operator token", enter: "Log in",
    wrong: "This token is not the right one.", wait: "Too many wrong tokens. Try again in {s} s.", unreachable: "The server does not answer.",
    live: "Live", lost: "Connection lost, trying again", views: "Views",
    piles_connected: "Piles connected", charging_now: "Charging now", power_now: "Power now", orders_open: "Open orders",
    piles: "Piles", orders: "Orders", transactions: "Transactions", settlements: "Settlements", messages: "OCPP messages",
    filter: "Filter", pause: "Pause", shown: "{n} of {all}", nothing: "Nothing here yet.",
    pile: "Pile", name: "Name", uplink: "Uplink", evse: "EVSE", status: "Status", connector: "Connector", bay: "Bay", now: "Now", tariff: "Tariff",
    ready: "Ready", registering: "Registering", offline: "Offline",
    "bay-free": "free", "bay-occupied": "occupied", "bay-occupied_not_plugged": "occupied, not plugged in", "bay-unknown": "unknown",
    created: "Ordered", vehicle: "Vehicle", state: "State", reason: "Reason", energy: "Energy", power: "Power", cost: "Cost", limit: "Limit", soc: "Charge",
    started: "Started", ended: "Ended", transaction: "Transaction", seq: "Events", complete: "complete", gaps: "events missing", stopped: "Stopped by",
    receipt: "Receipt", duration: "Duration", sum: "Sum", waived: "Waived", total: "Total", finished: "Ended",
    at: "Time", direction: "Direction", kind: "Message", text: "Text", received: "from pile", sent: "to pile", answer: "answer", error: "error",
    requested: "requested", accepted: "waits for plug", charging: "charging", settled: "settled", rejected: "rejected", expired: "expired", cancelled: "cancelled",
  },
  zh: {
    title: "充电运营", language: "English", theme: "日间 / 夜间", logout: "退出",
    login: "登录", login_why: "只需输入一次运营令牌，此浏览器会话保持 12 小时。", token: "运营令牌", enter: "登录",
    wrong: "令牌不正确。", wait: "错误次数过多，请在 {s} 秒后重试。", unreachable: "服务器没有响应。",
    live: "实时", lost: "连接中断，正在重试", views: "视图",
    piles_connected: "在线充电桩", charging_now: "正在充电", power_now: "当前功率", orders_open: "进行中的订单",
    piles: "充电桩", orders: "订单", transactions: "交易", settlements: "结算", messages: "OCPP 消息",
    filter: "筛选", pause: "暂停", shown: "{n} / {all}", nothing: "暂无内容。",
    pile: "充电桩", name: "名称", uplink: "上行", evse: "充电点", status: "状态", connector: "接口", bay: "车位", now: "当前", tariff: "资费",
    ready: "就绪", registering: "注册中", offline: "离线",
    "bay-free": "空闲", "bay-occupied": "占用", "bay-occupied_not_plugged": "占用未插枪", "bay-unknown": "未知",
    created: "下单时间", vehicle: "车辆", state: "状态", reason: "原因", energy: "电量", power: "功率", cost: "费用", limit: "上限", soc: "车辆电量",
    started: "开始", ended: "结束", transaction: "交易", seq: "事件", complete: "完整", gaps: "缺少事件", stopped: "停止原因",
    receipt: "收据", duration: "时长", sum: "合计", waived: "减免", total: "应付", finished: "结束",
    at: "时间", direction: "方向", kind: "消息", text: "内容", received: "来自桩", sent: "发往桩", answer: "应答", error: "错误",
    requested: "已请求", accepted: "等待插枪", charging: "充电中", settled: "已结算", rejected: "被拒绝", expired: "已过期", cancelled: "已取消",
  },
};

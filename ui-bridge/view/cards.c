/* The cards of view.h: the pile, the charge, the receipt. */
#include "ui-bridge/view/view_json.h"

#include "base/money.h"
#include "ui-bridge/view/facts.h"

void cards_put_row(View *view, const gchar *label, const gchar *value, const gchar *tone)
{
    if (value[0] == '\0')
        return;
    view_begin(view, NULL);
    view_put(view, "label", label[0] != '\0' ? words_label(view->language, label) : "");
    view_put(view, "value", value);
    view_put(view, "tone", tone);
    view_end(view);
}

static void put_money(View *view, const gchar *label, gint64 minor, const gchar *currency, const gchar *tone)
{
    g_autofree gchar *text = money_format(minor, currency);

    cards_put_row(view, label, text, tone);
}

static void begin_card(View *view, const gchar *name, const gchar *id)
{
    view_begin(view, name);
    view_put(view, "id", id);
    view_put(view, "title", words_label(view->language, id));
    view_begin_list(view, "rows");
}

static void end_card(View *view)
{
    view_end_list(view);
    view_end(view);
}

/* All parts of the price, each on its own line: nothing may surprise after the start (AFIR article 5). */
static void put_prices(View *view, GVariant *pile)
{
    static const gchar *const parts[] = {"per_kwh", "per_hour", "flat"};
    gboolean free_of_charge = TRUE;

    if (facts_text(pile, "currency")[0] == '\0')
        return;
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        gdouble amount = facts_real(pile, parts[i], 0);
        g_autofree gchar *digits = facts_price(amount);
        g_autofree gchar *text = g_strdup_printf("%s %s", digits, facts_text(pile, "currency"));

        if (amount > 0)
            cards_put_row(view, parts[i], text, free_of_charge ? "strong" : "");
        free_of_charge = free_of_charge && !(amount > 0);
    }
    if (free_of_charge)
        cards_put_row(view, "price", words_label(view->language, "free_of_charge"), "strong");
}

static void put_power(View *view, GVariant *pile)
{
    g_autofree gchar *most = facts_kilo(facts_number(pile, "max_power_w"));
    g_autofree gchar *power = g_strdup_printf("%s %s %s kW", facts_text(pile, "power_type"),
                                              words_label(view->language, "up_to"), most);

    if (facts_number(pile, "max_power_w") > 0)
        cards_put_row(view, "power", g_strstrip(power), "");
}

void cards_put_pile(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) pile = facts_dict(snapshot, "pile");
    const gchar *why_not = NULL, *trust = NULL;
    gboolean reachable = TRUE;

    if (pile == NULL)
        return;
    why_not = facts_text(pile, "why_not");
    trust = facts_text(pile, "trust");
    g_variant_lookup(pile, "reachable", "b", &reachable);
    begin_card(view, NULL, "pile");
    put_prices(view, pile);
    cards_put_row(view, "place", facts_text(pile, "location"), "");
    cards_put_row(view, "operator", facts_text(pile, "operator"), "");
    cards_put_row(view, "number", facts_text(pile, "evse_id"), "");
    if (g_str_equal(why_not, "Busy")) { /* ordered by us: what helped to choose is old news */
        end_card(view);
        return;
    }
    cards_put_row(view, "connector", view_say(view, "connector", facts_text(pile, "connector")), "");
    put_power(view, pile);
    cards_put_row(view, "status", view_say(view, "status", facts_text(pile, "status")), "");
    cards_put_row(view, "bay", view_say(view, "bay", facts_text(pile, "bay")), "");
    cards_put_row(view, "trust", view_say(view, "trust", trust), "good");
    if (words_find(view->language, "trust_why", trust) != NULL)
        cards_put_row(view, "", view_say(view, "trust_why", trust), "soft");
    if (!reachable)
        cards_put_row(view, "", view_say(view, "notice", "pile_offline"), "attention");
    cards_put_row(view, "", why_not[0] != '\0' ? view_say(view, "why_not", why_not) : "", "attention");
    end_card(view);
}

void cards_put_order(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) order = facts_dict(snapshot, "order");
    const gchar *currency = NULL;

    if (order == NULL)
        return;
    currency = facts_text(order, "currency");
    begin_card(view, NULL, "order");
    cards_put_row(view, "status", view_say(view, "order", facts_text(order, "state")), "strong");
    cards_put_row(view, "cable", view_say(view, "charging", facts_text(order, "charging_state")), "");
    cards_put_row(view, "number", facts_text(order, "evse_id"), "");
    if (facts_number(order, "max_cost_minor") > 0)
        put_money(view, "limit", facts_number(order, "max_cost_minor"), currency, "");
    end_card(view);
}

static void put_meters(View *view, GVariant *receipt)
{
    g_autofree gchar *start = facts_kilo(facts_number(receipt, "meter_start_wh"));
    g_autofree gchar *stop = facts_kilo(facts_number(receipt, "meter_stop_wh"));
    g_autofree gchar *meters = g_strdup_printf("%s – %s kWh", start, stop);

    if (facts_number(receipt, "meter_stop_wh") > 0)
        cards_put_row(view, "meter", meters, "soft");
}

static void put_when(View *view, GVariant *receipt)
{
    const gchar *started = facts_text(receipt, "started_at");
    g_autofree gchar *when = facts_time_ms(receipt, "started_at") >= 0
                                 ? g_strdup_printf("%.10s %.5s UTC", started, started + 11)
                                 : NULL;

    if (when != NULL)
        cards_put_row(view, "date", when, "");
}

static void put_check(View *view, GVariant *receipt, const gchar *currency)
{
    g_autofree gchar *by = money_format(facts_number(receipt, "difference_minor"), currency);
    g_autofree gchar *differs = g_strdup_printf("%s %s", words_label(view->language, "differs"), by);
    const gchar *check = "not told";
    gboolean checked = FALSE;

    g_variant_lookup(receipt, "check", "&s", &check);
    if (!g_variant_lookup(receipt, "checked", "b", &checked) || check[0] == '\0') /* "": nobody calculated */
        return;
    cards_put_row(view, "checked", checked ? words_label(view->language, "agrees") : differs,
                  checked ? "good" : "attention");
}

void cards_put_receipt(View *view, const gchar *name, GVariant *receipt)
{
    g_autoptr(GVariant) lines = NULL;
    g_autofree gchar *energy = NULL;
    g_autofree gchar *energy_text = NULL;
    g_autofree gchar *duration = NULL;
    const gchar *currency = NULL;

    if (receipt == NULL)
        return;
    currency = facts_text(receipt, "currency");
    energy = facts_kilo(facts_number(receipt, "energy_wh"));
    energy_text = g_strdup_printf("%s kWh", energy);
    duration = facts_duration(facts_number(receipt, "duration_s"));
    lines = g_variant_lookup_value(receipt, "lines", G_VARIANT_TYPE("aa{sv}"));
    begin_card(view, name, "receipt");
    cards_put_row(view, "operator", facts_text(receipt, "operator"), "");
    cards_put_row(view, "number", facts_text(receipt, "evse_id"), "");
    put_when(view, receipt);
    cards_put_row(view, "duration", duration, "");
    cards_put_row(view, "energy", energy_text, "");
    put_meters(view, receipt);
    for (gsize i = 0; lines != NULL && i < g_variant_n_children(lines); i++) {
        g_autoptr(GVariant) line = g_variant_get_child_value(lines, i);
        g_autofree gchar *amount = money_format(facts_number(line, "cost_minor"), currency);

        view_begin(view, NULL);
        view_put(view, "label", view_say(view, "line", facts_text(line, "type")));
        view_put(view, "value", amount);
        view_put(view, "tone", "");
        view_end(view);
    }
    if (facts_number(receipt, "waived_minor") > 0)
        put_money(view, "waived", -facts_number(receipt, "waived_minor"), currency, "");
    put_money(view, "total", facts_number(receipt, "total_minor"), currency, "strong");
    put_check(view, receipt, currency);
    cards_put_row(view, "receipt_number", facts_text(receipt, "receipt_id"), "soft");
    end_card(view);
}

static void put_tile(View *view, const gchar *label, const gchar *value, const gchar *unit)
{
    view_begin(view, NULL);
    view_put(view, "label", words_label(view->language, label));
    view_put(view, "value", value);
    view_put(view, "unit", unit);
    view_end(view);
}

static void put_remaining(View *view, const Curve *curve, GVariant *order)
{
    gint64 remaining_s = curve != NULL ? curve_remaining_s(curve, order) : -1;
    gint64 minutes = (remaining_s + 59) / 60; /* seconds would promise too much */
    g_autofree gchar *text = g_strdup_printf("%" G_GINT64_FORMAT ":%02d", minutes / 60, (gint)(minutes % 60));

    if (remaining_s >= 0)
        put_tile(view, "remaining", text, "h");
}

static void put_tiles(View *view, GVariant *order, const Curve *curve, gint64 now_ms)
{
    gint64 started_ms = facts_time_ms(order, "started_at");
    g_autofree gchar *power = facts_kilo(facts_number(order, "power_w"));
    g_autofree gchar *energy = facts_kilo(facts_number(order, "energy_wh"));
    g_autofree gchar *elapsed = facts_duration(started_ms >= 0 ? MAX(now_ms - started_ms, 0) / 1000 : 0);
    g_autofree gchar *cost = money_format(facts_number(order, "cost_minor"), "");
    g_autofree gchar *limit = money_format(facts_number(order, "max_cost_minor"), "");

    view_begin_list(view, "tiles");
    put_tile(view, "power", power, "kW");
    put_tile(view, "energy", energy, "kWh");
    put_tile(view, "cost", g_strstrip(cost), facts_text(order, "currency"));
    if (started_ms >= 0)
        put_tile(view, "elapsed", elapsed, "");
    put_remaining(view, curve, order);
    if (facts_number(order, "max_cost_minor") > 0)
        put_tile(view, "limit", g_strstrip(limit), facts_text(order, "currency"));
    view_end_list(view);
}

static void put_curve(View *view, const Curve *curve, const gchar *order_id)
{
    gboolean ours = curve != NULL && g_str_equal(curve->order_id, order_id);
    gint64 most_w = 0;

    view_begin_list(view, "curve");
    for (guint i = 0; ours && i < curve->n_points; i++) {
        most_w = MAX(most_w, curve->points[i].power_w);
        json_builder_begin_array(view->json);
        json_builder_add_double_value(view->json, (gdouble)curve->points[i].at_ms / 1000);
        json_builder_add_double_value(view->json, (gdouble)curve->points[i].power_w / 1000);
        json_builder_end_array(view->json);
    }
    view_end_list(view);
    json_builder_set_member_name(view->json, "max_kw");
    json_builder_add_double_value(view->json, (gdouble)most_w / 1000);
}

void cards_put_live(View *view, const ViewInput *input)
{
    g_autoptr(GVariant) order = facts_dict(input->snapshot, "order");
    gdouble percent = 0;

    if (order == NULL || !g_str_equal(facts_text(order, "state"), "charging")) {
        view_put_null(view, "live");
        return;
    }
    percent = facts_real(order, "soc_percent", -1);
    view_begin(view, "live");
    if (percent >= 0)
        view_put_number(view, "percent", (gint64)MIN(percent, 100));
    put_tiles(view, order, input->curve, input->now_ms);
    put_curve(view, input->curve, facts_text(order, "order_id"));
    view_end(view);
}

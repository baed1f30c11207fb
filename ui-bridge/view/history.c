/* The past orders of view.h, for people and for spreadsheets. */
#include "ui-bridge/view/view_json.h"

#include <string.h>

#include "base/money.h"
#include "ui-bridge/view/facts.h"

static gint64 cost_of(GVariant *order)
{
    gint64 minor = facts_number(order, "cost_minor");

    g_variant_lookup(order, "total_minor", "x", &minor); /* settled: what was really paid */
    return minor;
}

static void put_order(View *view, GVariant *order)
{
    const gchar *at =
        facts_text(order, facts_time_ms(order, "started_at") >= 0 ? "started_at" : "created_at");
    g_autofree gchar *date = strlen(at) >= 16 ? g_strdup_printf("%.10s %.5s", at, at + 11) : g_strdup(at);
    g_autofree gchar *energy = facts_kilo(facts_number(order, "energy_wh"));
    g_autofree gchar *energy_text = g_strdup_printf("%s kWh", energy);
    g_autofree gchar *cost = money_format(cost_of(order), facts_text(order, "currency"));
    gdouble percent = facts_real(order, "soc_percent", -1);
    g_autofree gchar *soc = percent >= 0 ? g_strdup_printf("%d %%", (gint)percent) : g_strdup("");
    gint64 total = 0;

    view_begin(view, NULL);
    view_put(view, "order_id", facts_text(order, "order_id"));
    view_put(view, "date", date);
    view_put(view, "place", facts_text(order, "evse_id"));
    view_put(view, "state", view_say(view, "order", facts_text(order, "state")));
    view_put(view, "energy", energy_text);
    view_put(view, "soc", soc);
    view_put(view, "cost", cost);
    view_put_flag(view, "receipt", g_variant_lookup(order, "total_minor", "x", &total));
    view_end(view);
}

gchar *view_print_history(GVariant *orders, WordsLanguage language)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    View view = {.json = json, .language = language};

    json_builder_begin_object(json);
    view_put(&view, "language", words_language_code(language));
    view_begin_list(&view, "orders");
    for (gsize i = 0; i < g_variant_n_children(orders); i++) {
        g_autoptr(GVariant) order = g_variant_get_child_value(orders, i);
        put_order(&view, order);
    }
    view_end_list(&view);
    return view_finish(&view);
}

/* @follows: another field of the same row, which may be empty */
static void add_field(GString *csv, const gchar *text, gboolean follows)
{
    g_autofree gchar *safe = strchr("=+-@\t\r", text[0]) != NULL && text[0] != '\0'
                                 ? g_strconcat("'", text, NULL)
                                 : g_strdup(text);

    if (follows)
        g_string_append_c(csv, ',');
    if (strpbrk(safe, ",\"\r\n") == NULL) {
        g_string_append(csv, safe);
        return;
    }
    g_string_append_c(csv, '"');
    for (const gchar *at = safe; *at != '\0'; at++)
        g_string_append_printf(csv, *at == '"' ? "\"%c" : "%c", *at);
    g_string_append_c(csv, '"');
}

gchar *view_print_csv(GVariant *orders)
{
    /* The token is what the pile saw: how operators name a session in their records. */
    static const gchar *const texts[] = {"order_id", "client_ref", "evse_id",    "state",
                                         "reason",   "created_at", "started_at", "ended_at"};
    GString *csv = g_string_new("order_id,token,evse_id,state,reason,created_at,started_at,ended_at,"
                                "energy_kwh,soc_percent,cost,currency\r\n");

    for (gsize i = 0; i < g_variant_n_children(orders); i++) {
        g_autoptr(GVariant) order = g_variant_get_child_value(orders, i);
        gint64 energy_wh = MAX(facts_number(order, "energy_wh"), 0);
        gdouble percent = facts_real(order, "soc_percent", -1);
        g_autofree gchar *cost = money_format(cost_of(order), "");

        for (guint field = 0; field < G_N_ELEMENTS(texts); field++)
            add_field(csv, facts_text(order, texts[field]), field > 0);
        g_string_append_printf(csv, ",%" G_GINT64_FORMAT ".%03d,", energy_wh / 1000,
                               (gint)(energy_wh % 1000));
        if (percent >= 0)
            g_string_append_printf(csv, "%d", (gint)percent);
        g_string_append_printf(csv, ",%s", g_strstrip(cost));
        add_field(csv, facts_text(order, "currency"), TRUE);
        g_string_append(csv, "\r\n");
    }
    return g_string_free(csv, FALSE);
}

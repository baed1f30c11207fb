#include "ui-bridge/view/view.h"

#include <json-glib/json-glib.h>

#include "base/money.h"
#include "protocol/json_gate.h"

typedef struct {
    JsonBuilder *json;
    WordsLanguage language;
} View;

static const gchar *text_of(GVariant *dict, const gchar *key)
{
    const gchar *text = "";

    g_variant_lookup(dict, key, "&s", &text);
    return text;
}

static gint64 number_of(GVariant *dict, const gchar *key)
{
    gint64 number = 0;

    g_variant_lookup(dict, key, "x", &number);
    return number;
}

static gdouble real_of(GVariant *dict, const gchar *key, gdouble otherwise)
{
    gdouble real = otherwise;

    g_variant_lookup(dict, key, "d", &real);
    return real;
}

/* Returns: (transfer full) (nullable): NULL for absent or empty */
static GVariant *dict_of(GVariant *dict, const gchar *key)
{
    g_autoptr(GVariant) inner = g_variant_lookup_value(dict, key, G_VARIANT_TYPE_VARDICT);

    return inner != NULL && g_variant_n_children(inner) > 0 ? g_steal_pointer(&inner) : NULL;
}

/* The word for people, or the contract's own when it is newer than we are. */
static const gchar *say(View *view, const gchar *kind, const gchar *word)
{
    const gchar *text = words_find(view->language, kind, word);

    return text != NULL ? text : word;
}

static void put(View *view, const gchar *name, const gchar *text)
{
    json_builder_set_member_name(view->json, name);
    json_builder_add_string_value(view->json, text);
}

/* A row without a value is no row. */
static void put_row(View *view, const gchar *label, const gchar *value, const gchar *tone)
{
    if (value[0] == '\0')
        return;
    json_builder_begin_object(view->json);
    put(view, "label", label);
    put(view, "value", value);
    put(view, "tone", tone);
    json_builder_end_object(view->json);
}

static void put_line(View *view, const gchar *label, const gchar *value)
{
    put_row(view, words_label(view->language, label), value, "");
}

static void begin_card(View *view, const gchar *id, gdouble percent)
{
    json_builder_begin_object(view->json);
    put(view, "id", id);
    put(view, "title", words_label(view->language, id));
    if (percent >= 0) {
        json_builder_set_member_name(view->json, "percent");
        json_builder_add_double_value(view->json, MIN(percent, 100));
    }
    json_builder_set_member_name(view->json, "rows");
    json_builder_begin_array(view->json);
}

static void end_card(View *view)
{
    json_builder_end_array(view->json);
    json_builder_end_object(view->json);
}

static gchar *kilo(gint64 value, const gchar *unit)
{
    gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup_printf("%s %s", g_ascii_formatd(digits, sizeof digits, "%.1f", (gdouble)value / 1000),
                           unit);
}

/* 0.49 -> "0.49", 0.4975 -> "0.4975": at least two digits, at most four (protocol/README.md 2, Tariff). */
static gchar *price(gdouble amount)
{
    gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
    gchar *text = g_strdup(g_ascii_formatd(digits, sizeof digits, "%.4f", amount));
    gsize len = strlen(text);

    for (guint i = 0; i < 2 && text[len - 1] == '0'; i++)
        text[--len] = '\0';
    return text;
}

static gchar *price_text(View *view, GVariant *pile)
{
    static const struct {
        const gchar *key, *label;
    } parts[] = {{"per_kwh", "per_kwh"}, {"per_hour", "per_hour"}, {"flat", "per_start"}};
    g_autoptr(GString) text = g_string_new(NULL);

    if (text_of(pile, "currency")[0] == '\0')
        return g_strdup("");
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        gdouble amount = real_of(pile, parts[i].key, 0);
        g_autofree gchar *digits = price(amount);

        if (amount > 0)
            g_string_append_printf(text, "%s%s %s %s", text->len > 0 ? " + " : "", digits,
                                   text_of(pile, "currency"), words_label(view->language, parts[i].label));
    }
    if (text->len == 0)
        g_string_append(text, words_label(view->language, "free_of_charge"));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void put_faults(View *view, GVariant *snapshot)
{
    g_autofree const gchar **faults = NULL;
    const gchar *notice = text_of(snapshot, "notice");

    g_variant_lookup(snapshot, "faults", "^a&s", &faults);
    if ((faults == NULL || faults[0] == NULL) && notice[0] == '\0')
        return;
    begin_card(view, "faults", -1);
    put_row(view, "", notice[0] != '\0' ? say(view, "notice", notice) : "", "attention");
    for (guint i = 0; faults != NULL && faults[i] != NULL; i++) {
        put_row(view, "", say(view, "fault", faults[i]), "bad");
        if (g_str_equal(faults[i], "gear"))
            put_row(view, "", text_of(snapshot, "gear_problem"), "soft");
        if (g_str_equal(faults[i], "server"))
            put_row(view, "", text_of(snapshot, "server_problem"), "soft");
    }
    end_card(view);
}

static void put_pile(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) pile = dict_of(snapshot, "pile");
    g_autofree gchar *cost = NULL;
    g_autofree gchar *power = NULL;
    const gchar *why_not = NULL;

    if (pile == NULL)
        return;
    cost = price_text(view, pile);
    why_not = text_of(pile, "why_not");
    begin_card(view, "pile", -1);
    put_line(view, "place", text_of(pile, "location"));
    put_row(view, words_label(view->language, "price"), cost, "strong");
    put_line(view, "trust", say(view, "trust", text_of(pile, "trust")));
    put_line(view, "status", say(view, "status", text_of(pile, "status")));
    put_line(view, "bay", say(view, "bay", text_of(pile, "bay")));
    if (number_of(pile, "max_power_w") > 0) {
        g_autofree gchar *most = kilo(number_of(pile, "max_power_w"), "kW");
        power = g_strdup_printf("%s %s %s", text_of(pile, "power_type"), words_label(view->language, "up_to"),
                                most);
        put_line(view, "power", g_strstrip(power));
    }
    put_line(view, "operator", text_of(pile, "operator"));
    put_line(view, "number", text_of(pile, "evse_id"));
    put_row(view, "", why_not[0] != '\0' ? say(view, "why_not", why_not) : "", "attention");
    end_card(view);
}

static void put_order(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) order = dict_of(snapshot, "order");
    g_autofree gchar *energy = NULL;
    g_autofree gchar *power = NULL;
    g_autofree gchar *cost = NULL;
    g_autofree gchar *limit = NULL;
    g_autofree gchar *soc = NULL;
    gdouble percent = 0;

    if (order == NULL)
        return;
    percent = real_of(order, "soc_percent", -1);
    energy = kilo(number_of(order, "energy_wh"), "kWh");
    power = kilo(number_of(order, "power_w"), "kW");
    cost = money_format(number_of(order, "cost_minor"), text_of(order, "currency"));
    limit = money_format(number_of(order, "max_cost_minor"), text_of(order, "currency"));
    begin_card(view, "order", percent);
    put_line(view, "status", say(view, "order", text_of(order, "state")));
    if (percent >= 0) {
        soc = g_strdup_printf("%d %%", (gint)percent);
        put_row(view, words_label(view->language, "battery"), soc, "strong");
    }
    put_line(view, "energy", energy);
    if (g_str_equal(text_of(order, "state"), "charging"))
        put_line(view, "power", power);
    put_row(view, words_label(view->language, "cost"), cost, "strong");
    if (number_of(order, "max_cost_minor") > 0)
        put_line(view, "limit", limit);
    end_card(view);
}

static gchar *duration_text(gint64 seconds)
{
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (gint)(seconds / 60 % 60),
                           (gint)(seconds % 60));
}

static void put_receipt(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) receipt = dict_of(snapshot, "receipt");
    g_autoptr(GVariant) lines = NULL;
    g_autofree gchar *energy = NULL;
    g_autofree gchar *duration = NULL;
    g_autofree gchar *total = NULL;
    const gchar *currency = NULL;
    gboolean checked = FALSE;

    if (receipt == NULL)
        return;
    currency = text_of(receipt, "currency");
    energy = kilo(number_of(receipt, "energy_wh"), "kWh");
    duration = duration_text(number_of(receipt, "duration_s"));
    total = money_format(number_of(receipt, "total_minor"), currency);
    lines = g_variant_lookup_value(receipt, "lines", G_VARIANT_TYPE("aa{sv}"));
    begin_card(view, "receipt", -1);
    put_line(view, "energy", energy);
    put_line(view, "duration", duration);
    for (gsize i = 0; lines != NULL && i < g_variant_n_children(lines); i++) {
        g_autoptr(GVariant) line = g_variant_get_child_value(lines, i);
        g_autofree gchar *amount = money_format(number_of(line, "cost_minor"), currency);

        put_row(view, say(view, "line", text_of(line, "type")), amount, "");
    }
    if (number_of(receipt, "waived_minor") > 0) {
        g_autofree gchar *waived = money_format(-number_of(receipt, "waived_minor"), currency);
        put_line(view, "waived", waived);
    }
    put_row(view, words_label(view->language, "total"), total, "strong");
    if (g_variant_lookup(receipt, "checked", "b", &checked)) {
        g_autofree gchar *by = money_format(number_of(receipt, "difference_minor"), currency);
        g_autofree gchar *differs = g_strdup_printf("%s %s", words_label(view->language, "differs"), by);

        put_row(view, words_label(view->language, "checked"),
                checked ? words_label(view->language, "agrees") : differs, checked ? "good" : "attention");
    }
    end_card(view);
}

static void put_car(View *view, GVariant *snapshot)
{
    begin_card(view, "car", -1);
    put_line(view, "gear", say(view, "gear", text_of(snapshot, "gear")));
    put_line(view, "driving", say(view, "driving", text_of(snapshot, "driving_state")));
    put_line(view, "camera", say(view, "camera", text_of(snapshot, "camera_state")));
    put_line(view, "server", say(view, "server", text_of(snapshot, "server_state")));
    end_card(view);
}

static const gchar *tone_of(const gchar *state)
{
    static const struct {
        const gchar *state, *tone;
    } tones[] = {
        {"scanning", "active"},   {"looking_up", "active"},
        {"offered", "attention"}, {"ordering", "active"},
        {"cancelling", "active"}, {"charging", "good"},
        {"settling", "good"},     {"waiting_plug", "attention"},
        {"failed", "bad"},        {"absent", "bad"},
        {"done", "good"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(tones); i++) {
        if (g_str_equal(tones[i].state, state))
            return tones[i].tone;
    }
    return "calm";
}

gchar *view_print(GVariant *snapshot, WordsLanguage language)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    View view = {.json = json, .language = language};
    const gchar *state = snapshot != NULL ? text_of(snapshot, "journey_state") : "absent";

    json_builder_begin_object(json);
    put(&view, "language", words_language_code(language));
    put(&view, "title", words_label(language, "title"));
    put(&view, "headline", say(&view, "state", state));
    put(&view, "advice",
        words_find(language, "advice", state) != NULL ? words_find(language, "advice", state) : "");
    put(&view, "tone", tone_of(state));
    json_builder_set_member_name(json, "cards");
    json_builder_begin_array(json);
    if (snapshot != NULL) {
        put_faults(&view, snapshot);
        put_order(&view, snapshot);
        put_receipt(&view, snapshot);
        put_pile(&view, snapshot);
        put_car(&view, snapshot);
    }
    json_builder_end_array(json);
    json_builder_set_member_name(json, "state");
    if (snapshot != NULL)
        json_builder_add_value(json, json_gvariant_serialize(snapshot));
    else
        json_builder_add_null_value(json);
    json_builder_end_object(json);
    root = json_builder_get_root(json);
    return json_gate_print(root, NULL);
}

#include "dbus/ctl_report.h"

#include <string.h>

#include "base/money.h"
#include "dbus/terminal_text.h"

static gint64 int_of(GVariant *dict, const gchar *key)
{
    gint64 number = 0;

    g_variant_lookup(dict, key, "x", &number);
    return number;
}

/* Returns: (transfer full) (nullable): NULL when absent or empty */
static GVariant *dict_of(GVariant *dict, const gchar *key)
{
    g_autoptr(GVariant) inner = g_variant_lookup_value(dict, key, G_VARIANT_TYPE_VARDICT);

    return inner != NULL && g_variant_n_children(inner) > 0 ? g_steal_pointer(&inner) : NULL;
}

/* "6.50 EUR" for the minor units under @key; (transfer full) */
static gchar *money_of(GVariant *dict, const gchar *key)
{
    g_autofree gchar *currency = terminal_text_of(dict, "currency");

    return money_format(int_of(dict, key), currency);
}

/* ", word" when there is one */
static void append_word(GString *out, GVariant *dict, const gchar *key)
{
    g_autofree gchar *text = terminal_text_of(dict, key);

    if (*text != '\0')
        g_string_append_printf(out, ", %s", text);
}

static void append_price(GString *out, GVariant *pile, const gchar *key, const gchar *unit)
{
    gdouble price = 0;
    g_autofree gchar *currency = terminal_text_of(pile, "currency");

    if (g_variant_lookup(pile, key, "d", &price) && price > 0) {
        g_autofree gchar *text = g_strdup_printf("%.4f", price); /* "0.5000" */

        for (gsize end = strlen(text) - 1; text[end] == '0' && text[end - 2] != '.'; end--)
            text[end] = '\0';
        g_string_append_printf(out, ", %s %s %s", text, currency, unit);
    }
}

static void append_gear(GString *out, GVariant *snapshot)
{
    g_autofree gchar *gear = terminal_text_of(snapshot, "gear");
    gdouble kmh = -1;

    g_string_append(out, *gear != '\0' ? gear : "unknown");
    if (g_variant_lookup(snapshot, "speed_kmh", "d", &kmh) && kmh >= 0)
        g_string_append_printf(out, ", %.1f km/h", kmh);
    append_word(out, snapshot, "driving_state");
}

static void append_order(GString *out, GVariant *order)
{
    g_autofree gchar *state = terminal_text_of(order, "state");
    g_autofree gchar *cost = money_of(order, "cost_minor");
    gdouble soc = -1;

    g_string_append(out, state);
    append_word(out, order, "reason");
    g_string_append_printf(out, ", %.2f kWh", (gdouble)int_of(order, "energy_wh") / 1000);
    if (int_of(order, "power_w") > 0)
        g_string_append_printf(out, ", %.1f kW", (gdouble)int_of(order, "power_w") / 1000);
    if (g_variant_lookup(order, "soc_percent", "d", &soc) && soc >= 0)
        g_string_append_printf(out, ", battery %.0f %%", soc);
    g_string_append_printf(out, ", %s", cost);
}

/* why_not is the last part of an error's name, stable for programs. */
static const gchar *why_in_words(const gchar *why)
{
    static const gchar *const words[][2] = {
        {"NotOffered", "nothing with a known price is in view"},
        {"NotStandingStill", "the car does not stand still"},
        {"NoConsent", "it could cost more than you have agreed to (rearchargectl consent)"},
        {"Busy", "another order is running"},
        {"Storage", "the order could not be written down"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i][0], why))
            return words[i][1];
    return why;
}

static void append_pile(GString *out, GVariant *pile)
{
    g_autofree gchar *id = terminal_text_of(pile, "evse_id"), *why = terminal_text_of(pile, "why_not");
    gboolean can_order = FALSE, reachable = TRUE;

    g_string_append_printf(out, "Pile      %s", id);
    append_word(out, pile, "location");
    append_word(out, pile, "operator");
    g_string_append(out, "\n          trust: ");
    {
        g_autofree gchar *trust = terminal_text_of(pile, "trust");
        g_string_append(out, *trust != '\0' ? trust : "not known yet");
    }
    append_word(out, pile, "status");
    append_price(out, pile, "flat", "to start");
    append_price(out, pile, "per_kwh", "per kWh");
    append_price(out, pile, "per_hour", "per hour");
    g_variant_lookup(pile, "can_order", "b", &can_order);
    g_variant_lookup(pile, "reachable", "b", &reachable);
    if (can_order)
        g_string_append(out, "\n          can be ordered: rearchargectl order\n");
    else
        g_string_append_printf(out, "\n          cannot be ordered now%s%s%s\n", *why != '\0' ? ": " : "",
                               why_in_words(why), reachable ? "" : " (the pile has no connection)");
}

static void append_state(GString *out, const gchar *title, GVariant *snapshot, const gchar *key,
                         const gchar *problem)
{
    g_autofree gchar *state = terminal_text_of(snapshot, key);
    g_autofree gchar *why = problem != NULL ? terminal_text_of(snapshot, problem) : g_strdup("");

    g_string_append_printf(out, "%-9s %s%s%s\n", title, *state != '\0' ? state : "unknown",
                           *why != '\0' ? ": " : "", why);
}

static void append_faults(GString *out, GVariant *snapshot)
{
    g_autofree const gchar **faults = NULL;
    g_autofree gchar *notice = terminal_text_of(snapshot, "notice");

    if (g_variant_lookup(snapshot, "faults", "^a&s", &faults) && faults[0] != NULL) {
        g_autofree gchar *list = g_strjoinv(", ", (gchar **)faults), *clean = terminal_text(list);
        g_string_append_printf(out, "Faults    %s (rearchargectl doctor says more)\n", clean);
    }
    if (*notice != '\0')
        g_string_append_printf(out, "Notice    %s\n", notice);
}

/* "held at DE*ABC*E12345*1", and where else there is room */
static void append_reservation(GString *out, GVariant *reservation)
{
    g_autofree gchar *state = terminal_text_of(reservation, "state"),
                     *reason = terminal_text_of(reservation, "reason");
    g_autofree gchar *evse = terminal_text_of(reservation, "evse_id"),
                     *pending = terminal_text_of(reservation, "pending");
    g_autofree gchar *problem = terminal_text_of(reservation, "problem");
    g_autoptr(GVariant) other = dict_of(reservation, "alternative");

    g_string_append_printf(out, "%s %s", state, evse);
    if (*reason != '\0')
        g_string_append_printf(out, " (%s)", reason);
    if (other != NULL) {
        g_autofree gchar *instead = terminal_text_of(other, "evse_id");
        g_string_append_printf(out, ", free instead: %s", instead);
    }
    if (*pending != '\0')
        g_string_append_printf(out, ", %s on its way", pending);
    if (*problem != '\0')
        g_string_append_printf(out, ", refused: %s", problem);
}

/* What the driver can do while pile or network are away, in one sentence. */
static void append_offline(GString *out, GVariant *snapshot)
{
    static const gchar *const sentences[][2] = {
        {"ask_code", "the charging point is offline: get a code (rearchargectl code)"},
        {"type_code", "type the code at the charging point"},
        {"plug_in", "plug in"},
        {"wait_network", "nothing to do: the rest follows when the network is back"},
        {"use_panel", "no network here: use the charging point's own panel"},
        {"move_on", "no network here, and the charging point does not know this car: charge elsewhere"},
    };
    g_autoptr(GVariant) offline = dict_of(snapshot, "offline");
    g_autofree gchar *digits = offline != NULL ? terminal_text_of(offline, "digits") : g_strdup("");
    g_autofree gchar *next = offline != NULL ? terminal_text_of(offline, "next") : g_strdup("");
    g_autofree gchar *refusal = offline != NULL ? terminal_text_of(offline, "refusal") : g_strdup("");

    if (digits[0] != '\0') {
        g_autofree gchar *until = terminal_text_of(offline, "valid_until");
        g_string_append_printf(out, "Code      %s until %s\n", digits, until);
    }
    for (guint i = 0; i < G_N_ELEMENTS(sentences); i++)
        if (g_str_equal(sentences[i][0], next))
            g_string_append_printf(out, "Offline   %s%s%s%s\n", sentences[i][1],
                                   refusal[0] != '\0' ? " (" : "", refusal, refusal[0] != '\0' ? ")" : "");
}

/* "Offer     20 % off, open, until ..." and the id that accept and dismiss take. */
static void append_offers(GString *out, GVariant *snapshot)
{
    g_autoptr(GVariant) offers = g_variant_lookup_value(snapshot, "offers", G_VARIANT_TYPE("aa{sv}"));

    for (gsize i = 0; offers != NULL && i < g_variant_n_children(offers); i++) {
        g_autoptr(GVariant) offer = g_variant_get_child_value(offers, i);
        g_autofree gchar *text = terminal_text_of(offer, "text"), *state = terminal_text_of(offer, "state");
        g_autofree gchar *until = terminal_text_of(offer, "until"), *id = terminal_text_of(offer, "offer_id");

        g_string_append_printf(out, "Offer     %s, %s, until %s\n          %s\n", text, state, until, id);
    }
}

gchar *ctl_report_status(GVariant *snapshot)
{
    GString *out = g_string_new("Gear      ");
    g_autoptr(GVariant) pile = dict_of(snapshot, "pile"), order = dict_of(snapshot, "order");
    g_autoptr(GVariant) receipt = dict_of(snapshot, "receipt");
    g_autoptr(GVariant) reservation = dict_of(snapshot, "reservation");

    append_gear(out, snapshot);
    g_string_append_c(out, '\n');
    append_state(out, "Journey", snapshot, "journey_state", NULL);
    append_state(out, "Camera", snapshot, "camera_state", NULL);
    append_state(out, "Server", snapshot, "server_state", "server_problem");
    if (pile != NULL)
        append_pile(out, pile);
    if (order != NULL) {
        g_autofree gchar *id = terminal_text_of(order, "order_id");
        g_string_append(out, "Order     ");
        append_order(out, order);
        g_string_append_printf(out, "\n          %s\n", *id != '\0' ? id : "not numbered by the server yet");
    }
    if (receipt != NULL) {
        g_autofree gchar *total = money_of(receipt, "total_minor");
        g_string_append_printf(out, "Receipt   %s\n", total);
    }
    if (reservation != NULL) {
        g_string_append(out, "Reserved  ");
        append_reservation(out, reservation);
        g_string_append_c(out, '\n');
    }
    append_offers(out, snapshot);
    append_offline(out, snapshot);
    append_faults(out, snapshot);
    return g_string_free(out, FALSE);
}

gchar *ctl_report_line(GVariant *snapshot)
{
    GString *out = g_string_new(NULL);
    g_autofree gchar *journey = terminal_text_of(snapshot, "journey_state"),
                     *camera = terminal_text_of(snapshot, "camera_state");
    g_autoptr(GVariant) pile = dict_of(snapshot, "pile"), order = dict_of(snapshot, "order");
    g_autoptr(GVariant) receipt = dict_of(snapshot, "receipt");
    g_autoptr(GVariant) reservation = dict_of(snapshot, "reservation");

    g_string_append_printf(out, "%-12s gear ", journey);
    append_gear(out, snapshot);
    g_string_append_printf(out, "; camera %s", *camera != '\0' ? camera : "unknown");
    if (pile != NULL) {
        g_autofree gchar *id = terminal_text_of(pile, "evse_id");
        g_string_append_printf(out, "; pile %s", id);
    }
    if (order != NULL) {
        g_string_append(out, "; order ");
        append_order(out, order);
    }
    if (receipt != NULL) {
        g_autofree gchar *total = money_of(receipt, "total_minor");
        g_string_append_printf(out, "; receipt %s", total);
    }
    if (reservation != NULL) {
        g_string_append(out, "; reservation ");
        append_reservation(out, reservation);
    }
    return g_string_free(out, FALSE);
}

gchar *ctl_report_history(GVariant *orders)
{
    GString *out = g_string_new(NULL);
    GVariantIter iter;
    GVariant *order = NULL;

    g_variant_iter_init(&iter, orders);
    while (g_variant_iter_loop(&iter, "@a{sv}", &order)) {
        g_autofree gchar *created = terminal_text_of(order, "created_at"),
                         *id = terminal_text_of(order, "order_id");
        g_autofree gchar *evse = terminal_text_of(order, "evse_id");
        g_string_append_printf(out, "%.19s  %s  %s  ", created, id, evse);
        append_order(out, order);
        g_string_append_c(out, '\n');
    }
    if (out->len == 0)
        g_string_append(out, "no orders yet\n");
    return g_string_free(out, FALSE);
}

static void append_lines(GString *out, GVariant *receipt, const gchar *currency)
{
    g_autoptr(GVariant) lines = g_variant_lookup_value(receipt, "lines", G_VARIANT_TYPE("aa{sv}"));
    GVariantIter iter;
    GVariant *line = NULL;

    if (lines == NULL)
        return;
    g_variant_iter_init(&iter, lines);
    while (g_variant_iter_loop(&iter, "@a{sv}", &line)) {
        g_autofree gchar *type = terminal_text_of(line, "type"),
                         *cost = money_format(int_of(line, "cost_minor"), currency);
        g_string_append_printf(out, "  %-9s %14s\n", type, cost);
    }
}

gchar *ctl_report_receipt(GVariant *receipt)
{
    GString *out = g_string_new(NULL);
    g_autofree gchar *id = terminal_text_of(receipt, "receipt_id"),
                     *operator_name = terminal_text_of(receipt, "operator");
    g_autofree gchar *evse = terminal_text_of(receipt, "evse_id"),
                     *currency = terminal_text_of(receipt, "currency");
    g_autofree gchar *started = terminal_text_of(receipt, "started_at"),
                     *ended = terminal_text_of(receipt, "ended_at");
    g_autofree gchar *waived = money_of(receipt, "waived_minor"), *total = money_of(receipt, "total_minor");
    gboolean checked = FALSE;

    g_string_append_printf(out, "Receipt %s\n%s, %s\n%s to %s\n", id, operator_name, evse, started, ended);
    g_string_append_printf(out, "%.3f kWh (meter %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " Wh)\n",
                           (gdouble)int_of(receipt, "energy_wh") / 1000, int_of(receipt, "meter_start_wh"),
                           int_of(receipt, "meter_stop_wh"));
    append_lines(out, receipt, currency);
    if (int_of(receipt, "waived_minor") != 0)
        g_string_append_printf(out, "  %-9s %14s (over the agreed maximum: not charged)\n", "waived", waived);
    g_string_append_printf(out, "  %-9s %14s\n", "total", total);
    if (g_variant_lookup(receipt, "checked", "b", &checked) && !checked) {
        g_autofree gchar *difference = money_of(receipt, "difference_minor");
        g_string_append_printf(out, "The car's own calculation differs by %s.\n", difference);
    }
    return g_string_free(out, FALSE);
}

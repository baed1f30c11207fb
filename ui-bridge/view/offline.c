#include "ui-bridge/view/offline.h"

#include <string.h>

#include "ui-bridge/view/facts.h"

const gchar *offline_headline(GVariant *snapshot)
{
    static const struct {
        const gchar *state, *headline;
    } headlines[] = {
        {"code_offered", "offline_offered"}, {"code_asked", "offline_asked"},   {"code", "offline_code"},
        {"order_waits", "offline_waits"},    {"no_network", "offline_nothing"},
    };
    static const gchar *const later[] = {"charging", "settling", "done", "cancelling", "failed", NULL};
    g_autoptr(GVariant) offline = facts_dict(snapshot, "offline");

    if (offline == NULL || g_strv_contains(later, facts_text(snapshot, "journey_state")))
        return NULL;
    if (g_str_equal(facts_text(offline, "link"), "accepted"))
        return "offline_plug";
    for (guint i = 0; i < G_N_ELEMENTS(headlines); i++) {
        if (g_str_equal(headlines[i].state, facts_text(offline, "state")))
            return headlines[i].headline;
    }
    return NULL;
}

void offline_put_digits(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) offline = facts_dict(snapshot, "offline");
    gboolean shown = offline != NULL && offline_headline(snapshot) != NULL &&
                     g_str_equal(facts_text(offline, "state"), "code");
    g_auto(GStrv) groups = g_strsplit(shown ? facts_text(offline, "digits") : "", "-", 8);

    view_begin_list(view, "digits");
    for (guint i = 0; groups[i] != NULL; i++)
        json_builder_add_string_value(view->json, groups[i]);
    view_end_list(view);
}

static void put_energy(View *view, const gchar *label, gint64 energy_wh)
{
    g_autofree gchar *kilo = facts_kilo(energy_wh);
    g_autofree gchar *text = g_strdup_printf("%s kWh", kilo);

    cards_put_row(view, label, energy_wh > 0 ? text : "", "");
}

static void put_until(View *view, const gchar *label, GVariant *offline, const gchar *key)
{
    const gchar *time = facts_text(offline, key);
    g_autofree gchar *text =
        facts_time_ms(offline, key) >= 0 ? g_strdup_printf("%.10s %.5s UTC", time, time + 11) : g_strdup("");

    cards_put_row(view, label, text, "");
}

void offline_put_card(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) offline = facts_dict(snapshot, "offline");
    const gchar *refusal = NULL;

    if (offline == NULL || offline_headline(snapshot) == NULL)
        return;
    refusal = facts_text(offline, "refusal");
    view_begin(view, NULL);
    view_put(view, "id", "offline");
    view_put(view, "title", words_label(view->language, "offline"));
    view_begin_list(view, "rows");
    cards_put_row(view, "next", view_say(view, "next", facts_text(offline, "next")), "");
    cards_put_row(view, "number", facts_text(offline, "evse_id"), "");
    put_until(view, "valid_until", offline, "valid_until");
    put_energy(view, "up_to_energy", facts_number(offline, "max_energy_wh"));
    cards_put_row(view, "handed", view_say(view, "handed", facts_text(offline, "handed")), "");
    cards_put_row(view, "link", view_say(view, "pile_link", facts_text(offline, "link")), "");
    cards_put_row(view, "", refusal[0] != '\0' ? view_say(view, "refusal", refusal) : "", "attention");
    if (facts_flag(offline, "voucher")) {
        put_until(view, "voucher_until", offline, "voucher_until");
        put_energy(view, "voucher_energy", facts_number(offline, "voucher_energy_wh"));
    }
    view_end_list(view);
    view_end(view);
}

/* What the driver reads for what the daemon says. */
#include "ui-bridge/view/view.h"

#include <criterion/criterion.h>
#include <json-glib/json-glib.h>
#include <string.h>

static GVariant *snapshot_of(const gchar *text)
{
    g_autoptr(GError) error = NULL;
    GVariant *snapshot = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

    cr_assert_not_null(snapshot, "%s", error != NULL ? error->message : "");
    return snapshot;
}

static JsonNode *view_of(const gchar *text, WordsLanguage language)
{
    g_autoptr(GVariant) snapshot = text != NULL ? snapshot_of(text) : NULL;
    g_autofree gchar *json = view_print(snapshot, language);
    JsonNode *root = json_from_string(json, NULL);

    cr_assert_not_null(root, "%s", json);
    cr_expect_null(strchr(json, '\n'), "one line, for one event");
    return root;
}

static const gchar *text(JsonNode *view, const gchar *name)
{
    return json_object_get_string_member_with_default(json_node_get_object(view), name, "(absent)");
}

/* Returns: (nullable): the card @id */
static JsonObject *card(JsonNode *view, const gchar *id)
{
    JsonArray *cards = json_object_get_array_member(json_node_get_object(view), "cards");

    for (guint i = 0; i < json_array_get_length(cards); i++) {
        JsonObject *each = json_array_get_object_element(cards, i);
        if (g_str_equal(json_object_get_string_member(each, "id"), id))
            return each;
    }
    return NULL;
}

/* Returns: "value" of the row @label of the card @id; "(no ...)" otherwise */
static const gchar *row(JsonNode *view, const gchar *id, const gchar *label)
{
    JsonObject *found = card(view, id);
    JsonArray *rows = found != NULL ? json_object_get_array_member(found, "rows") : NULL;

    if (rows == NULL)
        return "(no card)";
    for (guint i = 0; i < json_array_get_length(rows); i++) {
        JsonObject *each = json_array_get_object_element(rows, i);
        if (g_str_equal(json_object_get_string_member(each, "label"), label))
            return json_object_get_string_member(each, "value");
    }
    return "(no row)";
}

/* Returns: "value" of row @n of the card @id */
static const gchar *nth(JsonNode *view, const gchar *id, guint n)
{
    JsonArray *rows = json_object_get_array_member(card(view, id), "rows");

    return json_object_get_string_member(json_array_get_object_element(rows, n), "value");
}

Test(view, without_a_daemon_it_says_so)
{
    g_autoptr(JsonNode) english = view_of(NULL, WORDS_ENGLISH);
    g_autoptr(JsonNode) chinese = view_of(NULL, WORDS_CHINESE);

    cr_expect_str_eq(text(english, "headline"), "RearCharge is not running");
    cr_expect_str_eq(text(english, "tone"), "bad");
    cr_expect_str_eq(text(chinese, "headline"), "RearCharge 未运行");
    cr_expect_str_eq(text(chinese, "language"), "zh");
    cr_expect(json_object_get_null_member(json_node_get_object(english), "state"));
}

Test(view, shows_a_found_pile_with_price_and_trust)
{
    g_autoptr(JsonNode) view = view_of(
        "{'journey_state':<'offered'>,'gear':<'R'>,'driving_state':<'moving'>,'pile':<{'evse_id':<'DE*ABC*E1*"
        "1'>,"
        "'location':<'Town "
        "Hall'>,'trust':<'dynamic'>,'bay':<'free'>,'status':<'AVAILABLE'>,'currency':<'EUR'>,"
        "'per_kwh':<0.4975>,'flat':<1.0>,'per_hour':<0.0>,'max_power_w':<int64 50000>,'power_type':<'DC'>,"
        "'why_not':<'NotStandingStill'>}>}",
        WORDS_ENGLISH);

    cr_expect_str_eq(text(view, "headline"), "You can charge here");
    cr_expect_str_eq(row(view, "pile", "Price"), "0.4975 EUR per kWh + 1.00 EUR to start");
    cr_expect_str_eq(row(view, "pile", "Trust"), "live code");
    cr_expect_str_eq(row(view, "pile", "Place"), "Town Hall");
    cr_expect_str_eq(row(view, "pile", "Power"), "DC up to 50.0 kW");
    cr_expect_str_eq(row(view, "pile", ""), "Stop the car first.");
    cr_expect_str_eq(row(view, "car", "Gear"), "R · reverse");
    cr_expect_null(card(view, "order"));
    cr_expect_null(card(view, "faults"));
}

Test(view, shows_a_running_charge_live)
{
    g_autoptr(JsonNode) view = view_of(
        "{'journey_state':<'charging'>,'order':<{'state':<'charging'>,'energy_wh':<int64 "
        "12345>,'power_w':<int64 48250>,"
        "'soc_percent':<63.5>,'cost_minor':<int64 605>,'currency':<'EUR'>,'max_cost_minor':<int64 5000>}>}",
        WORDS_ENGLISH);

    cr_expect_str_eq(row(view, "order", "Energy"), "12.3 kWh");
    cr_expect_str_eq(row(view, "order", "Power"), "48.2 kW");
    cr_expect_str_eq(row(view, "order", "Battery"), "63 %");
    cr_expect_str_eq(row(view, "order", "Cost"), "6.05 EUR");
    cr_expect_str_eq(row(view, "order", "At most"), "50.00 EUR");
    cr_expect_float_eq(json_object_get_double_member(card(view, "order"), "percent"), 63.5, 1e-9);
}

Test(view, shows_the_receipt_and_whether_it_adds_up)
{
    const gchar *body =
        "{'journey_state':<'done'>,'receipt':<{'energy_wh':<int64 20000>,'duration_s':<int64 3725>,"
        "'lines':<[{'type':<'ENERGY'>,'cost_minor':<int64 980>},{'type':<'FLAT'>,'cost_minor':<int64 100>}]>,"
        "'waived_minor':<int64 80>,'total_minor':<int64 1000>,'currency':<'EUR'>,";
    g_autofree gchar *good = g_strconcat(body, "'checked':<true>,'difference_minor':<int64 0>}>}", NULL);
    g_autofree gchar *bad = g_strconcat(body, "'checked':<false>,'difference_minor':<int64 3>}>}", NULL);
    g_autoptr(JsonNode) agrees = view_of(good, WORDS_ENGLISH);
    g_autoptr(JsonNode) differs = view_of(bad, WORDS_ENGLISH);

    cr_expect_str_eq(row(agrees, "receipt", "Duration"), "1:02:05");
    cr_expect_str_eq(row(agrees, "receipt", "Energy"), "20.0 kWh");
    cr_expect_str_eq(row(agrees, "receipt", "Start fee"), "1.00 EUR");
    cr_expect_str_eq(row(agrees, "receipt", "Not charged"), "-0.80 EUR");
    cr_expect_str_eq(row(agrees, "receipt", "Total"), "10.00 EUR");
    cr_expect_str_eq(row(agrees, "receipt", "Check"), "agrees with our own calculation");
    cr_expect_str_eq(row(differs, "receipt", "Check"), "differs from our own calculation by 0.03 EUR");
}

Test(view, says_what_does_not_work_and_why)
{
    g_autoptr(JsonNode) view =
        view_of("{'journey_state':<'idle'>,'faults':<['gear','server']>,'gear_problem':<'no owner'>,"
                "'notice':<'pile_rejected'>}",
                WORDS_ENGLISH);

    cr_expect_eq(json_array_get_length(json_object_get_array_member(card(view, "faults"), "rows")), 4);
    cr_expect_str_eq(nth(view, "faults", 0), "The charging point refused.");
    cr_expect_str_eq(nth(view, "faults", 1), "The gear signal is missing.");
    cr_expect_str_eq(nth(view, "faults", 2), "no owner");
    cr_expect_str_eq(nth(view, "faults", 3), "The charging service cannot be reached.");
}

Test(view, words_of_a_newer_daemon_are_shown_as_they_are_and_wrong_types_are_absent)
{
    g_autoptr(JsonNode) view =
        view_of("{'journey_state':<'levitating'>,'gear':<int64 7>,'pile':<'x'>,'order':<@a{sv} {}>,"
                "'faults':<['wings']>,'receipt':<{'lines':<'x'>,'total_minor':<'x'>}>}",
                WORDS_CHINESE);

    cr_expect_str_eq(text(view, "headline"), "levitating");
    cr_expect_str_eq(text(view, "advice"), "");
    cr_expect_str_eq(row(view, "faults", ""), "wings");
    cr_expect_null(card(view, "pile"));
    cr_expect_null(card(view, "order"));
}

Test(view, carries_the_whole_state_for_programs)
{
    g_autoptr(JsonNode) view =
        view_of("{'journey_state':<'idle'>,'speed_kmh':<-1.0>,'faults':<@as []>}", WORDS_ENGLISH);
    JsonObject *state = json_object_get_object_member(json_node_get_object(view), "state");

    cr_expect_str_eq(json_object_get_string_member(state, "journey_state"), "idle");
    cr_expect_float_eq(json_object_get_double_member(state, "speed_kmh"), -1, 0);
}

Test(view, text_from_outside_stays_text)
{
    g_autoptr(JsonNode) view = view_of("{'pile':<{'location':<'<b>\"x\"</b>'>}>}", WORDS_ENGLISH);

    cr_expect_str_eq(row(view, "pile", "Place"), "<b>\"x\"</b>");
}

Test(words, every_state_of_the_journey_has_a_headline_and_advice_in_both_languages)
{
    const gchar *states[] = {"idle",     "scanning", "looking_up", "offered", "ordering", "waiting_plug",
                             "charging", "settling", "cancelling", "done",    "failed",   "absent"};

    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        for (WordsLanguage language = 0; language < WORDS_N_LANGUAGES; language++) {
            cr_expect_not_null(words_find(language, "state", states[i]), "%s", states[i]);
            cr_expect_not_null(words_find(language, "advice", states[i]), "%s", states[i]);
        }
        cr_expect_str_neq(words_find(WORDS_ENGLISH, "state", states[i]),
                          words_find(WORDS_CHINESE, "state", states[i]));
    }
    cr_expect_eq(words_language_from("zh-CN"), WORDS_CHINESE);
    cr_expect_eq(words_language_from("de"), WORDS_ENGLISH);
    cr_expect_eq(words_language_from(NULL), WORDS_ENGLISH);
}

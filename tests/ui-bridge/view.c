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
    ViewInput input = {.snapshot = snapshot, .now_ms = 1800000000000};
    g_autofree gchar *json = view_print(&input, language);
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

#define PARKED "'gear':<'P'>,'driving_state':<'parked'>,"

/* Returns: "name" of the one thing to touch; "" for none */
static const gchar *action(JsonNode *view)
{
    JsonObject *root = json_node_get_object(view);

    if (json_object_get_null_member(root, "action"))
        return "";
    return json_object_get_string_member(json_object_get_object_member(root, "action"), "name");
}

/* Returns: @name of tile @n of the running charge */
static const gchar *tile(JsonNode *view, guint n, const gchar *name)
{
    JsonObject *live = json_object_get_object_member(json_node_get_object(view), "live");

    return json_object_get_string_member(
        json_array_get_object_element(json_object_get_array_member(live, "tiles"), n), name);
}

static const gchar *notice(JsonNode *view, guint n, const gchar *name)
{
    JsonArray *notices = json_object_get_array_member(json_node_get_object(view), "notices");

    return json_object_get_string_member(json_array_get_object_element(notices, n), name);
}

Test(view, shows_a_found_pile_with_all_parts_of_its_price_and_why_it_is_trusted)
{
    g_autoptr(JsonNode) view = view_of(
        "{'journey_state':<'offered'>," PARKED "'pile':<{'evse_id':<'DE*ABC*E1*1'>,'location':<'Town Hall'>,"
        "'trust':<'dynamic'>,'bay':<'free'>,'status':<'AVAILABLE'>,'currency':<'EUR'>,'per_kwh':<0.4975>,"
        "'flat':<1.0>,'per_hour':<0.0>,'max_power_w':<int64 50000>,'power_type':<'DC'>,"
        "'connector':<'IEC_62196_T2_COMBO'>,'why_not':<'NotOffered'>}>}",
        WORDS_ENGLISH);

    cr_expect_str_eq(text(view, "headline"), "You can charge here");
    cr_expect_str_eq(text(view, "screen"), "parked");
    cr_expect_str_eq(row(view, "pile", "Per kWh"), "0.4975 EUR");
    cr_expect_str_eq(row(view, "pile", "To start"), "1.00 EUR");
    cr_expect_str_eq(row(view, "pile", "Per hour"), "(no row)");
    cr_expect_str_eq(row(view, "pile", "Trust"), "live code");
    cr_expect_str_eq(row(view, "pile", ""), "The charger made this code just now; a copy would be old.");
    cr_expect_str_eq(row(view, "pile", "Place"), "Town Hall");
    cr_expect_str_eq(row(view, "pile", "Connector"), "CCS 2");
    cr_expect_str_eq(row(view, "pile", "Power"), "DC up to 50.0 kW");
    cr_expect_str_eq(action(view), "");
    cr_expect_null(card(view, "order"));
}

Test(view, a_free_pile_says_so)
{
    g_autoptr(JsonNode) view =
        view_of("{'journey_state':<'offered'>," PARKED "'pile':<{'currency':<'EUR'>}>}", WORDS_ENGLISH);

    cr_expect_str_eq(row(view, "pile", "Price"), "free of charge");
}

Test(view, reversing_shows_a_badge_and_the_outline_but_nothing_to_read_or_touch)
{
    g_autoptr(JsonNode) view = view_of(
        "{'journey_state':<'offered'>,'gear':<'R'>,'driving_state':<'reversing'>,'pile':<{'can_order':<true>,"
        "'currency':<'EUR'>,'per_kwh':<0.49>,'trust':<'registered'>}>,'code':<{'quad_px':<[1.0,2.0,3.0,4.0,5."
        "0,6.0,7.0,"
        "8.5]>,'width_px':<uint32 640>,'height_px':<uint32 360>}>}",
        WORDS_ENGLISH);
    JsonObject *root = json_node_get_object(view);
    JsonObject *badge = json_object_get_object_member(root, "badge");

    cr_expect_str_eq(text(view, "screen"), "reversing");
    cr_expect_str_eq(json_object_get_string_member(badge, "text"), "Charger found");
    cr_expect_str_eq(json_object_get_string_member(badge, "price"), "0.49 EUR/kWh");
    cr_expect_str_eq(json_object_get_string_member(json_object_get_object_member(root, "code"), "points"),
                     "1.0,2.0 3.0,4.0 5.0,6.0 7.0,8.5");
    cr_expect_eq(json_array_get_length(json_object_get_array_member(root, "cards")), 0);
    cr_expect_str_eq(action(view), "");
}

Test(view, an_outline_that_is_none_is_absent)
{
    g_autoptr(JsonNode) view =
        view_of("{'gear':<'R'>,'code':<{'quad_px':<[1.0,2.0]>,'width_px':<uint32 640>}>}", WORDS_ENGLISH);

    cr_expect(json_object_get_null_member(json_node_get_object(view), "code"));
}

Test(view, a_broken_camera_is_said_where_the_driver_looks)
{
    g_autoptr(JsonNode) view =
        view_of("{'gear':<'R'>,'driving_state':<'reversing'>,'camera_state':<'frozen'>}", WORDS_ENGLISH);
    JsonObject *badge = json_object_get_object_member(json_node_get_object(view), "badge");

    cr_expect_str_eq(json_object_get_string_member(badge, "text"), "Camera picture is frozen");
}

Test(view, only_p_may_order_or_set_anything)
{
    const gchar *pile = "'journey_state':<'offered'>,'pile':<{'can_order':<true>}>";
    const struct {
        const gchar *car, *action;
        gboolean settable;
    } rows[] = {
        {"'gear':<'P'>,'driving_state':<'parked'>", "order", TRUE},
        {"'gear':<'D'>,'driving_state':<'parked'>", "", FALSE},
        {"'gear':<'N'>,'driving_state':<'idling'>", "", FALSE},
        {"'gear':<'D'>,'driving_state':<'moving'>", "", FALSE},
        {"'gear':<'R'>,'driving_state':<'reversing'>", "", FALSE},
        {"'gear':<'P'>,'driving_state':<'moving'>", "", FALSE}, /* rolling */
        {"'gear':<''>,'driving_state':<'unknown'>", "", FALSE},
        {"'gear':<''>", "", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *snapshot = g_strdup_printf("{%s,%s}", rows[i].car, pile);
        g_autoptr(JsonNode) view = view_of(snapshot, WORDS_ENGLISH);

        cr_expect_str_eq(action(view), rows[i].action, "%s", rows[i].car);
        cr_expect_eq(json_object_get_boolean_member(json_node_get_object(view), "settable"), rows[i].settable,
                     "%s", rows[i].car);
    }
}

Test(view, each_state_of_the_journey_has_its_one_action)
{
    const struct {
        const gchar *state, *action;
    } rows[] = {{"idle", ""},           {"scanning", ""},           {"looking_up", ""},
                {"ordering", "cancel"}, {"waiting_plug", "cancel"}, {"charging", "stop"},
                {"cancelling", ""},     {"settling", ""},           {"done", "receipt"},
                {"failed", "dismiss"}};

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *snapshot = g_strdup_printf("{" PARKED "'journey_state':<'%s'>}", rows[i].state);
        g_autoptr(JsonNode) view = view_of(snapshot, WORDS_ENGLISH);

        cr_expect_str_eq(action(view), rows[i].action, "%s", rows[i].state);
    }
}

Test(view, without_consent_the_action_is_to_set_the_limit)
{
    g_autoptr(JsonNode) view = view_of(
        "{" PARKED "'journey_state':<'offered'>,'pile':<{'can_order':<false>,'why_not':<'NoConsent'>}>}",
        WORDS_ENGLISH);

    cr_expect_str_eq(action(view), "limits");
}

Test(view, shows_a_running_charge_live)
{
    g_autoptr(JsonNode) view = view_of(
        "{'journey_state':<'charging'>," PARKED
        "'order':<{'order_id':<'o'>,'state':<'charging'>,'energy_wh':<int64 "
        "12345>,'power_w':<int64 48250>,'soc_percent':<63.5>,'cost_minor':<int64 605>,'currency':<'EUR'>,"
        "'started_at':<'2027-01-15T07:00:00.000Z'>,'max_cost_minor':<int64 5000>}>}",
        WORDS_ENGLISH);
    JsonObject *live = json_object_get_object_member(json_node_get_object(view), "live");

    cr_expect_str_eq(tile(view, 0, "value"), "48.2");
    cr_expect_str_eq(tile(view, 0, "unit"), "kW");
    cr_expect_str_eq(tile(view, 1, "value"), "12.3");
    cr_expect_str_eq(tile(view, 2, "value"), "6.05");
    cr_expect_str_eq(tile(view, 2, "unit"), "EUR");
    cr_expect_str_eq(tile(view, 3, "value"), "1:00:00");
    cr_expect_str_eq(tile(view, 4, "value"), "50.00");
    cr_expect_eq(json_object_get_int_member(live, "percent"), 63);
}

static GVariant *charging(gint64 energy_wh, gdouble percent)
{
    g_autofree gchar *given = g_strdup_printf(
        "{'journey_state':<'charging'>," PARKED "'order':<{'order_id':<'o'>,'state':<'charging'>,"
        "'energy_wh':<int64 %" G_GINT64_FORMAT
        ">,'power_w':<int64 30000>,'soc_percent':<%.1f>,'currency':<'EUR'>}>}",
        energy_wh, percent);

    return snapshot_of(given);
}

Test(view, learns_from_the_charge_how_long_it_still_takes)
{
    Curve curve = {0};
    g_autoptr(GVariant) early = charging(0, 20);
    g_autoptr(GVariant) late = charging(6000, 30); /* 600 Wh a percent: 42 kWh to go, at 30 kW */
    ViewInput input = {.snapshot = early, .curve = &curve};
    g_autofree gchar *unknown = NULL, *known = NULL;

    curve_follow(&curve, early, 0);
    unknown = view_print(&input, WORDS_ENGLISH);
    cr_expect_null(strstr(unknown, "Until full"), "nothing charged yet, nothing learnt: %s", unknown);
    curve_follow(&curve, late, 720000);
    input.snapshot = late;
    known = view_print(&input, WORDS_ENGLISH);
    cr_expect_not_null(strstr(known, "\"Until full, about\",\"value\":\"1:24\",\"unit\":\"h\""), "%s", known);
}

Test(view, shows_the_receipt_and_whether_it_adds_up)
{
    const gchar *body =
        "{'journey_state':<'done'>," PARKED "'receipt':<{'energy_wh':<int64 20000>,'duration_s':<int64 3725>,"
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

Test(view, says_what_does_not_work_and_what_to_do)
{
    g_autoptr(JsonNode) view = view_of("{'journey_state':<'idle'>," PARKED "'faults':<['gear','server']>,"
                                       "'gear_problem':<'no owner'>,'notice':<'pile_rejected'>}",
                                       WORDS_ENGLISH);

    cr_expect_str_eq(notice(view, 0, "text"), "The charging point refused.");
    cr_expect_str_eq(notice(view, 0, "todo"), "Try another charger, or ask its operator.");
    cr_expect_str_eq(notice(view, 1, "text"), "The gear signal is missing.");
    cr_expect_str_eq(notice(view, 1, "detail"), "no owner");
    cr_expect_str_eq(notice(view, 2, "text"), "The charging service cannot be reached.");
}

Test(view, words_of_a_newer_daemon_are_shown_as_they_are_and_wrong_types_are_absent)
{
    g_autoptr(JsonNode) view =
        view_of("{'journey_state':<'levitating'>,'gear':<int64 7>,'pile':<'x'>,'order':<@a{sv} {}>,"
                "'faults':<['wings']>,'receipt':<{'lines':<'x'>,'total_minor':<'x'>}>}",
                WORDS_CHINESE);

    cr_expect_str_eq(text(view, "headline"), "levitating");
    cr_expect_str_eq(text(view, "advice"), "");
    cr_expect_str_eq(notice(view, 0, "text"), "wings");
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
    g_autoptr(JsonNode) view = view_of("{" PARKED "'pile':<{'location':<'<b>\"x\"</b>'>}>}", WORDS_ENGLISH);

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

Test(words, every_error_of_the_bus_has_words_in_both_languages)
{
    const gchar *errors[] = {"Failed", "NotOffered",        "NotStandingStill", "NoConsent", "NotFound",
                             "Busy",   "CameraUnavailable", "InvalidValue",     "Storage",   "NoDaemon"};

    for (guint i = 0; i < G_N_ELEMENTS(errors); i++) {
        cr_expect_not_null(words_find(WORDS_ENGLISH, "error", errors[i]), "%s", errors[i]);
        cr_expect_not_null(words_find(WORDS_CHINESE, "error", errors[i]), "%s", errors[i]);
    }
}

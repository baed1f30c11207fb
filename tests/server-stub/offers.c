/* What is offered, to whom, where, and how often. */
#include "protocol/json_gate.h"
#include "server-stub/model/news_limit.h"
#include "server-stub/model/offer_rule.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT(1790000000000)
#define MINUTE (60 * G_GINT64_CONSTANT(1000))
#define HOUR (60 * MINUTE)

static const ApiPosition depot = {TRUE, 52.5, 13.4}, near = {TRUE, 52.51, 13.4}, far = {TRUE, 53.5, 13.4};

static gboolean read_terms(const gchar *text, OfferTerms *terms, gchar **complaint)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;
    gboolean ok;

    cr_assert_not_null(object, "%s", text);
    ok = offer_terms_read(object, NOW, terms, &error) && offer_terms_check_new(terms, NOW, &error);
    if (complaint != NULL)
        *complaint = g_strdup(ok ? "" : error->message);
    return ok;
}

#define TERMS(text, place, rest)                                                                             \
    "{\"text\":\"" text "\",\"until\":\"2026-09-23T00:00:00Z\"," place "," rest "}"
#define PLACE "\"place\":{\"latitude\":52.5,\"longitude\":13.4,\"radius_m\":300}"
#define PRICE "\"discount_percent\":20"

Test(offer_terms, survive_being_written_and_read)
{
    OfferTerms terms, again;
    g_autoptr(JsonObject) object = json_object_new();

    cr_assert(read_terms(
        TERMS("20 % off", PLACE, PRICE ",\"audience\":[\"car-1\"],\"single_use\":true,\"max_accepts\":3"),
        &terms, NULL));
    offer_terms_write(&terms, object);
    cr_assert(offer_terms_read(object, NOW, &again, NULL));
    cr_expect_eq(memcmp(&terms, &again, sizeof terms), 0);
    cr_expect_eq(terms.from_ms, NOW);
}

Test(offer_terms, that_are_wrong_say_which_field)
{
    static const struct {
        const gchar *text, *field;
    } wrong[] = {
        {TERMS("<b>free</b>", PLACE, PRICE), "text"},
        {TERMS("right \\u202eleft", PLACE, PRICE), "text"},
        {TERMS("see https://x", PLACE, PRICE), "text"},
        {TERMS("x", PLACE, PRICE ",\"tariff_id\":\"night\""), "discount_percent"},
        {TERMS("x", PLACE, "\"single_use\":true"), "discount_percent"},
        {TERMS("x", PLACE ",\"station_ids\":[\"P\"]", PRICE), "place"},
        {TERMS("x", "\"single_use\":true", PRICE), "place"},
        {TERMS("x", "\"station_ids\":[\"P 1\"]", PRICE), "station_ids"},
        {TERMS("x", PLACE, PRICE ",\"from\":\"2026-09-24T00:00:00Z\""), "until"},
        {"{\"text\":\"x\",\"until\":\"2026-09-01T00:00:00Z\"," PLACE "," PRICE "}", "until"},
        {"{\"text\":\"x\",\"until\":\"2126-09-01T00:00:00Z\"," PLACE "," PRICE "}", "until"},
        {TERMS("x", PLACE, "\"discount_percent\":101"), "discount_percent"},
    };
    OfferTerms terms;

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree gchar *complaint = NULL;

        cr_expect_not(read_terms(wrong[i].text, &terms, &complaint), "%s", wrong[i].text);
        cr_expect(g_str_has_prefix(complaint, wrong[i].field), "%s: %s", wrong[i].field, complaint);
    }
}

Test(offer_terms, open_in_their_window_until_withdrawn)
{
    const OfferTerms terms = {.from_ms = NOW, .until_ms = NOW + HOUR};

    cr_expect_str_eq(offer_terms_state(&terms, 0, NOW - 1), "planned");
    cr_expect_str_eq(offer_terms_state(&terms, 0, NOW), "open");
    cr_expect_str_eq(offer_terms_state(&terms, 0, NOW + HOUR), "expired");
    cr_expect_str_eq(offer_terms_state(&terms, NOW + 1, NOW + 2), "withdrawn");
    cr_expect_not(offer_terms_is_open(&terms, 0, NOW + HOUR));
}

Test(offer_terms, concern_who_subscribed_and_is_near)
{
    OfferTerms area = {.place = depot, .radius_m = 300};
    OfferTerms point = {.place = depot, .radius_m = 2000, .evse_key = "DEABCE1"};
    Subscription wants = {NEWS_OFFER, 1000, near}, other = {NEWS_BAY, 5000, near},
                 away = {NEWS_OFFER, 5000, far}, nowhere = {NEWS_OFFER, 5000, {0}};
    gint64 distance_m = 0;

    wants.position.latitude_deg = 52.511; /* 1,223 m: within 1,000 m of the circle's edge */
    cr_expect(offer_terms_concern(&area, "car-1", &wants, &depot, 1, &distance_m));
    cr_expect(ABS(distance_m - 1223) < 5);
    cr_expect_not(offer_terms_concern(&point, "car-1", &wants, &depot, 1, &distance_m),
                  "one point is as far as it is");
    wants.radius_m = 5000;
    cr_expect(offer_terms_concern(&point, "car-1", &wants, &depot, 1, &distance_m));
    point.radius_m = 1000;
    cr_expect_not(offer_terms_concern(&point, "car-1", &wants, &depot, 1, &distance_m),
                  "beyond the operator's radius");
    cr_expect_not(offer_terms_concern(&area, "car-1", &other, &depot, 1, &distance_m));
    cr_expect_not(offer_terms_concern(&area, "car-1", &away, &depot, 1, &distance_m));
    cr_expect_not(offer_terms_concern(&area, "car-1", &nowhere, &depot, 1, &distance_m));
    area.n_audience = 1;
    g_strlcpy(area.audience[0], "car-2", sizeof area.audience[0]);
    cr_expect_not(offer_terms_concern(&area, "car-1", &wants, &depot, 1, &distance_m));
    cr_expect(offer_terms_concern(&area, "car-2", &wants, &depot, 1, &distance_m));
}

Test(offer_terms, cover_the_points_they_name)
{
    OfferTerms area = {.place = depot, .radius_m = 300}, stations = {.n_stations = 1},
               point = {.place = depot, .radius_m = 300, .evse_key = "DEABCE1"};

    g_strlcpy(stations.station_ids[0], "PILE1", sizeof stations.station_ids[0]);
    cr_expect(offer_terms_cover(&area, "DEABCE9", "PILE9", &depot));
    cr_expect_not(offer_terms_cover(&area, "DEABCE9", "PILE9", &near));
    cr_expect(offer_terms_cover(&stations, "DEABCE9", "PILE1", &far));
    cr_expect_not(offer_terms_cover(&stations, "DEABCE9", "PILE2", &depot));
    cr_expect(offer_terms_cover(&point, "DEABCE1", "PILE1", &far));
    cr_expect_not(offer_terms_cover(&point, "DEABCE2", "PILE1", &depot));
}

static OfferRule rule_of(gint64 max_per_day)
{
    return (OfferRule){.text = "x",
                       .idle_ms = 30 * MINUTE,
                       .valid_ms = HOUR,
                       .max_per_day = max_per_day,
                       .radius_m = 2000,
                       .discount_percent = 20,
                       .enabled = TRUE};
}

Test(offer_rule, makes_an_offer_when_the_point_was_idle_long_enough)
{
    OfferRule rule = rule_of(2);

    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW, NULL, 0, FALSE), NOW + 30 * MINUTE);
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", 0, NULL, 0, FALSE), G_MAXINT64, "not idle");
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW, NULL, 0, TRUE), G_MAXINT64, "one is open there");
    rule.enabled = FALSE;
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW, NULL, 0, FALSE), G_MAXINT64);
}

Test(offer_rule, makes_no_more_than_so_many_a_day)
{
    OfferRule rule = rule_of(2);
    const gint64 made[] = {NOW - 20 * HOUR, NOW - 10 * HOUR, NOW - HOUR};

    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW - HOUR, made, 1, FALSE), NOW - HOUR + 30 * MINUTE);
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW - HOUR, made, 2, FALSE), made[0] + 24 * HOUR);
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW - HOUR, made, 3, FALSE), made[1] + 24 * HOUR);
}

Test(offer_rule, keeps_to_its_stations)
{
    OfferRule rule = rule_of(1);

    rule.n_stations = 1;
    g_strlcpy(rule.station_ids[0], "PILE1", sizeof rule.station_ids[0]);
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE1", NOW, NULL, 0, FALSE), NOW + 30 * MINUTE);
    cr_expect_eq(offer_rule_due_ms(&rule, "PILE2", NOW, NULL, 0, FALSE), G_MAXINT64);
}

Test(offer_rule, a_pile_that_is_away_is_neither_idle_nor_busy)
{
    const EvseFacts idle = {
        .reachable = TRUE, .connector = CONNECTOR_AVAILABLE, .bay_sensor = BAY_SENSOR_FREE};
    EvseFacts facts = idle;

    cr_expect_eq(offer_rule_idleness(&facts), EVSE_IDLE);
    facts.bay_sensor = BAY_SENSOR_OCCUPIED;
    cr_expect_eq(offer_rule_idleness(&facts), EVSE_BUSY, "a car stands in the bay");
    facts = idle;
    facts.reachable = FALSE;
    cr_expect_eq(offer_rule_idleness(&facts), EVSE_UNSEEN);
    facts.open_transaction = TRUE;
    cr_expect_eq(offer_rule_idleness(&facts), EVSE_BUSY);
    facts = idle;
    facts.connector = CONNECTOR_OCCUPIED;
    cr_expect_eq(offer_rule_idleness(&facts), EVSE_BUSY);
    facts.connector = CONNECTOR_RESERVED;
    cr_expect_eq(offer_rule_idleness(&facts), EVSE_BUSY);
}

Test(offer_rule, survives_being_written_and_read)
{
    const gchar *text =
        "{\"text\":\"Now 20 % off\",\"idle_minutes\":30,\"max_per_day\":2,\"valid_minutes\":60,"
        "\"radius_m\":2000,\"discount_percent\":20}";
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), NULL);
    g_autoptr(JsonObject) written = json_object_new();
    OfferRule rule, again;

    cr_assert(offer_rule_read(object, &rule, NULL));
    cr_expect_eq(rule.max_accepts, 1);
    cr_expect(rule.single_use && rule.enabled);
    offer_rule_write(&rule, written);
    cr_assert(offer_rule_read(written, &again, NULL));
    cr_expect_eq(memcmp(&rule, &again, sizeof rule), 0);
}

Test(news_limit, four_an_hour_and_twelve_a_day)
{
    gint64 told[12];

    for (guint i = 0; i < 12; i++)
        told[i] = NOW - (gint64)i * MINUTE;
    cr_expect_eq(news_limit_next_ms(told, 0, NOW), NOW);
    cr_expect_eq(news_limit_next_ms(told, 3, NOW), NOW);
    cr_expect_eq(news_limit_next_ms(told, 4, NOW), told[3] + HOUR);
    cr_expect_eq(news_limit_next_ms(told, 12, NOW), told[11] + 24 * HOUR);
}

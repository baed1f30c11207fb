/* Which price an offer makes, and what an operator may write, change and take back. */
#include "tests/server-stub/office.h"

#include "server-stub/store/people_rows.h"

/* @price: "discount_percent":N or "tariff_id":".."; an hour at PILE1 from now on. (transfer full): JSON */
static gchar *offer_at(Office *o, const gchar *text, const gchar *price)
{
    g_autoptr(GDateTime) until = g_date_time_new_from_unix_utc((o->world->now_ms + 60 * MINUTE) / 1000);
    g_autofree gchar *time = g_date_time_format(until, "%Y-%m-%dT%H:%M:%SZ");

    return g_strdup_printf("{\"text\":\"%s\",\"until\":\"%s\",\"station_ids\":[\"PILE1\"],%s}", text, time,
                           price);
}

static gchar *accepted(Office *o, const gchar *text, const gchar *price)
{
    g_autofree gchar *json = offer_at(o, text, price);
    gchar *id = make(o, OFFER_DESK_OFFERS, json);
    const gchar *code;

    cr_assert(accept_offer(o, "car-1", id, &code), "%s: %s", text, code);
    return id;
}

Test(offers, of_two_that_hold_the_driver_gets_the_cheaper)
{
    g_autoptr(Office) o = office_new();
    const Tariff night = {.id = "night", .currency = "EUR", .energy_micro_per_kwh = 200000};
    const Tariff francs = {.id = "francs", .currency = "CHF", .energy_micro_per_kwh = 1000};
    g_autofree gchar *percent = NULL, *tariff = NULL, *less = NULL, *abroad = NULL;
    ScanAnswer answer;

    cr_assert(store_tariff_set(o->world->store, &night, NULL));
    cr_assert(store_tariff_set(o->world->store, &francs, NULL));
    subscribe(o, "car-1", NEWS_OFFER);
    percent = accepted(o, "a fifth off", "\"discount_percent\":20");
    cr_expect_str_eq(scan_pile1(o, "car-1").offer.offer_id, percent);
    tariff = accepted(o, "night price", "\"tariff_id\":\"night\"");
    answer = scan_pile1(o, "car-1");
    cr_expect_str_eq(answer.offer.offer_id, tariff);
    cr_expect_eq(answer.tariff.energy_micro_per_kwh, 200000);
    less = accepted(o, "a tenth off", "\"discount_percent\":10");
    cr_expect_str_eq(scan_pile1(o, "car-1").offer.offer_id, tariff,
                     "a later one that is dearer changes nothing");
    abroad = accepted(o, "in francs", "\"tariff_id\":\"francs\"");
    cr_expect_str_eq(scan_pile1(o, "car-1").offer.offer_id, tariff,
                     "a price in another currency cannot be promised");
}

/* What the operator is told about @text: "" when it is taken. */
static const gchar *refusal(Office *o, OfferDeskKind kind, const gchar *id, const gchar *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = try_write(o, kind, id, text, &error);

    return node != NULL ? "" : desk_error_code(error);
}

static guint n_listed(Office *o, OfferDeskKind kind)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = offer_desk_list(o->desk, kind, o->world->now_ms, &error);

    cr_assert_not_null(node, "%s", error != NULL ? error->message : "");
    return json_array_get_length(json_object_get_array_member(
        json_node_get_object(node), kind == OFFER_DESK_OFFERS ? "offers" : "rules"));
}

#define RULE(price)                                                                                          \
    "{\"text\":\"Nobody "                                                                                    \
    "here\",\"idle_minutes\":30,\"max_per_day\":1,\"valid_minutes\":30,\"radius_m\":2000," price "}"

Test(offer_rules, are_written_changed_and_taken_back)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = make(o, OFFER_DESK_RULES, RULE("\"discount_percent\":50"));
    g_autoptr(GError) error = NULL;

    cr_expect_eq(n_listed(o, OFFER_DESK_RULES), 1);
    cr_expect_str_eq(refusal(o, OFFER_DESK_RULES, id, RULE("\"tariff_id\":\"day\"")), "");
    cr_expect_eq(n_listed(o, OFFER_DESK_RULES), 1, "changed, not added");
    cr_expect_str_eq(refusal(o, OFFER_DESK_RULES, "none", RULE("\"discount_percent\":50")), "not_found");
    cr_expect_str_eq(refusal(o, OFFER_DESK_RULES, NULL, RULE("\"tariff_id\":\"none\"")), "bad_field");
    cr_expect_str_eq(
        refusal(o, OFFER_DESK_RULES, NULL, RULE("\"discount_percent\":50,\"station_ids\":[\"NONE\"]")),
        "bad_field");
    cr_expect_str_eq(refusal(o, OFFER_DESK_RULES, NULL, "{\"text\":\"x\"}"), "bad_field");
    cr_assert(offer_desk_remove(o->desk, OFFER_DESK_RULES, id, o->world->now_ms, NULL));
    cr_expect_eq(n_listed(o, OFFER_DESK_RULES), 0);
    cr_expect_not(offer_desk_remove(o->desk, OFFER_DESK_RULES, "none", o->world->now_ms, &error));
    cr_expect_str_eq(desk_error_code(error), "not_found");
}

Test(offers, are_changed_while_they_hold_and_not_after)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *text = offer_at(o, "a fifth off", "\"discount_percent\":20");
    g_autofree gchar *better = offer_at(o, "a quarter off", "\"discount_percent\":25");
    g_autofree gchar *nowhere = offer_at(o, "nowhere", "\"tariff_id\":\"none\"");
    g_autofree gchar *id = make(o, OFFER_DESK_OFFERS, text);
    g_autoptr(GError) error = NULL;

    cr_expect_str_eq(refusal(o, OFFER_DESK_OFFERS, id, better), "");
    cr_expect_eq(n_listed(o, OFFER_DESK_OFFERS), 1);
    cr_expect_str_eq(refusal(o, OFFER_DESK_OFFERS, NULL, nowhere), "bad_field");
    cr_expect_str_eq(refusal(o, OFFER_DESK_OFFERS, NULL, "{}"), "bad_field");
    cr_expect_str_eq(refusal(o, OFFER_DESK_OFFERS, "none", better), "not_found");
    cr_expect_not(offer_desk_remove(o->desk, OFFER_DESK_OFFERS, "none", o->world->now_ms, &error));
    cr_expect_str_eq(desk_error_code(error), "not_found");
    cr_assert(offer_desk_remove(o->desk, OFFER_DESK_OFFERS, id, o->world->now_ms, NULL));
    cr_expect_str_eq(refusal(o, OFFER_DESK_OFFERS, id, better), "offer_over");
}

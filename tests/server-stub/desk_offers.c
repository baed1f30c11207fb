/* From the operator's offer to the price of a scan and the name on a receipt. */
#include "tests/server-stub/office.h"

#include "server-stub/store/news_rows.h"
#include "server-stub/store/offer_rows.h"

#include <string.h>

Test(offers, are_told_once_to_whom_they_concern_and_survive_restarts)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = NULL;

    subscribe(o, "car-1", NEWS_OFFER);
    subscribe(o, "car-2", NEWS_BAY);
    id = make_offer(o, "");
    cr_expect_eq(n_news(o, "car-1"), 1);
    cr_expect_eq(n_news(o, "car-2"), 0, "it did not ask for offers");
    cr_expect_eq(o->told, 1);

    subscribe(o, "car-1", NEWS_OFFER); /* it has moved: the same offer is no news */
    office_restart(o);
    cr_expect_eq(o->told, 1);
    subscribe(o, "car-2", NEWS_OFFER); /* who comes later learns what is open */
    cr_expect_eq(n_news(o, "car-2"), 1);
}

Test(offers, wait_for_their_window)
{
    g_autoptr(Office) o = office_new();
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc((T0 + 10 * MINUTE) / 1000);
    g_autofree gchar *time = g_date_time_format(from, ",\"from\":\"%Y-%m-%dT%H:%M:%SZ\"");
    g_autofree gchar *id = NULL;

    o->world->now_ms = T0;
    subscribe(o, "car-1", NEWS_OFFER);
    id = make_offer(o, time);
    cr_expect_eq(n_news(o, "car-1"), 0);
    cr_expect_eq(o->due_ms, T0 + 10 * MINUTE);
    o->world->now_ms = o->due_ms;
    offer_desk_tick(o->desk, o->world->now_ms);
    cr_expect_eq(n_news(o, "car-1"), 1);
    cr_expect_eq(o->due_ms, G_MAXINT64);
}

Test(offers, an_accepted_one_makes_the_price_and_the_receipt_names_it)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = NULL;
    const gchar *code;
    ScanAnswer before, after;
    OrderRequest request;
    g_autofree gchar *answer = NULL;
    gboolean first;
    OrderRow row;
    World *w;

    subscribe(o, "car-1", NEWS_OFFER);
    id = make_offer(o, ",\"single_use\":true");
    before = scan_pile1(o, "car-1");
    cr_expect_str_eq(before.offer.offer_id, "", "it is open, but nobody has accepted it");
    cr_assert(accept_offer(o, "car-1", id, &code));
    cr_assert(accept_offer(o, "car-1", id, &code), "accepting again changes nothing");
    cr_expect_str_eq(scan_pile1(o, "car-2").offer.offer_id, "", "somebody else's");

    after = scan_pile1(o, "car-1");
    cr_expect_str_eq(after.offer.offer_id, id);
    cr_expect_str_eq(after.offer.text, "20 % off");
    cr_expect_eq(after.tariff.energy_micro_per_kwh, tariff_discount(&before.tariff, 20).energy_micro_per_kwh);
    request = request_for(&after, "ref-1");
    cr_assert(desk_place(o->world->desk, "car-1", &request, o->world->now_ms, &answer, &first, NULL));
    cr_expect_str_eq(scan_pile1(o, "car-1").offer.offer_id, "", "it was for one order");

    w = o->world;
    desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    DELIVER(STARTED, 0, EV_CONNECTED, 1000);
    DELIVER(UPDATED, 1, CHARGING, 1000);
    DELIVER(ENDED, 2, IDLE, 11000);
    row = stored(o->world);
    cr_assert(row.order.has_receipt);
    cr_expect_str_eq(row.order.receipt.offer.offer_id, id);
    cr_expect_str_eq(row.order.receipt.offer.text, "20 % off");
    cr_expect_eq(row.order.receipt.cost.energy_minor, tariff_cost(&after.tariff, 10000, 0, -1).energy_minor);
}

Test(offers, one_order_that_came_to_nothing_gives_it_back)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = NULL, *answer = NULL, *second_answer = NULL;
    const gchar *code;
    ScanAnswer scanned, again;
    OrderRequest request, second;
    g_autoptr(GError) error = NULL;
    gboolean first;

    subscribe(o, "car-1", NEWS_OFFER);
    id = make_offer(o, ",\"single_use\":true");
    cr_assert(accept_offer(o, "car-1", id, &code));
    scanned = scan_pile1(o, "car-1");
    again = scan_pile1(o, "car-1");
    request = request_for(&scanned, "ref-1");
    cr_assert(desk_place(o->world->desk, "car-1", &request, o->world->now_ms, &answer, &first, NULL));
    second = request_for(&again, "ref-2"); /* a scan from before, at the price of a used offer */
    cr_assert_not(
        desk_place(o->world->desk, "car-1", &second, o->world->now_ms, &second_answer, &first, &error));
    desk_started(o->world->desk, o->world->started.order.order_id, DESK_START_REJECTED, o->world->now_ms);
    cr_expect_str_eq(scan_pile1(o, "car-1").offer.offer_id, id);
}

Test(offers, go_to_no_more_than_may_accept)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = NULL;
    const gchar *code;

    subscribe(o, "car-1", NEWS_OFFER);
    subscribe(o, "car-2", NEWS_OFFER);
    id = make_offer(o, ",\"max_accepts\":1");
    cr_assert(accept_offer(o, "car-2", id, &code));
    cr_expect_not(accept_offer(o, "car-1", id, &code));
    cr_expect_str_eq(code, "offer_taken");
    cr_expect_not(accept_offer(o, "car-3", id, &code));
    cr_expect_str_eq(code, "not_found", "it was never told");
}

Test(offers, a_withdrawal_is_told_and_breaks_no_promise)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = NULL;
    const gchar *code;
    guint before;
    g_autoptr(GPtrArray) news = NULL;

    subscribe(o, "car-1", NEWS_OFFER);
    subscribe(o, "car-2", NEWS_OFFER);
    id = make_offer(o, "");
    cr_assert(accept_offer(o, "car-1", id, &code));
    before = o->told;
    cr_assert(offer_desk_remove(o->desk, OFFER_DESK_OFFERS, id, o->world->now_ms, NULL));
    cr_assert(offer_desk_remove(o->desk, OFFER_DESK_OFFERS, id, o->world->now_ms, NULL));
    cr_expect_eq(o->told, before + 1, "only who has not accepted it has something to learn");
    news = store_news_since(o->world->store, "car-2", 0, o->world->now_ms, 10, NULL);
    cr_expect_eq(news->len, 1);
    cr_expect_not_null(strstr(((NewsRow *)g_ptr_array_index(news, 0))->body, "\"withdrawn\""));
    cr_expect_not(accept_offer(o, "car-2", id, &code));
    cr_expect_str_eq(code, "offer_expired");
    cr_expect_str_eq(scan_pile1(o, "car-1").offer.offer_id, id);
}

Test(offers, what_the_operator_changes_later_does_not_change_a_promise)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *id = NULL, *text = NULL;
    g_autoptr(JsonNode) node = NULL;
    const gchar *code;
    ScanAnswer before, after;

    subscribe(o, "car-1", NEWS_OFFER);
    subscribe(o, "car-2", NEWS_OFFER);
    id = make_offer(o, "");
    cr_assert(accept_offer(o, "car-1", id, &code));
    before = scan_pile1(o, "car-1");
    text = offer_text(o, ",\"max_accepts\":9");
    memcpy(strstr(text, "\"discount_percent\":20"), "\"discount_percent\":50", 21);
    node = try_write(o, OFFER_DESK_OFFERS, id, text, NULL);
    cr_assert_not_null(node);
    after = scan_pile1(o, "car-1");
    cr_expect_eq(after.tariff.energy_micro_per_kwh, before.tariff.energy_micro_per_kwh);
}

Test(offers, come_no_faster_than_a_driver_can_bear)
{
    g_autoptr(Office) o = office_new();

    subscribe(o, "car-1", NEWS_OFFER);
    for (guint i = 0; i < 6; i++)
        g_free(make_offer(o, ""));
    cr_expect_eq(n_news(o, "car-1"), 4);
    cr_expect_eq(o->due_ms, o->world->now_ms + 60 * MINUTE);
    o->world->now_ms += 30 * MINUTE;
    office_restart(o);
    cr_expect_eq(n_news(o, "car-1"), 4, "a restart is no reason either");
    cr_expect_eq(o->due_ms, o->world->now_ms + 30 * MINUTE);
}

Test(offers, rules_fill_a_point_that_waits_and_stop_when_it_is_taken)
{
    g_autoptr(Office) o = office_new();
    g_autofree gchar *rule = NULL;
    ScanAnswer answer;
    OrderRequest request;
    g_autofree gchar *text = NULL;
    gboolean first;
    gint64 start_ms = o->world->now_ms;

    subscribe(o, "car-1", NEWS_OFFER);
    cr_assert(store_connector_set(o->world->store, "PILE1", 1, 1, CONNECTOR_AVAILABLE, 1, NULL));
    rule =
        make(o, OFFER_DESK_RULES,
             "{\"text\":\"Nobody here: 20 % off\",\"idle_minutes\":30,\"max_per_day\":2,\"valid_minutes\":60,"
             "\"radius_m\":2000,\"station_ids\":[\"PILE1\"],\"discount_percent\":20}");
    offer_desk_tick(o->desk, o->world->now_ms);
    cr_expect_eq(o->due_ms, start_ms + 30 * MINUTE);
    o->world->now_ms += 20 * MINUTE;
    o->world->reachable = FALSE; /* away for a while: its time goes on */
    offer_desk_station_changed(o->desk, "PILE1", o->world->now_ms);
    office_restart(o);
    cr_expect_eq(n_news(o, "car-1"), 0);
    o->world->reachable = TRUE;
    o->world->now_ms = start_ms + 30 * MINUTE;
    offer_desk_station_changed(o->desk, "PILE1", o->world->now_ms);
    offer_desk_tick(o->desk, o->world->now_ms + 300);
    cr_expect_eq(n_news(o, "car-1"), 1);

    answer = scan_pile1(o, "car-2");
    request = request_for(&answer, "ref-1");
    cr_assert(desk_place(o->world->desk, "car-2", &request, o->world->now_ms, &text, &first, NULL));
    offer_desk_station_changed(o->desk, "PILE1", o->world->now_ms);
    offer_desk_tick(o->desk, o->world->now_ms + 300);
    {
        g_autoptr(GArray) offers = offer_desk_offers_of(o->desk, "car-1", o->world->now_ms, NULL);

        cr_expect_eq(offers->len, 0, "the point is taken: nothing to offer");
    }
    cr_expect_eq(store_evse_idle_since(o->world->store, answer.evse_key, NULL), 0);
}

Test(offers, that_make_no_sense_are_refused_by_field)
{
    g_autoptr(Office) o = office_new();
    g_autoptr(GError) tariff = NULL, station = NULL, gone = NULL;
    g_autofree gchar *text = offer_text(o, "");

    cr_expect_null(try_write(o, OFFER_DESK_RULES, NULL,
                             "{\"text\":\"x\",\"idle_minutes\":30,\"max_per_day\":2,\"valid_minutes\":60,"
                             "\"radius_m\":2000,\"tariff_id\":\"none\"}",
                             &tariff));
    cr_expect(g_str_has_prefix(tariff->message, "tariff_id"));
    cr_expect_null(try_write(o, OFFER_DESK_RULES, NULL,
                             "{\"text\":\"x\",\"idle_minutes\":30,\"max_per_day\":2,\"valid_minutes\":60,"
                             "\"radius_m\":2000,\"discount_percent\":5,\"station_ids\":[\"NOPE\"]}",
                             &station));
    cr_expect(g_str_has_prefix(station->message, "station_ids"));
    cr_expect_null(try_write(o, OFFER_DESK_OFFERS, "nobody", text, &gone));
    cr_expect_eq(desk_error_status(gone), 404);
}

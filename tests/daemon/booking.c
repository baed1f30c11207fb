/* The car's side of a reservation. */
#include <criterion/criterion.h>
#include <string.h>

#include "daemon/journey/booking.h"

static Reservation said(const gchar *id, const gchar *client_ref, ReservationState state, gint64 seq)
{
    Reservation r = {.state = state,
                     .event_seq = seq,
                     .evse_key = "DEABCE123451",
                     .evse_id = "DE*ABC*E12345*1",
                     .currency = "EUR"};

    g_strlcpy(r.reservation_id, id, sizeof r.reservation_id);
    g_strlcpy(r.client_ref, client_ref, sizeof r.client_ref);
    return r;
}

static Booking held(void)
{
    Booking b = {0};
    Reservation r = said("r1", "c1", RESERVATION_HELD, 5);

    cr_assert_eq(booking_reserve(&b, "c1", "DEABCE123451", "DE*ABC*E12345*1", 1000), BOOKING_OK);
    cr_assert_not(booking_answered(&b, &r));
    cr_assert(b.has_reservation && b.wish == BOOKING_WISH_NONE);
    return b;
}

Test(booking, one_at_a_time)
{
    Booking b = held();

    cr_assert_eq(booking_reserve(&b, "c2", "DEABCE123452", "DE*ABC*E12345*2", 1000), BOOKING_BUSY);
}

Test(booking, the_stream_may_be_faster_than_the_answer)
{
    Booking b = {0};
    Reservation event = said("r1", "c1", RESERVATION_HELD, 6),
                answer = said("r1", "c1", RESERVATION_REQUESTED, 5);

    booking_reserve(&b, "c1", "DEABCE123451", "", 1000);
    cr_assert(booking_told(&b, &event));
    booking_answered(&b, &answer);
    cr_assert_eq(b.reservation.state, RESERVATION_HELD);
}

Test(booking, a_cancel_before_the_answer_follows_it)
{
    Booking b = {0};
    Reservation answer = said("r1", "c1", RESERVATION_REQUESTED, 5);

    booking_reserve(&b, "c1", "DEABCE123451", "", 1000);
    cr_assert_eq(booking_cancel(&b), BOOKING_OK);
    cr_assert_eq(b.wish, BOOKING_WISH_RESERVE, "it may have reached the server: it must be asked again");
    cr_assert(booking_answered(&b, &answer));
    cr_assert_eq(b.wish, BOOKING_WISH_CANCEL);
}

Test(booking, a_move_that_is_refused_leaves_the_old_one)
{
    Booking b = held();

    cr_assert_eq(booking_move(&b, "c2", "DEABCE123452", "DE*ABC*E12345*2"), BOOKING_OK);
    booking_refused(&b, "evse_occupied");
    cr_assert_eq(b.wish, BOOKING_WISH_NONE);
    cr_assert_str_eq(b.problem, "evse_occupied");
    cr_assert_str_eq(b.reservation.reservation_id, "r1");
    cr_assert(booking_is_open(&b));
}

Test(booking, after_a_move_the_end_of_the_old_one_is_history)
{
    Booking b = held();
    Reservation after = said("r2", "c2", RESERVATION_REQUESTED, 8),
                old = said("r1", "c1", RESERVATION_MOVED, 7);

    booking_move(&b, "c2", "DEABCE123452", "");
    booking_answered(&b, &after);
    cr_assert_not(booking_told(&b, &old));
    cr_assert_str_eq(b.reservation.reservation_id, "r2");
}

Test(booking, an_older_event_changes_nothing)
{
    Booking b = held();
    Reservation old = said("r1", "c1", RESERVATION_REQUESTED, 4);

    cr_assert_not(booking_told(&b, &old));
    cr_assert_eq(b.reservation.state, RESERVATION_HELD);
}

Test(booking, a_crash_loses_neither_the_wish_nor_the_reservation)
{
    Booking b = held(), again = {0};
    g_autofree gchar *text = NULL;

    booking_move(&b, "c2", "DEABCE123452", "DE*ABC*E12345*2");
    text = booking_print(&b);
    cr_assert(booking_read(&again, text, strlen(text), NULL));
    cr_assert_eq(again.wish, BOOKING_WISH_MOVE);
    cr_assert_str_eq(again.request.client_ref, "c2", "a new one would be a second reservation");
    cr_assert_str_eq(again.reservation.reservation_id, "r1");
}

Test(booking, a_cancel_of_what_the_server_does_not_know_is_done)
{
    Booking b = held();

    booking_cancel(&b);
    booking_refused(&b, "not_found");
    cr_assert_not(booking_is_open(&b));
}

Test(booking, is_open_from_the_wish_on_until_the_server_ends_it)
{
    Booking b = {0};
    Reservation held = said("r1", "c1", RESERVATION_HELD, 5),
                expired = said("r1", "c1", RESERVATION_EXPIRED, 6);

    cr_assert_not(booking_is_open(&b));
    booking_reserve(&b, "c1", "DEABCE123451", "", 1000);
    cr_assert(booking_is_open(&b), "asked for, not answered");
    booking_answered(&b, &held);
    cr_assert(booking_told(&b, &expired));
    cr_assert_not(booking_is_open(&b));
    cr_assert_eq(booking_reserve(&b, "c2", "DEABCE123451", "", 1000), BOOKING_OK);
    cr_assert_not(b.has_reservation, "the one that ended is history");
}

Test(booking, without_one_there_is_nothing_to_cancel_or_move)
{
    Booking b = {0};

    cr_assert_eq(booking_cancel(&b), BOOKING_NOTHING_THERE);
    cr_assert_eq(booking_move(&b, "c2", "DEABCE123452", ""), BOOKING_NOTHING_THERE);
    cr_assert_not(booking_is_open(&b));
}

Test(booking, a_second_tap_on_cancel_is_the_same_cancel)
{
    Booking b = held(), before;

    cr_assert_eq(booking_cancel(&b), BOOKING_OK);
    before = b;
    cr_assert_eq(booking_cancel(&b), BOOKING_OK);
    cr_assert_eq(memcmp(&b, &before, sizeof b), 0);
    cr_assert_eq(booking_move(&b, "c2", "DEABCE123452", ""), BOOKING_BUSY, "one wish at a time");
}

Test(booking, a_wish_that_is_refused_leaves_nothing_for_the_cancel_that_waited)
{
    Booking b = {0};

    booking_reserve(&b, "c1", "DEABCE123451", "", 1000);
    booking_cancel(&b);
    booking_refused(&b, "evse_occupied");
    cr_assert_eq(b.wish, BOOKING_WISH_NONE);
    cr_assert_not(booking_is_open(&b));
}

Test(booking, of_two_open_ones_the_newer_counts_and_an_ended_one_gives_way)
{
    Booking b = held(); /* seq 5 */
    Reservation older = said("r0", "c0", RESERVATION_HELD, 4), newer = said("r2", "c2", RESERVATION_HELD, 6),
                end = said("r2", "c2", RESERVATION_EXPIRED, 7), open = said("r3", "c3", RESERVATION_HELD, 3);

    cr_assert_not(booking_told(&b, &older));
    cr_assert_str_eq(b.reservation.reservation_id, "r1");
    cr_assert(booking_told(&b, &newer));
    cr_assert_str_eq(b.reservation.reservation_id, "r2");
    cr_assert(booking_told(&b, &end));
    cr_assert(booking_told(&b, &open), "whatever its number: the only one that is open");
    cr_assert_str_eq(b.reservation.reservation_id, "r3");
}

Test(booking, one_that_was_over_before_it_was_heard_of_is_shown_only_to_who_asked_for_it)
{
    Booking b = {0};
    Reservation refused = said("r1", "c1", RESERVATION_REFUSED, 5);

    cr_assert_not(booking_told(&b, &refused), "nobody here asked");
    booking_reserve(&b, "c2", "DEABCE123451", "", 1000);
    cr_assert_not(booking_told(&b, &refused), "another wish");
    cr_assert_not(b.has_reservation);
    booking_refused(&b, "x");
    booking_reserve(&b, "c1", "DEABCE123451", "", 1000);
    cr_assert(booking_told(&b, &refused));
    cr_assert_eq(b.reservation.state, RESERVATION_REFUSED);
}

Test(booking, nothing_asked_for_is_stored_too)
{
    Booking nothing = {0}, again = held();
    g_autofree gchar *text = booking_print(&nothing);

    cr_assert(booking_read(&again, text, strlen(text), NULL));
    cr_assert_not(booking_is_open(&again));
}

Test(booking, a_stored_text_that_makes_no_sense_is_refused_and_changes_nothing)
{
    static const gchar *const bad[] = {
        "",
        "[]",
        "{\"wish\":\"sell\"}",
        "{\"problem\":7}",
        "{\"wish\":\"reserve\"}",
        "{\"wish\":\"reserve\",\"request\":{}}",
        "{\"request\":1}",
        "{\"evse_id\":1}",
        "{\"cancel_too\":\"yes\"}",
        "{\"reservation\":1}",
        "{\"reservation\":{}}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        Booking b = held();
        g_autoptr(GError) error = NULL;

        cr_expect_not(booking_read(&b, bad[i], strlen(bad[i]), &error), "%s", bad[i]);
        cr_expect_not_null(error, "%s", bad[i]);
        cr_expect_str_eq(b.reservation.reservation_id, "r1");
    }
}

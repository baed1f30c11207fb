/* What the daemon keeps between two drives, from a store that may be damaged: the booking, the offers and
 * what the car may tell. The first byte picks the reader. What is accepted prints and reads back as the same;
 * what is refused changes nothing. */
#include "daemon/journey/booking.h"
#include "daemon/journey/offer_list.h"
#include "daemon/journey/telling.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_booking(const gchar *text, gsize len)
{
    Booking booking = {0}, back = {0}, before = {0};
    g_autoptr(GError) error = NULL;
    g_autofree gchar *printed = NULL, *again = NULL;

    if (!booking_read(&booking, text, len, &error)) {
        g_assert_nonnull(error);
        g_assert_cmpmem(&booking, sizeof booking, &before, sizeof before);
        return;
    }
    printed = booking_print(&booking);
    g_assert_true(booking_read(&back, printed, strlen(printed), &error));
    again = booking_print(&back);
    g_assert_cmpstr(printed, ==, again);
}

static void check_offers(const gchar *text)
{
    g_autofree OfferList *offers = g_new0(OfferList, 1), *back = g_new0(OfferList, 1);
    g_autofree gchar *printed = NULL, *again = NULL;

    offer_list_read(offers, text);
    g_assert_cmpuint(offers->n, <=, OFFER_LIST_MAX);
    printed = offer_list_print(offers);
    offer_list_read(back, printed);
    g_assert_cmpuint(back->n, ==, offers->n);
    again = offer_list_print(back);
    g_assert_cmpstr(printed, ==, again);
}

static void check_telling(const gchar *text)
{
    Telling telling = TELLING_INIT, back = TELLING_INIT, before = TELLING_INIT;
    g_autoptr(GError) error = NULL;
    g_autofree gchar *printed = NULL, *again = NULL;

    if (!telling_read(&telling, text, &error)) {
        g_assert_nonnull(error);
        g_assert_true(telling.kinds == before.kinds && telling.radius_m == before.radius_m &&
                      telling.source == before.source && telling.sharing == before.sharing);
        return;
    }
    printed = telling_print(&telling);
    g_assert_true(telling_read(&back, printed, &error));
    again = telling_print(&back);
    g_assert_cmpstr(printed, ==, again);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = NULL;

    if (size == 0)
        return 0;
    text = g_strndup((const gchar *)data + 1, size - 1);
    if (data[0] == 'b')
        check_booking((const gchar *)data + 1, size - 1);
    else if (data[0] == 'o')
        check_offers(text);
    else
        check_telling(text);
    return 0;
}

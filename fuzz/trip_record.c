/* The trip's row of a store that power loss or a stranger's hand may have damaged: what is accepted prints
 * and reads back as the same trip; what is refused leaves the trip untouched. */
#include "daemon/journey/trip_record.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const TripRules rules = {.gear = GEAR_RULES_INIT};
    const Consent consent = {.limits = {.currency = "EUR"}};
    Trip trip = trip_init(&rules, &consent), before = trip, back = trip;
    g_autoptr(GError) error = NULL;
    g_autofree gchar *text = NULL;
    g_autofree gchar *again = NULL;

    if (!trip_record_read(&trip, (const gchar *)data, size, &error)) {
        g_assert_nonnull(error);
        g_assert_cmpmem(&trip, sizeof trip, &before, sizeof before);
        return 0;
    }
    text = trip_record_print(&trip);
    g_assert_true(trip_record_read(&back, text, strlen(text), &error));
    again = trip_record_print(&back);
    g_assert_cmpstr(text, ==, again);
    return 0;
}

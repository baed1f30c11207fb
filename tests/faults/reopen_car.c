/* Opens a copy of the car's store with the car's own code and says what it holds, one fact a line:
 * order ID CLIENT_REF SEQ STATE TOTAL | call KIND REFERENCE | journey STATE CLIENT_REF | stream LAST_ID
 * Anything but a sound file is an error, also one that the program would put aside and begin anew. */
#include <stdio.h>
#include <string.h>

#include "daemon/journey/trip_record.h"
#include "daemon/store/store.h"

static gchar *no_ref(void)
{
    return g_strdup("");
}

static gboolean tell_journey(Store *store, GError **error)
{
    const TripRules rules = {.gear = GEAR_RULES_INIT, .new_ref = no_ref};
    g_autofree gchar *record = store_load_record(store);
    g_autofree Trip *trip = g_new0(Trip, 1);

    *trip = trip_init(&rules, &(Consent){0});
    if (record == NULL)
        return TRUE;
    if (!trip_record_read(trip, record, strlen(record), error))
        return FALSE;
    printf("journey\t%s\t%s\n", journey_state_name(trip->state), trip->request.client_ref);
    return TRUE;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    gboolean rebuilt = FALSE;
    g_autoptr(Store) store = argc == 2 ? store_open(argv[1], &rebuilt, &error) : NULL;
    g_autoptr(GArray) history = store != NULL ? store_history(store, 10000, &error) : NULL;
    g_autoptr(GPtrArray) rows = NULL;

    if (history == NULL || rebuilt || !tell_journey(store, &error)) {
        fprintf(stderr, "car: %s\n", error != NULL ? error->message : "the file is broken");
        return 1;
    }
    for (guint i = 0; i < history->len; i++) {
        const Order *order = &g_array_index(history, StoredOrder, i).order;

        printf("order\t%s\t%s\t%" G_GINT64_FORMAT "\t%s\t%" G_GINT64_FORMAT "\n", order->order_id,
               order->client_ref, order->event_seq, order_state_names[order->state],
               order->has_receipt ? order->receipt.cost.total_minor : -1);
    }
    rows = store_load_outbox(store);
    for (guint i = 0; i < rows->len; i++) {
        const OutboxRow *row = rows->pdata[i];

        printf("call\t%d\t%s\n", row->kind, row->reference);
    }
    printf("stream\t%" G_GINT64_FORMAT "\n", store_load_last_event_id(store));
    return 0;
}

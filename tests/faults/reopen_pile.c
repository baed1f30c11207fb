/* Opens a copy of the pile's store with the pile's own code and says what it holds, one fact a line:
 * running TRANSACTION NEXT_SEQ | event TRANSACTION SEQ (queued, not answered yet) */
#include <stdio.h>
#include <string.h>

#include "pile-sim/model/station_internal.h"
#include "pile-sim/store/pile_store.h"
#include "protocol/json_gate.h"

static gboolean take_record(const gchar *name, const gchar *json, gpointer station, GError **error)
{
    const StationTime now = {.unix_ms = g_get_real_time() / 1000};

    return station_restore(station, name, json, now, error);
}

static gboolean take_call(gint64 id, const gchar *action, const gchar *payload, const gchar *subject,
                          gpointer station, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(payload, strlen(payload), error);
    OcppAction known;

    if (object == NULL || !ocpp_action_from_name(action, &known))
        return FALSE;
    if (known == OCPP_ACTION_TRANSACTION_EVENT)
        printf("event\t%s\t%" G_GINT64_FORMAT "\n", subject, json_object_get_int_member(object, "seqNo"));
    station_restore_call(station, id, known, payload, subject);
    return TRUE;
}

int main(int argc, char **argv)
{
    const StationConfig config = {"PILE1", 1, 150000, 1};
    Station *station = station_new(&config);
    g_autoptr(GError) error = NULL;
    g_autoptr(PileStore) store = argc == 2 ? pile_store_open(argv[1], &error) : NULL;
    gboolean sound = store != NULL && pile_store_each_record(store, take_record, station, &error) &&
                     pile_store_each_call(store, take_call, station, &error);
    const Transaction *transaction = &station->evses[0].transaction;

    if (!sound)
        fprintf(stderr, "pile: %s\n", error != NULL ? error->message : "usage");
    else if (transaction_is_running(transaction))
        printf("running\t%s\t%" G_GINT64_FORMAT "\n", transaction->id, (gint64)transaction->next_seq_no);
    station_free(station);
    return sound ? 0 : 1;
}

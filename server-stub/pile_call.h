/* Pile calls: an operator's OCPP calls on their way, each with the request that waits for its answer, and the
 * parts of the report that some answers announce. Wire form: protocol/README.md section 3, CallAnswer.
 */
#pragma once

#include "server-stub/station_hub.h"

#define PILE_CALL_REPORT_MS 30000 /* between the parts of a report */
#define PILE_CALL_MAX_ITEMS 20000
#define PILE_CALL_PER_STATION 8

typedef struct _PileCalls PileCalls;

/* All borrowed. */
PileCalls *pile_calls_new(Store *store, StationHub *hub);
/* Requests that still wait are answered 503: what the piles did is not known. */
void pile_calls_stop(PileCalls *self);
/* Stops first. */
void pile_calls_free(PileCalls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PileCalls, pile_calls_free)

/* @input: {"action","payload","timeout_s"?}; answers @request, now or later. */
void pile_calls_make(PileCalls *self, WebRequest *request, const gchar *station_id, JsonObject *input);
/* A call of the station's own that was answered well. */
void pile_calls_heard(PileCalls *self, const gchar *station_id, OcppAction action, JsonObject *payload);

/* Vehicle queries: questions of the operator to vehicles, on their way. A question goes to the open event
 * streams of the vehicle and nowhere else: it is of this moment, and what the driver's consent does not cover
 * is denied by the car, not filtered here.
 */
#pragma once

#include "protocol/api_vehicle.h"
#include "server-stub/http/event_feed.h"
#include "server-stub/http/web_problem.h"

#define VEHICLE_QUERY_PER_VEHICLE 4

typedef struct _VehicleQueries VehicleQueries;

/* @feeds: borrowed */
VehicleQueries *vehicle_queries_new(EventFeeds *feeds);
/* Requests that still wait are answered 503. */
void vehicle_queries_stop(VehicleQueries *self);
/* Stops first. */
void vehicle_queries_free(VehicleQueries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VehicleQueries, vehicle_queries_free)

/* @input: {"want":[..],"timeout_s"?}; answers @request, now or later. */
void vehicle_queries_ask(VehicleQueries *self, WebRequest *request, const gchar *vehicle_id,
                         JsonObject *input);
/* FALSE: nobody waits for this answer of this vehicle */
gboolean vehicle_queries_answered(VehicleQueries *self, const gchar *vehicle_id, const VehicleState *state,
                                  WebProblem *problem);

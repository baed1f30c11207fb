/* Control desk: the web front's control and news ports end here. Calls to piles (pile_call.h), questions to
 * vehicles (vehicle_query.h), offers (offer_desk.h); one limit for all that operators ask.
 */
#pragma once

#include "server-stub/http/web_front.h"
#include "server-stub/offer_desk.h"
#include "server-stub/station_hub.h"

#define CONTROL_DESK_PER_MINUTE 60

typedef struct _ControlDesk ControlDesk;

/* All borrowed. Serves the front's news and control from now on. */
ControlDesk *control_desk_new(Store *store, Desk *desk, StationHub *hub, WebFront *front);
void control_desk_free(ControlDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ControlDesk, control_desk_free)

/* The server ends: whoever waits for a pile or a vehicle is told so, which takes a few more turns of the
 * loop. */
void control_desk_stop(ControlDesk *self);

/* The server listens: offers open and rules look around. */
void control_desk_start(ControlDesk *self);
/* Something about a station has changed. */
void control_desk_station_changed(ControlDesk *self, const gchar *station_id);
/* A call of a station that was answered well: a part of a report may be among them. */
void control_desk_heard(ControlDesk *self, const gchar *station_id, OcppAction action, JsonObject *payload);

/* Station hub: which stations are connected, and the way to each of them.
 * One line per identity. A second connection that knows the password never displaces a live one: the old one
 * is pinged, and only when it is dead does the new one get in (threats.md 6).
 */
#pragma once

#include "protocol/ocpp_rpc.h"
#include "server-stub/desk.h"
#include "server-stub/group_commit.h"
#include "server-stub/ocpp_log.h"
#include "server-stub/station_calls.h"
#include "weblink/web_request.h"

#define STATION_HUB_PING_S 30
#define STATION_HUB_PROBE_MS 3000
/* A station that only reconnects says nothing at first; one that has booted sends BootNotification at once.
 */
#define STATION_HUB_QUIET_MS 2000

typedef struct _StationHub StationHub;

/* @store: borrowed. @log: (nullable), borrowed */
StationHub *station_hub_new(Store *store, OcppLog *log);
void station_hub_free(StationHub *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StationHub, station_hub_free)

/* Before the first station; borrowed. */
void station_hub_set_desk(StationHub *self, Desk *desk);

/* What stations say at the same time is stored together; borrowed. */
void station_hub_set_group(StationHub *self, GroupCommit *group);

/* Who wants to know what happens: borrowed, must outlive the hub. */
typedef struct {
    /* Something that the operator sees of @station_id has changed; @transaction_id: (nullable): of it too */
    void (*changed)(const gchar *station_id, const gchar *transaction_id, gpointer data);
    void (*message)(const gchar *station_id, gboolean received, const gchar *text, gsize len, gpointer data);
    /* A call of the station was answered well. @payload: borrowed */
    void (*heard)(const gchar *station_id, OcppAction action, JsonObject *payload, gpointer data);
} StationHubWatch;
void station_hub_set_watch(StationHub *self, const StationHubWatch *watch, gpointer data);

/* A station whose credential was right: answers @request. */
void station_hub_enter(StationHub *self, WebRequest *request, const gchar *station_id);

gboolean station_hub_is_connected(StationHub *self, const gchar *station_id);
/* Connected, and its BootNotification is accepted: it can be called. */
gboolean station_hub_is_reachable(StationHub *self, const gchar *station_id);
guint station_hub_n_connected(StationHub *self);

/**
 * station_hub_call:
 * @payload: (transfer full)
 * @answer: called exactly once unless FALSE is returned; REFUSED (too many calls wait) before this returns
 * @destroy: (nullable): of @data, after @answer, or at once when FALSE is returned
 *
 * Returns: FALSE when the station cannot be called now
 */
gboolean station_hub_call(StationHub *self, const gchar *station_id, OcppAction action, JsonObject *payload,
                          gint64 timeout_ms, StationCallsAnswer answer, gpointer data,
                          GDestroyNotify destroy);

/* No answer, or no connection: the outcome is unknown, and desk_station_ready() comes back to it. */
void station_hub_start(StationHub *self, const OrderRow *order);
void station_hub_stop(StationHub *self, const gchar *station_id, const gchar *transaction_id);

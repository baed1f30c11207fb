/* Bay table: what each bay sensor has said on the connection that its pile has now. Pure; in memory only.
 * A bay is unknown until its sensor has spoken on this connection, and again when the connection ends: what
 * was true before, or what a pile noted while it was away, is history and never live state.
 */
#pragma once

#include "server-stub/model/evse_status.h"

/* A station's clock may be this far behind before its events count as older than the connection. */
#define BAY_TABLE_CLOCK_SLACK_MS (10 * 1000)

typedef struct _BayTable BayTable;

BayTable *bay_table_new(void);
void bay_table_free(BayTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BayTable, bay_table_free)

typedef struct {
    BaySensor sensor;
    /* Our clock, when we saw it become occupied; 0: it was when the sensor spoke first, since when nobody
     * knows */
    gint64 occupied_ms;
} BayState;

void bay_table_connected(BayTable *self, const gchar *station_id, gint64 now_ms);
void bay_table_gone(BayTable *self, const gchar *station_id);

/* Is an event of @at_ms (the station's clock) older than the connection? Then ask the sensor instead. */
gboolean bay_table_is_past(const BayTable *self, const gchar *station_id, gint64 at_ms);

/* Returns: TRUE when the state changed. A station that is not connected changes nothing. */
gboolean bay_table_tell(BayTable *self, const gchar *station_id, gint evse_no, gboolean occupied,
                        gint64 now_ms);

/* The sensor cannot tell any more: unknown until it speaks again. Returns: TRUE when the state changed */
gboolean bay_table_silence(BayTable *self, const gchar *station_id, gint evse_no);

BayState bay_table_state(const BayTable *self, const gchar *station_id, gint evse_no);

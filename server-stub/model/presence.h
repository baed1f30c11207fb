/* Presence: does the car that orders stand at this pile? A code that was photographed elsewhere, or a fake
 * sticker, names a pile where this car is not. Two independent witnesses: the pile's bay sensor (something
 * has just driven in) and the car's position. Pure. The reasons are in docs/presence.md.
 */
#pragma once

#include "protocol/api_order.h"
#include "server-stub/model/evse_status.h"

/* A position is rounded to about 10 m, satellites err by tens of metres between buildings, and the register
 * has one point for a whole row of bays. */
#define PRESENCE_NEAR_M 200
/* How long after it became occupied a bay still speaks for the order: a scan lives that long. */
#define PRESENCE_JUST_MS (10 * 60 * 1000)
/* How long an order waits for the bay sensor: the code is read before the car has stopped. */
#define PRESENCE_WAIT_MS (60 * 1000)

typedef enum { PRESENCE_OFF, PRESENCE_WARN, PRESENCE_ENFORCE } PresenceMode;
extern const gchar *const presence_mode_names[]; /* "off", "warn", "enforce"; NULL-terminated */

typedef struct {
    BaySensor sensor;   /* on this connection; silent: no witness */
    gint64 occupied_ms; /* when it became so; 0: before anybody looked */
    gint64 others_ms;   /* when another vehicle last ordered here; 0: never */
    gint64 distance_m;  /* from the car to the pile when it read the code; -1: it did not say */
    gboolean live_code; /* the code was a one-time password of this pile's display */
} PresenceFacts;

/* Never %ORDER_PRESENCE_NOT_CHECKED; %ORDER_PRESENCE_PENDING only within %PRESENCE_WAIT_MS of @ordered_ms. */
OrderPresence presence_judge(const PresenceFacts *facts, gint64 ordered_ms, gint64 now_ms);

/* Must an order with this verdict be refused? */
gboolean presence_forbids(PresenceMode mode, OrderPresence presence);

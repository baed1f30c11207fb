/* Time floor: what the time is at least, for a pile that may have no network and a clock that anybody can set
 * back (protocol/README.md, section 8; threats.md 9). It rises with CLOCK_BOOTTIME, with what the server says
 * and, 48 h at most, with the issue time inside an accepted code. Nothing but a new secret lowers it.
 * Pure value; no wall clock is ever asked.
 */
#pragma once

#include <json-glib/json-glib.h>

/* 2026-01-01T00:00:00Z: no program of this version ran before. */
#define TIME_FLOOR_BUILD_MS G_GINT64_CONSTANT(1767225600000)
#define TIME_FLOOR_ISSUE_STEP_MS G_GINT64_CONSTANT(172800000) /* 48 h */
#define TIME_FLOOR_SAVE_MS G_GINT64_CONSTANT(600000)          /* how much of it a power cut may take */

typedef struct {
    gint64 floor_ms;  /* Unix ms at @boot_ms */
    gint64 boot_ms;   /* CLOCK_BOOTTIME */
    gint64 server_ms; /* what the server last said, carried on to @boot_ms; 0: nothing in this run */
    gint64 saved_ms;  /* as stored */
} TimeFloor;

/* From the build time; @boot_ms: CLOCK_BOOTTIME now. */
void time_floor_init(TimeFloor *self, gint64 boot_ms);

gint64 time_floor_ms(const TimeFloor *self, gint64 boot_ms);

/* After time_floor_from_json(): time goes on from here; what passed while the power was off is not known. */
void time_floor_carry_on_from(TimeFloor *self, gint64 boot_ms);

/* The server's own time, from an answer to BootNotification or Heartbeat. */
void time_floor_hear_server(TimeFloor *self, gint64 server_ms, gint64 boot_ms);
/* The issue time of something that the server has signed or whose MAC is right. */
void time_floor_hear_issue(TimeFloor *self, gint64 issue_ms, gint64 boot_ms);

/* The server gave a new secret: every code of the old one is void, so a floor that was once told too high (a
 * server with a wrong clock) may fall to the build time or what the server says now. */
void time_floor_start_anew(TimeFloor *self, gint64 boot_ms);

/* So much has changed since it was stored that it should be stored again. */
gboolean time_floor_is_due(const TimeFloor *self, gint64 boot_ms);
/* (transfer full); it counts as stored. */
JsonObject *time_floor_to_json(TimeFloor *self, gint64 boot_ms);
gboolean time_floor_from_json(TimeFloor *self, JsonObject *json, gint64 boot_ms, GError **error);

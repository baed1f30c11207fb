/* The clocks a station decides by; the edge reads them, the model only gets them as an argument. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 mono_ms; /* never jumps; all deadlines. Starts anywhere, so it is never stored */
    gint64 unix_ms; /* UTC as the CSMS last told it; only for timestamps */
    gint64 boot_ms; /* CLOCK_BOOTTIME: as mono_ms, but a suspended machine's time counts too */
} StationTime;

#define STATION_TIME_NEVER G_MAXINT64 /* no deadline */

/* Tool: what the command line programs of this folder share: a bus, a main loop, an exit code, an end by
 * signal. */
#pragma once

#include "dbus/bus_loop.h"

typedef enum {
    TOOL_OK = 0,
    TOOL_FAILED = 1, /* the service refused, or something is wrong */
    TOOL_USAGE = 2,  /* command line */
    TOOL_NO_BUS = 3, /* no connection to the bus, or nobody there serves what was asked for */
} ToolStatus;

typedef struct {
    BusLoop *bus;
    GMainLoop *loop;
    ToolStatus status;
    void (*interrupted)(gpointer user_data); /* (nullable): SIGINT, SIGTERM; NULL: tool_end(TOOL_OK) */
    gpointer user_data;
} Tool;

/* @bus: (nullable): NULL: bus_address_default() */
void tool_init(Tool *self, const gchar *bus);
/* Runs until tool_end(). Without a bus after 2 s: says so and ends with %TOOL_NO_BUS, unless @patient. */
ToolStatus tool_run(Tool *self, gboolean patient);
void tool_end(Tool *self, ToolStatus status);
void tool_clear(Tool *self);

/* "program: text" on standard error. */
void tool_complain(const gchar *format, ...) G_GNUC_PRINTF(1, 2);

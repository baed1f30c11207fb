#include "dbus/tool.h"

#include <glib-unix.h>
#include <signal.h>

#include "dbus/bus_address.h"
#include "dbus/terminal_text.h"

#define BUS_PATIENCE_MS 2000

void tool_complain(const gchar *format, ...)
{
    g_autofree gchar *text = NULL, *clean = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    clean = terminal_text(text);
    g_printerr("%s: %s\n", g_get_prgname(), clean);
}

static gboolean on_signal(gpointer data)
{
    Tool *self = data;

    if (self->interrupted != NULL)
        self->interrupted(self->user_data);
    else
        tool_end(self, TOOL_OK);
    return G_SOURCE_CONTINUE;
}

static gboolean on_impatient(gpointer data)
{
    Tool *self = data;

    if (!bus_loop_is_connected(self->bus)) {
        tool_complain("no connection to the %s bus: %s", bus_loop_get_bus(self->bus),
                      bus_loop_get_problem(self->bus) != NULL ? bus_loop_get_problem(self->bus)
                                                              : "no answer");
        tool_end(self, TOOL_NO_BUS);
    }
    return G_SOURCE_REMOVE;
}

static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer unused)
{
}

void tool_init(Tool *self, const gchar *bus)
{
    /* The tools tell these things in their own words. */
    g_log_set_handler("bus", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE, say_nothing, NULL);
    g_log_set_handler("gear", G_LOG_LEVEL_MESSAGE, say_nothing, NULL);
    self->bus = bus_loop_new(bus != NULL ? bus : bus_address_default());
    self->loop = g_main_loop_new(NULL, FALSE);
    self->status = TOOL_OK;
}

ToolStatus tool_run(Tool *self, gboolean patient)
{
    GSource *impatient = g_timeout_source_new(BUS_PATIENCE_MS);
    guint sigint = g_unix_signal_add(SIGINT, on_signal, self),
          sigterm = g_unix_signal_add(SIGTERM, on_signal, self);

    g_source_set_callback(impatient, on_impatient, self, NULL);
    if (!patient)
        g_source_attach(impatient, NULL);
    bus_loop_start(self->bus);
    g_main_loop_run(self->loop);
    g_source_destroy(impatient);
    g_source_unref(impatient);
    g_source_remove(sigint);
    g_source_remove(sigterm);
    return self->status;
}

void tool_end(Tool *self, ToolStatus status)
{
    self->status = status;
    g_main_loop_quit(self->loop);
}

void tool_clear(Tool *self)
{
    bus_loop_stop(self->bus);
    while (g_main_context_iteration(NULL, FALSE))
        ; /* calls that ended with the connection give their references back */
    g_clear_object(&self->bus);
    g_clear_pointer(&self->loop, g_main_loop_unref);
}

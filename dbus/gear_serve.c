#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

#include "dbus/gear_tool.h"
#include "dbus/vehicle_service.h"

typedef struct {
    Tool tool;
    const GearToolOptions *options;
    VehicleService *service;
    GDataInputStream *input;
    GCancellable *cancellable;
} Serve;

static void on_name(BusLoop *bus, const gchar *name, gboolean owned, gpointer data)
{
    Serve *self = data;

    if (owned) {
        /* Scripts wait for this line. */
        g_print("ready: playing the vehicle on the %s bus\n", bus_loop_get_bus(bus));
        fflush(stdout);
    } else if (bus_loop_is_connected(bus)) { /* else the bus went: it will be ours again */
        tool_complain("cannot own " VEHICLE_BUS_NAME
                      " on the %s bus: is another vehicle there, or does its policy "
                      "forbid it?",
                      bus_loop_get_bus(bus));
        tool_end(&self->tool, TOOL_FAILED);
    }
}

static void on_changed(VehicleService *service, const gchar *property, GVariant *value, gpointer data)
{
    g_autofree gchar *text = g_variant_print(value, FALSE);

    g_print("%s %s\n", property, text);
    fflush(stdout);
}

static void on_quit(Serve *self)
{
    tool_end(&self->tool, TOOL_OK);
}

static void read_next(Serve *self);

static void on_line(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *line =
        g_data_input_stream_read_line_finish_utf8(G_DATA_INPUT_STREAM(source), result, NULL, &error);
    Serve *self = data;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* @data is gone */
    if (line == NULL && !g_error_matches(error, G_CONVERT_ERROR, G_CONVERT_ERROR_ILLEGAL_SEQUENCE)) {
        if (self->options->until_eof)
            tool_end(&self->tool, TOOL_OK);
        return; /* input over: commands may still come over the bus */
    }
    if (line == NULL)
        tool_complain("not UTF-8: ignored");
    else if (*line != '\0' && !vehicle_service_run(self->service, line, &error))
        tool_complain("%s", error->message);
    read_next(self);
}

static void read_next(Serve *self)
{
    g_data_input_stream_read_line_async(self->input, G_PRIORITY_DEFAULT, self->cancellable, on_line, self);
}

ToolStatus gear_tool_serve(const GearToolOptions *options, const gchar *const *commands)
{
    Serve self = {.options = options, .cancellable = g_cancellable_new()};
    g_autoptr(GInputStream) raw = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    ToolStatus status = TOOL_OK;

    tool_init(&self.tool, options->bus);
    self.input = g_data_input_stream_new(raw);
    self.service = vehicle_service_new(self.tool.bus);
    for (guint i = 0; commands[i] != NULL && status == TOOL_OK; i++) {
        g_autoptr(GError) error = NULL;
        if (!vehicle_service_run(self.service, commands[i], &error)) {
            tool_complain("%s", error->message);
            status = TOOL_USAGE;
        }
    }
    g_signal_connect(self.tool.bus, "name", G_CALLBACK(on_name), &self);
    g_signal_connect(self.service, "changed", G_CALLBACK(on_changed), &self);
    g_signal_connect_swapped(self.service, "quit", G_CALLBACK(on_quit), &self);
    if (status == TOOL_OK) {
        read_next(&self);
        status = tool_run(&self.tool, TRUE);
    }
    g_signal_handlers_disconnect_by_data(self.tool.bus, &self);
    g_cancellable_cancel(self.cancellable);
    g_clear_object(&self.service);
    tool_clear(&self.tool);
    g_clear_object(&self.input);
    g_clear_object(&self.cancellable);
    return status;
}

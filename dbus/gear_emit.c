#include <stdio.h>

#include "dbus/bus_variant.h"
#include "dbus/gear_tool.h"
#include "dbus/vehicle_command.h"
#include "dbus/vehicle_service.h"

typedef struct {
    Tool tool;
    const GearToolOptions *options;
    GPtrArray *commands; /* gchar: still to send */
    gchar *former;       /* (nullable): hold: the command that brings the former gear back */
    gboolean nobody;     /* nobody plays the vehicle: do it ourselves */
    gboolean giving_back;
} Emit;

static void send_next(Emit *self);

static void call(Emit *self, const gchar *interface, const gchar *method, GVariant *args,
                 GAsyncReadyCallback callback)
{
    g_autoptr(DBusMessage) message =
        dbus_message_new_method_call(VEHICLE_BUS_NAME, VEHICLE_OBJECT_PATH, interface, method);

    dbus_message_set_auto_start(message, FALSE);
    bus_variant_append(message, args, NULL, NULL);
    bus_loop_call_async(self->tool.bus, message, 0, NULL, callback, self);
}

/* Ends, with words for the two errors that need an explanation. */
static void fail(Emit *self, GError *error)
{
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
        g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)) {
        self->nobody = TRUE;
        tool_end(&self->tool, TOOL_NO_BUS);
        return;
    }
    g_dbus_error_strip_remote_error(error);
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
        g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
        tool_complain("the vehicle on this bus is not rearcharge-gear: its lever cannot be moved from here");
    else
        tool_complain("%s", error->message);
    tool_end(&self->tool, TOOL_FAILED);
}

static void on_sent(GObject *source, GAsyncResult *result, gpointer data)
{
    Emit *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);

    if (reply == NULL)
        fail(self, error);
    else
        send_next(self);
}

static void send_next(Emit *self)
{
    g_autofree gchar *command = NULL;

    if (self->commands->len == 0) {
        if (!self->options->hold || self->giving_back)
            tool_end(&self->tool, TOOL_OK);
        return; /* hold: until a signal */
    }
    command = g_ptr_array_steal_index(self->commands, 0);
    call(self, VEHICLE_SIM_INTERFACE, "Run", g_variant_new("(s)", command), on_sent);
}

static void on_former(GObject *source, GAsyncResult *result, gpointer data)
{
    Emit *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);
    g_autoptr(GVariant) body = reply != NULL ? bus_variant_from_message(reply, NULL, &error) : NULL;
    g_autoptr(GVariant) value = NULL;

    if (body == NULL) {
        fail(self, error);
        return;
    }
    g_variant_get(body, "(v)", &value);
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)) {
        const gchar *gear = g_variant_get_string(value, NULL);
        self->former = g_strdup_printf("gear %s", *gear != '\0' ? gear : "-");
    }
    send_next(self);
}

static void on_connected(Emit *self)
{
    if (self->former == NULL && self->options->hold)
        call(self, DBUS_INTERFACE_PROPERTIES, "Get", g_variant_new("(ss)", VEHICLE_INTERFACE, "Gear"),
             on_former);
    else
        send_next(self);
}

static void on_interrupted(gpointer data)
{
    Emit *self = data;

    if (self->former == NULL || self->giving_back) {
        tool_end(&self->tool, TOOL_OK);
        return;
    }
    self->giving_back = TRUE;
    g_ptr_array_add(self->commands, g_steal_pointer(&self->former));
    send_next(self);
}

/* Refuses what no vehicle would take before anything is sent. */
static gboolean add_command(GPtrArray *commands, gchar *text)
{
    g_autoptr(GError) error = NULL;
    VehicleCommand command = {0};

    g_ptr_array_add(commands, text);
    if (g_str_equal(text, "quit"))
        return TRUE;
    if (!vehicle_command_parse(text, &command, &error)) {
        tool_complain("%s", error->message);
        return FALSE;
    }
    g_variant_unref(command.value);
    return TRUE;
}

ToolStatus gear_tool_emit(const GearToolOptions *options, const gchar *const *words)
{
    g_autoptr(GPtrArray) wanted = g_ptr_array_new_with_free_func(g_free);
    Emit self = {.options = options};
    gboolean is_quit = g_strcmp0(words[0], "quit") == 0;
    ToolStatus status;

    /* The speed first: "R at 3 km/h" must never be seen as "R at the former 50 km/h". */
    if ((options->speed != NULL && !add_command(wanted, g_strdup_printf("speed %s", options->speed))) ||
        !add_command(wanted, g_strjoinv(" ", (gchar **)words)))
        return TOOL_USAGE;
    self.commands = g_ptr_array_copy(wanted, (GCopyFunc)(void (*)(void))g_strdup, NULL);
    g_ptr_array_set_free_func(self.commands, g_free);
    tool_init(&self.tool, options->bus);
    self.tool.interrupted = on_interrupted;
    self.tool.user_data = &self;
    g_signal_connect_swapped(self.tool.bus, "connected", G_CALLBACK(on_connected), &self);
    status = tool_run(&self.tool, FALSE);
    g_signal_handlers_disconnect_by_data(self.tool.bus, &self);
    tool_clear(&self.tool);
    g_ptr_array_unref(self.commands);
    g_free(self.former);
    if (!self.nobody)
        return status;
    if (is_quit) {
        tool_complain("nobody plays the vehicle");
        return TOOL_NO_BUS;
    }
    g_printerr("%s: nobody plays the vehicle yet, so this command does; end it with Ctrl-C or \"%s quit\"\n",
               g_get_prgname(), g_get_prgname());
    g_ptr_array_add(wanted, NULL);
    return gear_tool_serve(options, (const gchar *const *)wanted->pdata);
}

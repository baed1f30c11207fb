#include "ui-bridge/demo_lever.h"

#include "dbus/bus_variant.h"
#include "dbus/vehicle_service.h"

/* Two commands a gear; the car stands before the lever goes to P. */
static const struct {
    const gchar *gear, *commands[2];
} moves[] = {{"R", {"R", "speed 4"}}, {"P", {"speed 0", "P"}}, {"D", {"D", "speed 20"}}};

static const gchar *const *commands_of(const gchar *gear)
{
    for (guint i = 0; i < G_N_ELEMENTS(moves); i++) {
        if (g_str_equal(moves[i].gear, gear))
            return moves[i].commands;
    }
    return NULL;
}

gboolean demo_lever_knows(const gchar *gear)
{
    return commands_of(gear) != NULL;
}

static void run(BusLoop *bus, const gchar *command, GAsyncReadyCallback callback, gpointer data)
{
    g_autoptr(DBusMessage) message =
        dbus_message_new_method_call(VEHICLE_BUS_NAME, VEHICLE_OBJECT_PATH, VEHICLE_SIM_INTERFACE, "Run");

    dbus_message_set_auto_start(message, FALSE);
    bus_variant_append(message, g_variant_new("(s)", command), NULL, NULL);
    bus_loop_call_async(bus, message, 0, NULL, callback, data);
}

static void on_second(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);

    if (reply == NULL)
        g_task_return_error(task, error);
    else
        g_task_return_boolean(task, TRUE);
}

static void on_first(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    GError *error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);

    if (reply == NULL)
        g_task_return_error(task, error);
    else
        run(BUS_LOOP(source), g_task_get_task_data(task), on_second, g_object_ref(task));
}

void demo_lever_move_async(BusLoop *bus, const gchar *gear, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(bus, NULL, callback, user_data);
    const gchar *const *commands = commands_of(gear);

    g_return_if_fail(commands != NULL);
    g_task_set_source_tag(task, demo_lever_move_async);
    g_task_set_task_data(task, (gpointer)commands[1], NULL);
    run(bus, commands[0], on_first, g_object_ref(task));
}

gboolean demo_lever_move_finish(BusLoop *bus, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, bus), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}

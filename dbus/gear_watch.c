#include <math.h>
#include <stdio.h>

#include "dbus/bus_address.h"
#include "dbus/bus_variant.h"
#include "dbus/gear_tool.h"
#include "dbus/gear_watcher.h"
#include "dbus/vehicle_service.h"

/* ---- watch ---- */

static void print_sample(GearWatcher *watcher)
{
    GearSample sample = gear_watcher_get_sample(watcher);
    const gchar *problem = gear_watcher_get_problem(watcher);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree gchar *time = g_date_time_format(now, "%H:%M:%S.%f");

    g_print("%.12s  gear %s", time, sample.valid ? gear_name(sample.gear) : "unknown");
    if (sample.speed_kmh >= 0)
        g_print("  %.1f km/h", sample.speed_kmh);
    g_print("%s%s\n", problem != NULL ? "  " : "", problem != NULL ? problem : "");
    fflush(stdout);
}

ToolStatus gear_tool_watch(const GearToolOptions *options, const gchar *const *settings)
{
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GearWatcher) watcher = NULL;
    g_autoptr(GError) error = NULL;
    GearMatch *match;
    Tool tool = {0};
    ToolStatus status;

    g_ptr_array_add(pairs, g_strdup("bus"));
    g_ptr_array_add(pairs, g_strdup(options->bus != NULL ? options->bus : bus_address_default()));
    for (guint i = 0; settings[i] != NULL; i++) {
        const gchar *equals = strchr(settings[i], '=');
        if (equals == NULL) {
            tool_complain("%s: expected KEY=VALUE", settings[i]);
            return TOOL_USAGE;
        }
        g_ptr_array_add(pairs, g_strndup(settings[i], (gsize)(equals - settings[i])));
        g_ptr_array_add(pairs, g_strdup(equals + 1));
    }
    g_ptr_array_add(pairs, NULL);
    match = gear_match_new("command line", (const gchar *const *)pairs->pdata, &error);
    if (match == NULL) {
        tool_complain("%s", error->message);
        return TOOL_USAGE;
    }
    tool_init(&tool, match->bus);
    watcher = gear_watcher_new(tool.bus, match);
    g_signal_connect(watcher, "sample", G_CALLBACK(print_sample), NULL);
    print_sample(watcher);
    status = tool_run(&tool, TRUE);
    g_clear_object(&watcher);
    tool_clear(&tool);
    return status;
}

/* ---- get ---- */

/* What the vehicle does not know: VEHICLE_INTERFACE says it with NaN, a negative number or an empty word. */
static gboolean is_unknown(GVariant *value)
{
    gdouble number = 0, other = 0;

    if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING))
        return *g_variant_get_string(value, NULL) == '\0';
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_DOUBLE))
        number = g_variant_get_double(value);
    else if (g_variant_is_of_type(value, G_VARIANT_TYPE("(dd)")))
        g_variant_get(value, "(dd)", &number, &other);
    else
        return FALSE;
    return isnan(number) || isnan(other) ||
           (number < 0 && g_variant_is_of_type(value, G_VARIANT_TYPE_DOUBLE));
}

static void on_properties(GObject *source, GAsyncResult *result, gpointer data)
{
    Tool *tool = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);
    g_autoptr(GVariant) body = reply != NULL ? bus_variant_from_message(reply, NULL, &error) : NULL;
    g_autoptr(GVariantIter) properties = NULL;
    const gchar *name = NULL;
    GVariant *value = NULL;

    if (body == NULL || !g_variant_is_of_type(body, G_VARIANT_TYPE("(a{sv})"))) {
        if (error != NULL)
            g_dbus_error_strip_remote_error(error);
        tool_complain("%s", error != NULL ? error->message : "the vehicle answered with a wrong type");
        tool_end(tool, TOOL_NO_BUS);
        return;
    }
    g_variant_get(body, "(a{sv})", &properties);
    while (g_variant_iter_loop(properties, "{&sv}", &name, &value)) {
        g_autofree gchar *text = is_unknown(value) ? g_strdup("unknown") : g_variant_print(value, FALSE);
        g_print("%s %s\n", name, text);
    }
    tool_end(tool, TOOL_OK);
}

static void ask_for_properties(Tool *tool)
{
    g_autoptr(DBusMessage) call = dbus_message_new_method_call(VEHICLE_BUS_NAME, VEHICLE_OBJECT_PATH,
                                                               DBUS_INTERFACE_PROPERTIES, "GetAll");

    dbus_message_set_auto_start(call, FALSE);
    bus_variant_append(call, g_variant_new("(s)", VEHICLE_INTERFACE), NULL, NULL);
    bus_loop_call_async(tool->bus, call, 0, NULL, on_properties, tool);
}

ToolStatus gear_tool_get(const GearToolOptions *options)
{
    Tool tool = {0};
    ToolStatus status;

    tool_init(&tool, options->bus);
    g_signal_connect_swapped(tool.bus, "connected", G_CALLBACK(ask_for_properties), &tool);
    status = tool_run(&tool, FALSE);
    tool_clear(&tool);
    return status;
}

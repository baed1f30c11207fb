#define G_LOG_DOMAIN "vehicle"

#include "dbus/vehicle_service.h"

#include "dbus/bus_object.h"
#include "dbus/vehicle_command.h"

struct _VehicleService {
    GObject parent_instance;
    BusObject *object;
};
G_DEFINE_FINAL_TYPE(VehicleService, vehicle_service, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_QUIT, N_SIGNALS };
static guint signals[N_SIGNALS];

gboolean vehicle_service_run(VehicleService *self, const gchar *line, GError **error)
{
    g_autofree gchar *stripped = g_strstrip(g_strdup(line));
    VehicleCommand command = {0};

    if (g_str_equal(stripped, "quit")) {
        g_signal_emit(self, signals[SIGNAL_QUIT], 0);
        return TRUE;
    }
    if (!vehicle_command_parse(stripped, &command, error))
        return FALSE;
    bus_object_set_property(self->object, VEHICLE_INTERFACE, command.property, command.value);
    /* At once, so that a quick R, P is seen as R, P: a real lever's moves are not merged either. */
    bus_object_flush(self->object);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0, command.property, command.value);
    g_variant_unref(command.value);
    return TRUE;
}

static void on_method(BusInvocation *invocation, const gchar *method, GVariant *args, gpointer data)
{
    const gchar *line = NULL;
    GError *error = NULL;

    g_variant_get(args, "(&s)", &line);
    if (vehicle_service_run(data, line, &error))
        bus_invocation_return(invocation, NULL, NULL);
    else
        bus_invocation_fail(invocation,
                            g_error_new_literal(G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, error->message));
    g_clear_error(&error);
}

VehicleService *vehicle_service_new(BusLoop *bus)
{
    static const gchar *const properties[] = {"Gear",          "Speed",     "Position",
                                              "StateOfCharge", "PlugState", "IdentificationCode"};
    VehicleService *self = g_object_new(VEHICLE_TYPE_SERVICE, NULL);

    self->object = bus_object_new(bus, VEHICLE_OBJECT_PATH);
    bus_object_add_interface(self->object, VEHICLE_INTERFACE, NULL, NULL);
    bus_object_add_interface(self->object, VEHICLE_SIM_INTERFACE, on_method, self);
    for (guint i = 0; i < G_N_ELEMENTS(properties); i++)
        bus_object_set_property(self->object, VEHICLE_INTERFACE, properties[i],
                                vehicle_command_unknown(properties[i]));
    bus_loop_own_name(bus, VEHICLE_BUS_NAME);
    return self;
}

static void vehicle_service_dispose(GObject *object)
{
    g_clear_object(&VEHICLE_SERVICE(object)->object);
    G_OBJECT_CLASS(vehicle_service_parent_class)->dispose(object);
}

static void vehicle_service_class_init(VehicleServiceClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = vehicle_service_dispose;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", VEHICLE_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
    signals[SIGNAL_QUIT] =
        g_signal_new("quit", VEHICLE_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void vehicle_service_init(VehicleService *self)
{
}

#define G_LOG_DOMAIN "charging-client"

#include "dbus/charging_client.h"

#include "dbus/bus_name.h"
#include "dbus/bus_variant.h"

/* Order and Stop answer after a durable write; OpenPreview after the camera process has the pipe. */
#define CALL_TIMEOUT_MS 10000

struct _ChargingClient {
    GObject parent_instance;
    BusLoop *bus;
    BusName *name;
    GVariant *snapshot;        /* NULL: not known */
    GCancellable *cancellable; /* of the first reading */
};
G_DEFINE_FINAL_TYPE(ChargingClient, charging_client, G_TYPE_OBJECT)

static guint signal_snapshot;

/* @snapshot: (transfer full) (nullable) */
static void set_snapshot(ChargingClient *self, GVariant *snapshot)
{
    g_clear_pointer(&self->snapshot, g_variant_unref);
    self->snapshot = snapshot;
    g_signal_emit(self, signal_snapshot, 0);
}

static void on_first_read(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);
    g_autoptr(GVariant) body = reply != NULL ? bus_variant_from_message(reply, NULL, &error) : NULL;
    g_autoptr(GVariant) value = NULL;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* @data may be gone */
    if (body != NULL && g_variant_is_of_type(body, G_VARIANT_TYPE("(v)")))
        g_variant_get(body, "(v)", &value);
    if (value != NULL && g_variant_is_of_type(value, G_VARIANT_TYPE_VARDICT))
        set_snapshot(data, g_steal_pointer(&value));
    else
        g_warning("cannot read the daemon's state: %s", error != NULL ? error->message : "wrong type");
}

static void on_owner(ChargingClient *self)
{
    const gchar *owner = bus_name_get_owner(self->name), *interface = CHARGING_INTERFACE,
                *property = "Snapshot";
    g_autoptr(DBusMessage) call = NULL;

    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    self->cancellable = g_cancellable_new();
    if (owner == NULL || self->snapshot != NULL)
        set_snapshot(self, NULL);
    if (owner == NULL)
        return;
    call = dbus_message_new_method_call(owner, CHARGING_OBJECT_PATH, DBUS_INTERFACE_PROPERTIES, "Get");
    dbus_message_append_args(call, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &property,
                             DBUS_TYPE_INVALID);
    bus_loop_call_async(self->bus, call, 0, self->cancellable, on_first_read, self);
}

static gboolean on_message(BusLoop *bus, DBusMessage *message, gpointer data)
{
    ChargingClient *self = data;
    g_autoptr(GVariant) body = NULL;
    g_autoptr(GVariant) changed = NULL;
    GVariant *snapshot;

    if (!dbus_message_is_signal(message, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged") ||
        !dbus_message_has_path(message, CHARGING_OBJECT_PATH) || !bus_name_sent(self->name, message) ||
        !dbus_message_has_signature(message, "sa{sv}as"))
        return FALSE;
    body = bus_variant_from_message(message, NULL, NULL);
    if (body == NULL)
        return FALSE;
    changed = g_variant_get_child_value(body, 1);
    snapshot = g_variant_lookup_value(changed, "Snapshot", G_VARIANT_TYPE_VARDICT);
    if (snapshot != NULL)
        set_snapshot(self, snapshot);
    return FALSE;
}

ChargingClient *charging_client_new(BusLoop *bus)
{
    ChargingClient *self = g_object_new(CHARGING_TYPE_CLIENT, NULL);

    charging_error_quark(); /* so that error names become its codes */
    self->bus = g_object_ref(bus);
    self->name = bus_name_new(bus, CHARGING_BUS_NAME);
    g_signal_connect_object(self->name, "owner", G_CALLBACK(on_owner), self, G_CONNECT_SWAPPED);
    bus_loop_add_filter(bus, on_message, self);
    bus_loop_add_match(bus, "type='signal',sender='" CHARGING_BUS_NAME "',path='" CHARGING_OBJECT_PATH
                            "',interface='" DBUS_INTERFACE_PROPERTIES "',member='PropertiesChanged'");
    return self;
}

GVariant *charging_client_get_snapshot(ChargingClient *self)
{
    return self->snapshot;
}

gboolean charging_client_is_present(ChargingClient *self)
{
    return bus_name_get_owner(self->name) != NULL;
}

/* ---- methods ---- */

typedef struct {
    GVariant *result;
    GUnixFDList *fds; /* (nullable) */
} Answer;

static void answer_free(gpointer data)
{
    Answer *self = data;

    g_clear_pointer(&self->result, g_variant_unref);
    g_clear_object(&self->fds);
    g_free(self);
}

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GTask) task = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);
    Answer *answer = g_new0(Answer, 1);

    if (reply != NULL)
        answer->result = bus_variant_from_message(reply, &answer->fds, &error);
    if (answer->result != NULL) {
        g_task_return_pointer(task, answer, answer_free);
        return;
    }
    answer_free(answer);
    g_dbus_error_strip_remote_error(error);
    g_task_return_error(task, g_steal_pointer(&error));
}

void charging_client_call_async(ChargingClient *self, const gchar *method, GVariant *args,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
    g_autoptr(DBusMessage) call =
        dbus_message_new_method_call(CHARGING_BUS_NAME, CHARGING_OBJECT_PATH, CHARGING_INTERFACE, method);
    GError *error = NULL;

    if (!bus_variant_append(call, args, NULL, &error)) {
        g_task_return_error(task, error);
        return;
    }
    bus_loop_call_async(self->bus, call, CALL_TIMEOUT_MS, cancellable, on_answer, g_steal_pointer(&task));
}

GVariant *charging_client_call_finish(ChargingClient *self, GAsyncResult *result, GUnixFDList **fds,
                                      GError **error)
{
    Answer *answer = g_task_propagate_pointer(G_TASK(result), error);
    GVariant *value = NULL;

    if (answer == NULL)
        return NULL;
    value = g_steal_pointer(&answer->result);
    if (fds != NULL)
        *fds = g_steal_pointer(&answer->fds);
    answer_free(answer);
    return value;
}

void charging_client_open_preview_async(ChargingClient *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
    charging_client_call_async(self, "OpenPreview", NULL, cancellable, callback, user_data);
}

gint charging_client_open_preview_finish(ChargingClient *self, GAsyncResult *result, GError **error)
{
    g_autoptr(GUnixFDList) fds = NULL;
    g_autoptr(GVariant) value = charging_client_call_finish(self, result, &fds, error);

    if (value == NULL)
        return -1;
    if (fds == NULL || !g_variant_is_of_type(value, G_VARIANT_TYPE("(h)"))) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the answer carries no descriptor");
        return -1;
    }
    return g_unix_fd_list_get(fds, 0, error);
}

static void charging_client_dispose(GObject *object)
{
    ChargingClient *self = CHARGING_CLIENT(object);

    g_cancellable_cancel(self->cancellable);
    if (self->bus != NULL)
        bus_loop_remove_filter(self->bus, on_message, self);
    g_clear_object(&self->name);
    g_clear_object(&self->bus);
    G_OBJECT_CLASS(charging_client_parent_class)->dispose(object);
}

static void charging_client_finalize(GObject *object)
{
    ChargingClient *self = CHARGING_CLIENT(object);

    g_clear_pointer(&self->snapshot, g_variant_unref);
    g_object_unref(self->cancellable);
    G_OBJECT_CLASS(charging_client_parent_class)->finalize(object);
}

static void charging_client_class_init(ChargingClientClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = charging_client_dispose;
    G_OBJECT_CLASS(klass)->finalize = charging_client_finalize;
    signal_snapshot = g_signal_new("snapshot", CHARGING_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void charging_client_init(ChargingClient *self)
{
    self->cancellable = g_cancellable_new();
}

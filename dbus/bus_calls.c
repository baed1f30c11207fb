#include "dbus/bus_calls.h"

struct BusCalls {
    DBusConnection *connection;
    GMainContext *context;
    GQueue waiting; /* BusCall */
};

typedef struct {
    BusCalls *calls;
    GList link; /* in calls->waiting */
    GTask *task;
    DBusPendingCall *pending;
    GSource *cancelled;
} BusCall;

/* Takes the call off the list and gives up everything but its task. Returns: (transfer full) */
static GTask *bus_call_end(BusCall *call)
{
    GTask *task = g_steal_pointer(&call->task);

    g_queue_unlink(&call->calls->waiting, &call->link);
    dbus_pending_call_cancel(call->pending);
    dbus_pending_call_unref(call->pending);
    if (call->cancelled != NULL) {
        g_source_destroy(call->cancelled);
        g_source_unref(call->cancelled);
    }
    g_free(call);
    return task;
}

static void message_unref(gpointer message)
{
    dbus_message_unref(message);
}

static void on_answer(DBusPendingCall *pending, void *data)
{
    DBusMessage *reply = dbus_pending_call_steal_reply(pending);
    g_autoptr(GTask) task = bus_call_end(data);
    const gchar *text = NULL;

    if (dbus_message_get_type(reply) != DBUS_MESSAGE_TYPE_ERROR) {
        g_task_return_pointer(task, reply, message_unref);
        return;
    }
    if (!dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &text, DBUS_TYPE_INVALID))
        text = "";
    g_task_return_error(task, g_dbus_error_new_for_dbus_error(dbus_message_get_error_name(reply), text));
    dbus_message_unref(reply);
}

static gboolean on_cancelled(GCancellable *cancellable, gpointer data)
{
    g_autoptr(GTask) task = bus_call_end(data);

    g_task_return_error_if_cancelled(task);
    return G_SOURCE_REMOVE;
}

static void return_not_connected(GTask *task)
{
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "the connection to the bus was lost");
}

void bus_calls_send(BusCalls *self, DBusMessage *message, guint timeout_ms, GTask *task)
{
    GCancellable *cancellable = g_task_get_cancellable(task);
    DBusPendingCall *pending = NULL;
    BusCall *call;

    if (!dbus_connection_send_with_reply(self->connection, message, &pending, (int)timeout_ms))
        g_error("libdbus: out of memory");
    if (pending == NULL) {
        return_not_connected(task);
        g_object_unref(task);
        return;
    }
    call = g_new0(BusCall, 1);
    call->calls = self;
    call->task = task;
    call->pending = pending;
    call->link.data = call;
    g_queue_push_tail_link(&self->waiting, &call->link);
    if (cancellable != NULL) {
        call->cancelled = g_cancellable_source_new(cancellable);
        g_source_set_callback(call->cancelled, G_SOURCE_FUNC(on_cancelled), call, NULL);
        g_source_attach(call->cancelled, self->context);
    }
    if (!dbus_pending_call_set_notify(pending, on_answer, call, NULL))
        g_error("libdbus: out of memory");
}

BusCalls *bus_calls_new(DBusConnection *connection, GMainContext *context)
{
    BusCalls *self = g_new0(BusCalls, 1);

    self->connection = dbus_connection_ref(connection);
    self->context = g_main_context_ref(context);
    g_queue_init(&self->waiting);
    return self;
}

void bus_calls_free(BusCalls *self)
{
    while (!g_queue_is_empty(&self->waiting)) {
        g_autoptr(GTask) task = bus_call_end(g_queue_peek_head(&self->waiting));
        return_not_connected(task);
    }
    dbus_connection_unref(self->connection);
    g_main_context_unref(self->context);
    g_free(self);
}

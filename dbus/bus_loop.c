#define G_LOG_DOMAIN "bus"

#include "dbus/bus_loop.h"

#include "dbus/bus_address.h"
#include "dbus/bus_calls.h"
#include "dbus/bus_own_names.h"
#include "dbus/bus_sources.h"

/* Replies and signals that wait to be handled: past this, libdbus stops reading and the bus keeps the rest.
 */
#define MAX_RECEIVED_BYTES (1024 * 1024)
#define MAX_RECEIVED_FDS 16

/* A restarted bus is back within a few hundred ms; then a look every second costs little, and keeps the
 * promise "ready within 2 s" however long the bus was away. */
static const guint retry_delays_ms[] = {20, 50, 100, 200, 400, 1000};

typedef struct {
    BusFilter filter;
    gpointer user_data;
} FilterEntry;

struct _BusLoop {
    GObject parent_instance;
    gchar *bus;
    gchar *problem;
    GMainContext *context;
    DBusConnection *connection; /* set from the attempt on; usable only when @ready */
    BusSources *sources;
    gboolean started, ready;
    guint n_attempts; /* since the last time we were ready */
    GSource *retry;
    BusOwnNames *names;
    GPtrArray *rules; /* gchar */
    GArray *filters;  /* FilterEntry */
    BusCalls *calls;  /* of this connection */
};
G_DEFINE_FINAL_TYPE(BusLoop, bus_loop, G_TYPE_OBJECT)

enum { SIGNAL_CONNECTED, SIGNAL_LOST, SIGNAL_NAME, N_SIGNALS };
static guint signals[N_SIGNALS];

static void try_to_connect(BusLoop *self);

static gboolean on_retry(gpointer data)
{
    BusLoop *self = data;

    g_clear_pointer(&self->retry, g_source_unref); /* destroyed by the return value */
    try_to_connect(self);
    return G_SOURCE_REMOVE;
}

static void schedule_retry(BusLoop *self)
{
    guint step = MIN(self->n_attempts, G_N_ELEMENTS(retry_delays_ms) - 1);

    if (!self->started || self->retry != NULL)
        return;
    self->n_attempts++;
    self->retry = g_timeout_source_new(retry_delays_ms[step]);
    g_source_set_callback(self->retry, on_retry, self, NULL);
    g_source_attach(self->retry, self->context);
}

static void set_problem(BusLoop *self, const gchar *problem)
{
    /* One line per kind of failure, not one per attempt. */
    if (problem != NULL && g_strcmp0(self->problem, problem) != 0)
        g_warning("no connection to the %s bus: %s", self->bus, problem);
    g_free(self->problem);
    self->problem = g_strdup(problem);
}

/* Closes what there is; every call that waits ends with NOT_CONNECTED; tells those who knew a connection. */
static void disconnect_now(BusLoop *self)
{
    DBusConnection *connection = g_steal_pointer(&self->connection);
    gboolean was_ready = self->ready;

    if (connection == NULL)
        return;
    self->ready = FALSE;
    bus_sources_detach(g_steal_pointer(&self->sources));
    bus_calls_free(g_steal_pointer(&self->calls));
    dbus_connection_close(connection);
    dbus_connection_unref(connection);
    bus_own_names_forget(self->names);
    if (was_ready)
        g_signal_emit(self, signals[SIGNAL_LOST], 0);
}

static void on_match_added(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree gchar *rule = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);

    if (reply == NULL && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
        g_warning("the bus refused the match rule %s: %s", rule, error->message);
}

static DBusMessage *bus_driver_call(const gchar *method)
{
    return dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, method);
}

static void add_match_now(BusLoop *self, const gchar *rule)
{
    g_autoptr(DBusMessage) call = bus_driver_call("AddMatch");

    dbus_message_append_args(call, DBUS_TYPE_STRING, &rule, DBUS_TYPE_INVALID);
    bus_loop_call_async(self, call, 0, NULL, on_match_added, g_strdup(rule));
}

static gboolean filter_is_installed(BusLoop *self, const FilterEntry *entry)
{
    for (guint i = 0; i < self->filters->len; i++) {
        FilterEntry *other = &g_array_index(self->filters, FilterEntry, i);
        if (other->filter == entry->filter && other->user_data == entry->user_data)
            return TRUE;
    }
    return FALSE;
}

static DBusHandlerResult on_message(DBusConnection *connection, DBusMessage *message, void *data)
{
    g_autoptr(BusLoop) self = g_object_ref(data);
    g_autoptr(GArray) filters = NULL;

    if (connection != self->connection)
        return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
    if (dbus_message_is_signal(message, DBUS_INTERFACE_LOCAL, "Disconnected")) {
        set_problem(self, self->ready ? "the bus closed the connection" : "the bus refused the connection");
        disconnect_now(self);
        schedule_retry(self);
        return DBUS_HANDLER_RESULT_HANDLED;
    }
    if (!self->ready)
        return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
    bus_own_names_see(self->names, message);

    /* A copy, because a filter may add or remove filters. */
    filters = g_array_copy(self->filters);
    for (guint i = 0; i < filters->len; i++) {
        FilterEntry *entry = &g_array_index(filters, FilterEntry, i);
        if (filter_is_installed(self, entry) && entry->filter(self, message, entry->user_data))
            return DBUS_HANDLER_RESULT_HANDLED;
    }
    return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
}

static void on_hello(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(BusLoop) self = g_object_ref(BUS_LOOP(source));
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(self, result, &error);
    DBusConnection *connection = data; /* only compared: the answer may belong to an earlier attempt */
    const gchar *unique_name = NULL;

    if (connection != self->connection || self->ready)
        return;
    if (reply == NULL ||
        !dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &unique_name, DBUS_TYPE_INVALID)) {
        set_problem(self, error != NULL ? error->message : "the bus answered Hello with nonsense");
        disconnect_now(self);
        schedule_retry(self);
        return;
    }
    dbus_bus_set_unique_name(self->connection, unique_name);
    self->ready = TRUE;
    self->n_attempts = 0;
    if (self->problem != NULL)
        g_message("connected to the %s bus again", self->bus);
    set_problem(self, NULL);
    for (guint i = 0; i < self->rules->len; i++)
        add_match_now(self, self->rules->pdata[i]);
    g_signal_emit(self, signals[SIGNAL_CONNECTED], 0);
    /* After "connected", so that whoever serves an object under the name is ready for its first caller. */
    if (self->ready && self->connection == connection)
        bus_own_names_request(self->names);
}

static void try_to_connect(BusLoop *self)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *address = bus_address_find(self->bus, &error);
    g_autoptr(DBusMessage) hello = NULL;
    g_autoptr(GTask) task = NULL;
    DBusError failure = DBUS_ERROR_INIT;

    if (address != NULL)
        self->connection = dbus_connection_open_private(address, &failure);
    if (self->connection == NULL) {
        set_problem(self, error != NULL ? error->message : failure.message);
        dbus_error_free(&failure);
        schedule_retry(self);
        return;
    }
    dbus_connection_set_exit_on_disconnect(self->connection, FALSE);
    dbus_connection_set_max_received_size(self->connection, MAX_RECEIVED_BYTES);
    dbus_connection_set_max_received_unix_fds(self->connection, MAX_RECEIVED_FDS);
    if (!dbus_connection_add_filter(self->connection, on_message, self, NULL))
        g_error("libdbus: out of memory");
    self->calls = bus_calls_new(self->connection, self->context);
    self->sources = bus_sources_attach(self->connection, self->context);

    /* dbus_bus_register() would block until the bus answers. */
    hello = bus_driver_call("Hello");
    task = g_task_new(self, NULL, on_hello, self->connection);
    bus_calls_send(self->calls, hello, BUS_CALL_TIMEOUT_MS, g_steal_pointer(&task));
}

BusLoop *bus_loop_new(const gchar *bus)
{
    BusLoop *self = g_object_new(BUS_TYPE_LOOP, NULL);

    self->bus = g_strdup(bus);
    return self;
}

void bus_loop_start(BusLoop *self)
{
    if (self->started)
        return;
    self->started = TRUE;
    self->n_attempts = 0;
    self->retry = g_idle_source_new();
    g_source_set_priority(self->retry, G_PRIORITY_DEFAULT);
    g_source_set_callback(self->retry, on_retry, self, NULL);
    g_source_attach(self->retry, self->context);
}

void bus_loop_stop(BusLoop *self)
{
    g_autoptr(GSource) retry = g_steal_pointer(&self->retry);

    self->started = FALSE;
    if (retry != NULL)
        g_source_destroy(retry);
    if (self->ready)
        dbus_connection_flush(self->connection);
    disconnect_now(self);
}

gboolean bus_loop_is_connected(BusLoop *self)
{
    return self->ready;
}

DBusConnection *bus_loop_get_connection(BusLoop *self)
{
    return self->ready ? self->connection : NULL;
}

const gchar *bus_loop_get_problem(BusLoop *self)
{
    return self->problem;
}

const gchar *bus_loop_get_bus(BusLoop *self)
{
    return self->bus;
}

void bus_loop_own_name(BusLoop *self, const gchar *name)
{
    bus_own_names_add(self->names, name);
}

gboolean bus_loop_owns_name(BusLoop *self, const gchar *name)
{
    return bus_own_names_has(self->names, name);
}

void bus_loop_add_match(BusLoop *self, const gchar *rule)
{
    g_ptr_array_add(self->rules, g_strdup(rule));
    if (self->ready)
        add_match_now(self, rule);
}

void bus_loop_add_filter(BusLoop *self, BusFilter filter, gpointer user_data)
{
    FilterEntry entry = {filter, user_data};

    g_array_append_val(self->filters, entry);
}

void bus_loop_remove_filter(BusLoop *self, BusFilter filter, gpointer user_data)
{
    for (guint i = 0; i < self->filters->len; i++) {
        FilterEntry *entry = &g_array_index(self->filters, FilterEntry, i);
        if (entry->filter == filter && entry->user_data == user_data) {
            g_array_remove_index(self->filters, i);
            return;
        }
    }
}

gboolean bus_loop_send(BusLoop *self, DBusMessage *message)
{
    return self->ready && dbus_connection_send(self->connection, message, NULL);
}

void bus_loop_call_async(BusLoop *self, DBusMessage *message, guint timeout_ms, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

    if (!self->ready) {
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "no connection to the %s bus%s%s",
                                self->bus, self->problem != NULL ? ": " : "",
                                self->problem != NULL ? self->problem : "");
        return;
    }
    bus_calls_send(self->calls, message, timeout_ms > 0 ? timeout_ms : BUS_CALL_TIMEOUT_MS,
                   g_steal_pointer(&task));
}

DBusMessage *bus_loop_call_finish(BusLoop *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), NULL);
    return g_task_propagate_pointer(G_TASK(result), error);
}

static void bus_loop_dispose(GObject *object)
{
    bus_loop_stop(BUS_LOOP(object));
    G_OBJECT_CLASS(bus_loop_parent_class)->dispose(object);
}

static void bus_loop_finalize(GObject *object)
{
    BusLoop *self = BUS_LOOP(object);

    g_free(self->bus);
    g_free(self->problem);
    bus_own_names_free(self->names);
    g_ptr_array_unref(self->rules);
    g_array_unref(self->filters);
    g_main_context_unref(self->context);
    G_OBJECT_CLASS(bus_loop_parent_class)->finalize(object);
}

static void bus_loop_class_init(BusLoopClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = bus_loop_dispose;
    object_class->finalize = bus_loop_finalize;
    signals[SIGNAL_CONNECTED] =
        g_signal_new("connected", BUS_TYPE_LOOP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_LOST] =
        g_signal_new("lost", BUS_TYPE_LOOP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_NAME] = g_signal_new("name", BUS_TYPE_LOOP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void on_name(BusLoop *self, const gchar *name, gboolean owned)
{
    g_signal_emit(self, signals[SIGNAL_NAME], 0, name, owned);
}

static void bus_loop_init(BusLoop *self)
{
    self->context = g_main_context_ref_thread_default();
    self->names = bus_own_names_new(self, on_name);
    self->rules = g_ptr_array_new_with_free_func(g_free);
    self->filters = g_array_new(FALSE, FALSE, sizeof(FilterEntry));
}

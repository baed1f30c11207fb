#include "dbus/bus_sources.h"

#include <glib-unix.h>

/* One turn of the main loop handles at most this many messages, so that a peer who floods us cannot keep the
 * other sources (camera, server, timers) from their turn. */
#define MESSAGES_PER_TURN 32

struct BusSources {
    gatomicrefcount ref_count;
    DBusConnection *connection; /* NULL once detached */
    GMainContext *context;
    GSource *dispatch;
};

static void bus_sources_unref(BusSources *self)
{
    if (!g_atomic_ref_count_dec(&self->ref_count))
        return;
    g_main_context_unref(self->context);
    g_free(self);
}

static void source_destroy_unref(void *data)
{
    GSource *source = data;

    g_source_destroy(source);
    g_source_unref(source);
}

static GIOCondition condition_from_dbus(DBusWatch *watch)
{
    guint flags = dbus_watch_get_flags(watch);

    return (flags & DBUS_WATCH_READABLE ? G_IO_IN : 0) | (flags & DBUS_WATCH_WRITABLE ? G_IO_OUT : 0) |
           G_IO_ERR | G_IO_HUP;
}

static gboolean on_watch_ready(gint fd, GIOCondition condition, gpointer data)
{
    guint flags =
        (condition & G_IO_IN ? DBUS_WATCH_READABLE : 0) | (condition & G_IO_OUT ? DBUS_WATCH_WRITABLE : 0) |
        (condition & G_IO_ERR ? DBUS_WATCH_ERROR : 0) | (condition & G_IO_HUP ? DBUS_WATCH_HANGUP : 0);

    /* May destroy the watch and with it this source; FALSE means "out of memory", and the fd stays ready. */
    dbus_watch_handle(data, flags);
    return G_SOURCE_CONTINUE;
}

static void watch_toggled(DBusWatch *watch, void *data)
{
    BusSources *self = data;
    GSource *source;

    dbus_watch_set_data(watch, NULL, NULL); /* destroys the previous source, if any */
    if (!dbus_watch_get_enabled(watch))
        return;
    source = g_unix_fd_source_new(dbus_watch_get_unix_fd(watch), condition_from_dbus(watch));
    g_source_set_callback(source, G_SOURCE_FUNC(on_watch_ready), watch, NULL);
    g_source_attach(source, self->context);
    dbus_watch_set_data(watch, source, source_destroy_unref);
}

static dbus_bool_t watch_added(DBusWatch *watch, void *data)
{
    watch_toggled(watch, data);
    return TRUE;
}

static void watch_removed(DBusWatch *watch, void *data)
{
    dbus_watch_set_data(watch, NULL, NULL);
}

static gboolean on_timeout_due(gpointer data)
{
    dbus_timeout_handle(data);
    return G_SOURCE_CONTINUE; /* libdbus timeouts repeat until they are disabled or removed */
}

static void timeout_toggled(DBusTimeout *timeout, void *data)
{
    BusSources *self = data;
    GSource *source;

    dbus_timeout_set_data(timeout, NULL, NULL);
    if (!dbus_timeout_get_enabled(timeout))
        return;
    source = g_timeout_source_new((guint)dbus_timeout_get_interval(timeout));
    g_source_set_callback(source, on_timeout_due, timeout, NULL);
    g_source_attach(source, self->context);
    dbus_timeout_set_data(timeout, source, source_destroy_unref);
}

static dbus_bool_t timeout_added(DBusTimeout *timeout, void *data)
{
    timeout_toggled(timeout, data);
    return TRUE;
}

static void timeout_removed(DBusTimeout *timeout, void *data)
{
    dbus_timeout_set_data(timeout, NULL, NULL);
}

static void drop_dispatch(BusSources *self)
{
    g_autoptr(GSource) source = g_steal_pointer(&self->dispatch);

    if (source != NULL)
        g_source_destroy(source);
}

static gboolean on_dispatch(gpointer data)
{
    BusSources *self = data;
    DBusConnection *connection = dbus_connection_ref(self->connection);
    DBusDispatchStatus status = DBUS_DISPATCH_DATA_REMAINS;

    g_atomic_ref_count_inc(&self->ref_count);
    for (guint n = 0;
         n < MESSAGES_PER_TURN && status == DBUS_DISPATCH_DATA_REMAINS && self->connection != NULL; n++)
        status = dbus_connection_dispatch(connection);
    if (status == DBUS_DISPATCH_COMPLETE)
        drop_dispatch(self);
    dbus_connection_unref(connection);
    bus_sources_unref(self);
    return G_SOURCE_CONTINUE; /* ignored when destroyed above or by bus_sources_detach() */
}

/* Runs inside libdbus, where dispatching is forbidden: only arrange for it. */
static void dispatch_status_changed(DBusConnection *connection, DBusDispatchStatus status, void *data)
{
    BusSources *self = data;

    if (status != DBUS_DISPATCH_DATA_REMAINS || self->dispatch != NULL || self->connection == NULL)
        return;
    self->dispatch = g_idle_source_new();
    g_source_set_priority(self->dispatch, G_PRIORITY_DEFAULT);
    g_source_set_callback(self->dispatch, on_dispatch, self, NULL);
    g_source_attach(self->dispatch, self->context);
}

BusSources *bus_sources_attach(DBusConnection *connection, GMainContext *context)
{
    BusSources *self = g_new0(BusSources, 1);

    g_atomic_ref_count_init(&self->ref_count);
    self->connection = dbus_connection_ref(connection);
    self->context = g_main_context_ref(context);
    /* These fail only without memory, where GLib would have aborted already. */
    if (!dbus_connection_set_watch_functions(connection, watch_added, watch_removed, watch_toggled, self,
                                             NULL) ||
        !dbus_connection_set_timeout_functions(connection, timeout_added, timeout_removed, timeout_toggled,
                                               self, NULL))
        g_error("libdbus: out of memory");
    dbus_connection_set_dispatch_status_function(connection, dispatch_status_changed, self, NULL);
    dispatch_status_changed(connection, dbus_connection_get_dispatch_status(connection), self);
    return self;
}

void bus_sources_detach(BusSources *self)
{
    DBusConnection *connection = g_steal_pointer(&self->connection);

    dbus_connection_set_dispatch_status_function(connection, NULL, NULL, NULL);
    if (!dbus_connection_set_watch_functions(connection, NULL, NULL, NULL, NULL, NULL) ||
        !dbus_connection_set_timeout_functions(connection, NULL, NULL, NULL, NULL, NULL))
        g_error("libdbus: out of memory");
    drop_dispatch(self);
    dbus_connection_unref(connection);
    bus_sources_unref(self);
}

#define G_LOG_DOMAIN "gear"

#include "dbus/gear_source.h"

#include "dbus/bus_variant.h"

#define AMB_MANAGER_INTERFACE "org.automotive.Manager"

/* A vehicle service may own its name before its objects are there. */
#define FIRST_RETRY_MS 250
#define LAST_RETRY_MS 32000

struct GearSource {
    BusLoop *bus;
    const gchar *sender;
    const GearMatchSource *match;
    GearSourceHandlers handlers;
    gchar *owner;              /* NULL: nobody to ask */
    gchar *path;               /* NULL: not found yet */
    GCancellable *cancellable; /* of the questions to this owner */
    GSource *retry;
    guint retry_ms;
};

static void ask(GearSource *self);

static gboolean on_retry(gpointer data)
{
    GearSource *self = data;

    g_clear_pointer(&self->retry, g_source_unref);
    ask(self);
    return G_SOURCE_REMOVE;
}

static void cannot_read(GearSource *self, GError *error)
{
    g_autofree gchar *problem = NULL;

    g_dbus_error_strip_remote_error(error);
    problem = g_strdup_printf("reading %s.%s of %s failed: %s", self->match->interface, self->match->member,
                              self->sender, error->message);
    if (self->handlers.problem != NULL)
        self->handlers.problem(problem, self->handlers.user_data);
    if (self->retry != NULL)
        return;
    self->retry = g_timeout_source_new(self->retry_ms);
    g_source_set_callback(self->retry, on_retry, self, NULL);
    g_source_attach(self->retry, g_main_context_get_thread_default());
    self->retry_ms = MIN(self->retry_ms * 2, LAST_RETRY_MS);
}

/* Returns: (transfer full) (nullable): tuple of type @type; NULL with an error, or without one when @self is
 * gone */
static GVariant *finish_question(GObject *source, GAsyncResult *result, const gchar *type, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &failure);
    g_autoptr(GVariant) body = reply != NULL ? bus_variant_from_message(reply, NULL, &failure) : NULL;

    if (body != NULL && g_variant_is_of_type(body, G_VARIANT_TYPE(type)))
        return g_steal_pointer(&body);
    if (body != NULL)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "answered with type %s",
                    g_variant_get_type_string(body));
    else if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

static void report(GearSource *self, GVariant *properties)
{
    g_autoptr(GVariant) value = g_variant_lookup_value(properties, self->match->member, NULL);

    if (value != NULL)
        self->handlers.value(value, self->handlers.user_data);
    if (self->handlers.all != NULL)
        self->handlers.all(properties, self->handlers.user_data);
}

static void on_all(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) body = finish_question(source, result, "(a{sv})", &error);
    g_autoptr(GVariant) properties = NULL;

    if (error != NULL)
        cannot_read(data, error);
    if (body == NULL)
        return;
    properties = g_variant_get_child_value(body, 0);
    report(data, properties);
}

static void on_one(GObject *source, GAsyncResult *result, gpointer data)
{
    GearSource *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) body = finish_question(source, result, "(v)", &error);
    g_autoptr(GVariant) value = NULL;

    if (error != NULL)
        cannot_read(self, error);
    if (body == NULL)
        return;
    value = g_variant_get_child_value(body, 0);
    self->handlers.value(value, self->handlers.user_data);
}

static void on_found(GObject *source, GAsyncResult *result, gpointer data)
{
    GearSource *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) body = finish_question(source, result, "(ao)", &error);
    g_autofree const gchar **paths = NULL;

    if (body != NULL) {
        g_variant_get(body, "(^a&o)", &paths);
        if (paths[0] == NULL)
            g_set_error(&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "it has no object \"%s\"",
                        self->match->find);
    }
    if (error != NULL)
        cannot_read(self, error);
    if (error != NULL || body == NULL)
        return;
    self->path =
        g_strdup(paths[0]); /* several: several zones or sources; the first is the vehicle's main one */
    ask(self);
}

static DBusMessage *question(GearSource *self, const gchar *path, const gchar *interface, const gchar *method)
{
    /* To the unique name: the answer is this owner's, or an error. */
    return dbus_message_new_method_call(self->owner, path, interface, method);
}

/* Asks the next thing that is not known: where the object is, then its value. */
static void ask(GearSource *self)
{
    const gchar *interface = self->match->interface, *member = self->match->member;
    g_autoptr(DBusMessage) call = NULL;

    if (self->path == NULL) {
        call = question(self, "/", AMB_MANAGER_INTERFACE, "FindObject");
        dbus_message_append_args(call, DBUS_TYPE_STRING, &self->match->find, DBUS_TYPE_INVALID);
        bus_loop_call_async(self->bus, call, 0, self->cancellable, on_found, self);
    } else if (self->match->kind == GEAR_MATCH_PROPERTY && self->handlers.all != NULL) {
        call = question(self, self->path, DBUS_INTERFACE_PROPERTIES, "GetAll");
        dbus_message_append_args(call, DBUS_TYPE_STRING, &interface, DBUS_TYPE_INVALID);
        bus_loop_call_async(self->bus, call, 0, self->cancellable, on_all, self);
    } else if (self->match->kind == GEAR_MATCH_PROPERTY) {
        call = question(self, self->path, DBUS_INTERFACE_PROPERTIES, "Get");
        dbus_message_append_args(call, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &member,
                                 DBUS_TYPE_INVALID);
        bus_loop_call_async(self->bus, call, 0, self->cancellable, on_one, self);
    }
}

void gear_source_set_owner(GearSource *self, const gchar *owner)
{
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    self->cancellable = g_cancellable_new();
    if (self->retry != NULL) {
        g_source_destroy(self->retry);
        g_clear_pointer(&self->retry, g_source_unref);
    }
    self->retry_ms = FIRST_RETRY_MS;
    g_free(self->owner);
    self->owner = g_strdup(owner);
    g_free(self->path);
    self->path = self->match->find == NULL ? g_strdup(self->match->path) : NULL;
    if (owner != NULL)
        ask(self);
}

gboolean gear_source_wants(const GearSource *self, DBusMessage *message)
{
    const gchar *interface = NULL;

    if (self->path == NULL || !dbus_message_has_path(message, self->path))
        return FALSE;
    if (self->match->kind == GEAR_MATCH_SIGNAL)
        return dbus_message_is_signal(message, self->match->interface, self->match->member);
    /* The rest of its arguments is looked at in gear_source_feed(), where a wrong type counts. */
    return dbus_message_is_signal(message, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged") &&
           dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &interface, DBUS_TYPE_INVALID) &&
           g_str_equal(interface, self->match->interface);
}

gboolean gear_source_feed(GearSource *self, DBusMessage *message)
{
    g_autoptr(GVariant) body = bus_variant_from_message(message, NULL, NULL);
    g_autoptr(GVariant) part = NULL;
    g_autofree const gchar **invalidated = NULL;

    if (body == NULL)
        return FALSE;
    if (self->match->kind == GEAR_MATCH_SIGNAL) {
        if (self->match->argument >= g_variant_n_children(body))
            return FALSE;
        part = g_variant_get_child_value(body, self->match->argument);
        self->handlers.value(part, self->handlers.user_data);
        return TRUE;
    }
    if (!g_variant_is_of_type(body, G_VARIANT_TYPE("(sa{sv}as)")))
        return FALSE;
    g_variant_get(body, "(&s@a{sv}^a&s)", NULL, &part, &invalidated);
    report(self, part);
    if (g_strv_contains(invalidated, self->match->member) && self->owner != NULL)
        ask(self); /* "it changed, come and get it" */
    return TRUE;
}

GearSource *gear_source_new(BusLoop *bus, const gchar *sender, const GearMatchSource *match,
                            const GearSourceHandlers *handlers)
{
    GearSource *self = g_new0(GearSource, 1);
    g_autofree gchar *rule =
        match->kind == GEAR_MATCH_SIGNAL
            ? g_strdup_printf("type='signal',sender='%s',interface='%s',member='%s'", sender,
                              match->interface, match->member)
            : g_strdup_printf("type='signal',sender='%s',interface='" DBUS_INTERFACE_PROPERTIES
                              "',member='PropertiesChanged',arg0='%s'",
                              sender, match->interface);

    self->bus = g_object_ref(bus);
    self->sender = sender;
    self->match = match;
    self->handlers = *handlers;
    self->cancellable = g_cancellable_new();
    bus_loop_add_match(bus, rule);
    return self;
}

void gear_source_free(GearSource *self)
{
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    if (self->retry != NULL) {
        g_source_destroy(self->retry);
        g_source_unref(self->retry);
    }
    g_object_unref(self->bus);
    g_free(self->owner);
    g_free(self->path);
    g_free(self);
}

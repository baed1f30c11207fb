#define G_LOG_DOMAIN "bus"

#include "dbus/bus_own_names.h"

typedef struct {
    gchar *name;
    gboolean owned;
} OwnName;

struct BusOwnNames {
    BusLoop *bus;
    void (*changed)(BusLoop *bus, const gchar *name, gboolean owned);
    GPtrArray *names; /* OwnName */
};

static void own_name_free(gpointer data)
{
    OwnName *own = data;

    g_free(own->name);
    g_free(own);
}

BusOwnNames *bus_own_names_new(BusLoop *bus, void (*changed)(BusLoop *bus, const gchar *name, gboolean owned))
{
    BusOwnNames *self = g_new0(BusOwnNames, 1);

    self->bus = bus;
    self->changed = changed;
    self->names = g_ptr_array_new_with_free_func(own_name_free);
    return self;
}

void bus_own_names_free(BusOwnNames *self)
{
    g_ptr_array_unref(self->names);
    g_free(self);
}

static OwnName *find_name(BusOwnNames *self, const gchar *name)
{
    for (guint i = 0; i < self->names->len; i++)
        if (g_str_equal(((OwnName *)self->names->pdata[i])->name, name))
            return self->names->pdata[i];
    return NULL;
}

static void set_owned(OwnName *own, BusOwnNames *self, gboolean owned)
{
    own->owned = owned;
    self->changed(self->bus, own->name, owned);
}

typedef struct {
    BusOwnNames *names; /* alive: the pending call holds the BusLoop that owns it */
    OwnName *own;       /* never removed from @names */
} Request;

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree Request *request = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);
    dbus_uint32_t answer = 0;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
        return; /* asked again on the next connection */
    if (reply != NULL)
        dbus_message_get_args(reply, NULL, DBUS_TYPE_UINT32, &answer, DBUS_TYPE_INVALID);
    if (answer == DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER || answer == DBUS_REQUEST_NAME_REPLY_ALREADY_OWNER) {
        set_owned(request->own, request->names, TRUE);
        return;
    }
    if (error != NULL)
        g_dbus_error_strip_remote_error(error);
    g_warning("cannot own the bus name %s: %s", request->own->name,
              error != NULL ? error->message : "another connection owns it already");
    set_owned(request->own, request->names, FALSE);
}

static void request_now(BusOwnNames *self, OwnName *own)
{
    g_autoptr(DBusMessage) call =
        dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "RequestName");
    dbus_uint32_t flags = DBUS_NAME_FLAG_DO_NOT_QUEUE;
    Request request = {self, own};

    dbus_message_append_args(call, DBUS_TYPE_STRING, &own->name, DBUS_TYPE_UINT32, &flags, DBUS_TYPE_INVALID);
    bus_loop_call_async(self->bus, call, 0, NULL, on_answer, g_memdup2(&request, sizeof(request)));
}

void bus_own_names_add(BusOwnNames *self, const gchar *name)
{
    OwnName *own = g_new0(OwnName, 1);

    own->name = g_strdup(name);
    g_ptr_array_add(self->names, own);
    if (bus_loop_is_connected(self->bus))
        request_now(self, own);
}

gboolean bus_own_names_has(BusOwnNames *self, const gchar *name)
{
    OwnName *own = find_name(self, name);

    return own != NULL && own->owned;
}

void bus_own_names_request(BusOwnNames *self)
{
    for (guint i = 0; i < self->names->len; i++)
        request_now(self, self->names->pdata[i]);
}

void bus_own_names_forget(BusOwnNames *self)
{
    for (guint i = 0; i < self->names->len; i++) {
        OwnName *own = self->names->pdata[i];
        if (own->owned)
            set_owned(own, self, FALSE);
    }
}

void bus_own_names_see(BusOwnNames *self, DBusMessage *message)
{
    const gchar *name = NULL;
    OwnName *own;

    if (!dbus_message_is_signal(message, DBUS_INTERFACE_DBUS, "NameLost") ||
        !dbus_message_has_sender(message, DBUS_SERVICE_DBUS) ||
        !dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID))
        return;
    own = find_name(self, name);
    if (own != NULL)
        set_owned(own, self, FALSE);
}

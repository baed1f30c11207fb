#include "tests/support/private_bus.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbus/bus_variant.h"

static const gchar configuration[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
    " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
    "<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>\n"
    "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow "
    "eavesdrop=\"true\"/>"
    "<allow own=\"*\"/></policy></busconfig>\n";

struct PrivateBus {
    gchar *folder, *socket, *config, *address;
    GPid pid; /* 0: not running */
};

/* The bus says its address when it listens. */
static void wait_until_listening(gint fd)
{
    gchar byte = '\0';

    while (read(fd, &byte, 1) == 1 && byte != '\n')
        ;
    cr_assert_eq(byte, '\n', "dbus-daemon ended before it listened");
    close(fd);
}

/* In the child: a test that fails leaves no daemon behind. */
static void die_with_test(gpointer unused)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void private_bus_start(PrivateBus *self)
{
    const gchar *const argv[] = {"dbus-daemon",   "--nofork",   "--nosyslog", "--print-address=1",
                                 "--config-file", self->config, NULL};
    g_autoptr(GError) error = NULL;
    gint output = -1;

    cr_assert_eq(self->pid, 0);
    g_unlink(self->socket); /* a killed daemon leaves it */
    cr_assert(g_spawn_async_with_pipes(NULL, (gchar **)argv, NULL,
                                       G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_test, NULL,
                                       &self->pid, NULL, &output, NULL, &error),
              "%s", error ? error->message : "");
    wait_until_listening(output);
}

void private_bus_stop(PrivateBus *self)
{
    if (self->pid == 0)
        return;
    kill(self->pid, SIGKILL);
    waitpid(self->pid, NULL, 0);
    self->pid = 0;
}

PrivateBus *private_bus_new(void)
{
    PrivateBus *self = g_new0(PrivateBus, 1);
    g_autofree gchar *text = NULL;

    self->folder = g_dir_make_tmp("private-bus-XXXXXX", NULL);
    cr_assert_not_null(self->folder);
    self->socket = g_build_filename(self->folder, "bus", NULL);
    self->config = g_build_filename(self->folder, "bus.conf", NULL);
    self->address = g_strdup_printf("unix:path=%s", self->socket);
    text = g_strdup_printf(configuration, self->socket);
    cr_assert(g_file_set_contents(self->config, text, -1, NULL));
    private_bus_start(self);
    return self;
}

void private_bus_free(PrivateBus *self)
{
    private_bus_stop(self);
    g_unlink(self->socket);
    g_unlink(self->config);
    g_rmdir(self->folder);
    g_free(self->folder);
    g_free(self->socket);
    g_free(self->config);
    g_free(self->address);
    g_free(self);
}

const gchar *private_bus_get_address(PrivateBus *self)
{
    return self->address;
}

gboolean private_bus_wake(gpointer unused)
{
    return G_SOURCE_CONTINUE;
}

BusLoop *private_bus_connect(PrivateBus *self)
{
    BusLoop *bus = bus_loop_new(self->address);

    bus_loop_start(bus);
    private_bus_run_until(bus_loop_is_connected(bus));
    return bus;
}

void private_bus_disconnect(BusLoop *bus)
{
    bus_loop_stop(bus);
    g_object_unref(bus);
    while (g_main_context_iteration(NULL, FALSE))
        ; /* calls that ended with the connection give their references back */
}

static gboolean on_fence(BusLoop *bus, DBusMessage *message, gpointer data)
{
    gboolean *seen = data;

    *seen = *seen || dbus_message_is_signal(message, "org.rearcharge.Test", "Fence");
    return FALSE;
}

void private_bus_fence(BusLoop *a, BusLoop *b)
{
    g_autoptr(DBusMessage) fence = dbus_message_new_signal("/", "org.rearcharge.Test", "Fence");
    gboolean seen = FALSE;

    dbus_message_set_destination(fence, dbus_bus_get_unique_name(bus_loop_get_connection(b)));
    bus_loop_add_filter(b, on_fence, &seen);
    bus_loop_send(a, fence);
    private_bus_run_until(seen);
    bus_loop_remove_filter(b, on_fence, &seen);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

typedef struct {
    gboolean done;
    GVariant *body;
    gchar *error_name;
} Call;

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    Call *call = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, &error);

    call->done = TRUE;
    if (reply != NULL)
        call->body = bus_variant_from_message(reply, NULL, NULL);
    else
        call->error_name = g_dbus_error_encode_gerror(error);
}

GVariant *private_bus_call(BusLoop *from, const gchar *to, const gchar *path, const gchar *interface,
                           const gchar *method, GVariant *args, gchar **error_name)
{
    g_autoptr(DBusMessage) message = dbus_message_new_method_call(to, path, interface, method);
    Call call = {0};

    cr_assert(bus_variant_append(message, args, NULL, NULL));
    bus_loop_call_async(from, message, 0, NULL, on_answer, &call);
    private_bus_run_until(call.done);
    if (error_name != NULL)
        *error_name = call.error_name;
    else
        g_free(call.error_name);
    return call.body;
}

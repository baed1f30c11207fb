#include "dbus/bus_loop.h"

#include <criterion/criterion.h>

#include "dbus/bus_address.h"
#include "dbus/bus_name.h"
#include "tests/support/private_bus.h"

#define NAME "org.rearcharge.Test"

static void on_count(GObject *object, gpointer data)
{
    ++*(guint *)data;
}

Test(bus_loop, comes_back_within_2_s_of_a_bus_restart_and_owns_its_names_again)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *loop = private_bus_connect(bus);
    guint n_lost = 0, n_connected = 0;

    g_signal_connect(loop, "lost", G_CALLBACK(on_count), &n_lost);
    g_signal_connect(loop, "connected", G_CALLBACK(on_count), &n_connected);
    bus_loop_own_name(loop, NAME);
    private_bus_run_until(bus_loop_owns_name(loop, NAME));
    for (guint round = 1; round <= 5; round++) {
        gint64 start_us;
        private_bus_stop(bus);
        private_bus_run_until(n_lost == round);
        cr_assert_not(bus_loop_owns_name(loop, NAME));
        private_bus_start(bus);
        start_us = g_get_monotonic_time();
        private_bus_run_until(bus_loop_owns_name(loop, NAME));
        cr_assert_lt(g_get_monotonic_time() - start_us, 2 * G_USEC_PER_SEC);
        cr_assert_eq(n_connected, round);
    }
    private_bus_disconnect(loop);
}

Test(bus_loop, says_why_there_is_no_bus_and_connects_when_it_comes)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *loop = bus_loop_new(private_bus_get_address(bus));

    private_bus_stop(bus);
    bus_loop_start(loop);
    private_bus_run_until(bus_loop_get_problem(loop) != NULL);
    cr_assert_not(bus_loop_is_connected(loop));
    private_bus_start(bus);
    private_bus_run_until(bus_loop_is_connected(loop));
    cr_assert_null(bus_loop_get_problem(loop));
    private_bus_disconnect(loop);
}

static void on_call_failed(GObject *source, GAsyncResult *result, gpointer data)
{
    GError **error = data;
    DBusMessage *reply = bus_loop_call_finish(BUS_LOOP(source), result, error);

    cr_assert_null(reply);
}

static DBusMessage *call_to_nobody_who_answers(BusLoop *listener)
{
    return dbus_message_new_method_call(dbus_bus_get_unique_name(bus_loop_get_connection(listener)),
                                        "/silent", NAME, "Wait");
}

static gboolean swallow(BusLoop *bus, DBusMessage *message, gpointer data)
{
    return dbus_message_has_path(message, "/silent");
}

Test(bus_loop, a_call_that_waits_ends_when_the_bus_goes)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *caller = private_bus_connect(bus), *silent = private_bus_connect(bus);
    g_autoptr(DBusMessage) call = call_to_nobody_who_answers(silent);
    g_autoptr(GError) error = NULL;

    bus_loop_add_filter(silent, swallow, NULL);
    bus_loop_call_async(caller, call, 60000, NULL, on_call_failed, &error);
    private_bus_fence(caller, silent);
    cr_assert_null(error);
    private_bus_stop(bus);
    private_bus_run_until(error != NULL);
    private_bus_disconnect(caller);
    private_bus_disconnect(silent);
}

Test(bus_loop, a_call_that_waits_ends_when_we_stop)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *caller = private_bus_connect(bus), *silent = private_bus_connect(bus);
    g_autoptr(DBusMessage) call = call_to_nobody_who_answers(silent);
    g_autoptr(GError) error = NULL;

    bus_loop_add_filter(silent, swallow, NULL);
    bus_loop_call_async(caller, call, 60000, NULL, on_call_failed, &error);
    bus_loop_stop(caller);
    private_bus_run_until(error != NULL);
    cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED));
    private_bus_disconnect(caller);
    private_bus_disconnect(silent);
}

Test(bus_loop, a_cancelled_call_ends_and_its_late_answer_goes_nowhere)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *caller = private_bus_connect(bus), *silent = private_bus_connect(bus);
    g_autoptr(DBusMessage) call = call_to_nobody_who_answers(silent);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;

    bus_loop_add_filter(silent, swallow, NULL);
    bus_loop_call_async(caller, call, 60000, cancellable, on_call_failed, &error);
    g_cancellable_cancel(cancellable);
    private_bus_run_until(error != NULL);
    cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    private_bus_disconnect(caller);
    private_bus_disconnect(silent);
}

static void on_name(BusLoop *bus, const gchar *name, gboolean owned, gpointer data)
{
    *(gint *)data = owned;
}

Test(bus_loop, the_second_instance_notices_that_it_is_the_second)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *first = private_bus_connect(bus), *second = private_bus_connect(bus);
    gint answer = -1;

    bus_loop_own_name(first, NAME);
    private_bus_run_until(bus_loop_owns_name(first, NAME));
    g_signal_connect(second, "name", G_CALLBACK(on_name), &answer);
    bus_loop_own_name(second, NAME);
    private_bus_run_until(answer == FALSE);
    cr_assert_not(bus_loop_owns_name(second, NAME));
    cr_assert(bus_loop_owns_name(first, NAME));
    private_bus_disconnect(first);
    private_bus_disconnect(second);
}

Test(bus_name, follows_the_owner_from_nobody_to_one_to_the_next)
{
    g_autoptr(PrivateBus) bus = private_bus_new();
    BusLoop *watcher = private_bus_connect(bus), *one = private_bus_connect(bus),
            *two = private_bus_connect(bus);
    g_autoptr(BusName) name = bus_name_new(watcher, NAME);

    bus_loop_own_name(one, NAME);
    private_bus_run_until(
        g_strcmp0(bus_name_get_owner(name), dbus_bus_get_unique_name(bus_loop_get_connection(one))) == 0);
    private_bus_disconnect(one);
    private_bus_run_until(bus_name_get_owner(name) == NULL);
    bus_loop_own_name(two, NAME);
    private_bus_run_until(
        g_strcmp0(bus_name_get_owner(name), dbus_bus_get_unique_name(bus_loop_get_connection(two))) == 0);
    private_bus_stop(bus);
    private_bus_run_until(bus_name_get_owner(name) == NULL);
    g_clear_object(&name);
    private_bus_disconnect(watcher);
    private_bus_disconnect(two);
}

Test(bus_address, names_are_resolved_through_the_environment)
{
    g_autofree gchar *system = NULL, *session = NULL, *plain = NULL, *bad = NULL;
    g_autoptr(GError) error = NULL;

    g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/s", TRUE);
    g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
    g_setenv("XDG_RUNTIME_DIR", "/run/user/7", TRUE);
    system = bus_address_find("system", NULL);
    session = bus_address_find("session", NULL);
    plain = bus_address_find("unix:path=/x", NULL);
    bad = bus_address_find("sesion", &error);
    cr_assert_str_eq(system, "unix:path=/s");
    cr_assert_str_eq(session, "unix:path=/run/user/7/bus");
    cr_assert_str_eq(plain, "unix:path=/x");
    cr_assert_null(bad);
    cr_assert_str_eq(error->message, "bus \"sesion\": expected system, session or a D-Bus address");
}

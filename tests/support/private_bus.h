/* Private bus: a dbus-daemon of the test's own, started directly (not through dbus-launch), on a socket in a
 * temporary folder. It can be stopped and started again at the same address.
 */
#pragma once

#include "dbus/bus_loop.h"

typedef struct PrivateBus PrivateBus;

/* Started and listening; aborts the test with a reason if it cannot. */
PrivateBus *private_bus_new(void);
void private_bus_free(PrivateBus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrivateBus, private_bus_free)

/* "unix:path=..."; does not change over a restart */
const gchar *private_bus_get_address(PrivateBus *self);
void private_bus_stop(PrivateBus *self);
void private_bus_start(PrivateBus *self);

/* Returns: (transfer full): connected; a peer of the code under test */
BusLoop *private_bus_connect(PrivateBus *self);
/* Stops @bus and gives the reference back. */
void private_bus_disconnect(BusLoop *bus);

/* Runs the main loop until @condition, an expression over what the loop changes; fails the test after 5 s. It
 * sleeps in poll(), never for a fixed time. */
#define private_bus_run_until(condition)                                                                     \
    do {                                                                                                     \
        gint64 until_us = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;                                       \
        guint wake_id = g_timeout_add_seconds(6, private_bus_wake, NULL);                                    \
        while (!(condition) && g_get_monotonic_time() < until_us)                                            \
            g_main_context_iteration(NULL, TRUE);                                                            \
        g_source_remove(wake_id);                                                                            \
        cr_assert(condition, "5 s passed without: " #condition);                                             \
    } while (0)
gboolean private_bus_wake(gpointer unused);

/* Everything that @a sent before has been handled by @b when this returns: a signal from @a, seen by @b, is a
 * fence, because the bus keeps the order. This is how a test proves that nothing happened. */
void private_bus_fence(BusLoop *a, BusLoop *b);

/* Calls and waits. Returns: (transfer full) (nullable): the body; NULL and the D-Bus error's name in
 * @error_name */
GVariant *private_bus_call(BusLoop *from, const gchar *to, const gchar *path, const gchar *interface,
                           const gchar *method, GVariant *args, gchar **error_name);

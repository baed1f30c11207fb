#include "service/watchdog.h"

#include "service/notify_socket.h"

#include <unistd.h>

guint watchdog_interval_ms(const gchar *usec, const gchar *pid, gint64 own_pid)
{
    guint64 wanted_us = 0, wanted_pid = 0;

    if (usec == NULL || !g_ascii_string_to_unsigned(usec, 10, 2000, G_MAXINT64, &wanted_us, NULL))
        return 0;
    if (pid != NULL && (!g_ascii_string_to_unsigned(pid, 10, 1, G_MAXINT32, &wanted_pid, NULL) ||
                        (gint64)wanted_pid != own_pid))
        return 0;
    return (guint)MIN(wanted_us / 2000, G_MAXINT32);
}

static gboolean on_due(gpointer data)
{
    notify_socket_send("WATCHDOG=1");
    return G_SOURCE_CONTINUE;
}

guint watchdog_start(void)
{
    guint interval_ms = watchdog_interval_ms(g_getenv("WATCHDOG_USEC"), g_getenv("WATCHDOG_PID"), getpid());

    if (interval_ms == 0 || g_getenv("NOTIFY_SOCKET") == NULL)
        return 0;
    notify_socket_send("WATCHDOG=1");
    return g_timeout_add(interval_ms, on_due, NULL);
}

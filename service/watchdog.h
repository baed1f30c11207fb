/* Watchdog: pings the service manager from the main loop, and from nowhere else, so that a main loop that
 * hangs is noticed (systemd.service(5), WatchdogSec=; sd_watchdog_enabled(3)). The one thing that wakes an
 * idle program up, and only when a manager asked for it: WATCHDOG_USEC and NOTIFY_SOCKET set, for this
 * process.
 */
#pragma once

#include <glib.h>

/* Starts the pings on the default main context, twice as often as asked. Returns: the source's id; 0: nobody
 * asked. Call once, before the main loop runs. */
guint watchdog_start(void);

/**
 * watchdog_interval_ms:
 * @usec: (nullable): text of WATCHDOG_USEC
 * @pid: (nullable): text of WATCHDOG_PID; NULL: meant for everybody
 *
 * Returns: ms between pings; 0: none wanted
 */
guint watchdog_interval_ms(const gchar *usec, const gchar *pid, gint64 own_pid);

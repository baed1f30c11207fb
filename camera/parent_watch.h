/* Parent watch: the camera process ends after the daemon that started it, whatever its threads hang in. The
 * end of the socket says the same, but only to a main loop that turns; a driver that does not answer would
 * keep the device from the next daemon for ever.
 */
#pragma once

#include <glib.h>

#define PARENT_WATCH_GRACE_S 1 /* to end properly, by the socket's end */

/**
 * parent_watch_begin:
 * @fd: the socket to the parent, which nobody else holds
 *
 * Uses SIGALRM. Returns: FALSE when the parent is gone already, or with errno
 */
gboolean parent_watch_begin(gint fd);

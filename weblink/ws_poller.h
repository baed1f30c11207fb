/* One GSource for all sockets of weblink, with an epoll set inside, and for all their deadlines.
 * GLib's own poll walks every source on every wake-up: with 5,000 stations connected that cost four fifths
 * of the throughput. One poller a thread context; it exists only while something is watched.
 */
#pragma once

#include <glib.h>

typedef struct _WsPollerWatch WsPollerWatch;

/* @events: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR; 0 when the deadline passed (it is cleared then).
 * The callback may remove any watch, its own too. */
typedef void (*WsPollerReady)(guint32 events, gpointer user_data);

/**
 * ws_poller_add:
 * @fd: stays the caller's, must outlive the watch; -1 for a watch that has only a deadline
 * @events: EPOLLIN | EPOLLOUT, level-triggered; errors are always reported
 *
 * Returns: (transfer full): to be given to ws_poller_remove() before @fd is closed
 */
WsPollerWatch *ws_poller_add(gint fd, guint32 events, WsPollerReady ready, gpointer user_data);
void ws_poller_set_events(WsPollerWatch *watch, guint32 events);

/* @monotonic_us: g_get_monotonic_time() scale, -1 for none. May be reported up to 100 ms late, so that
 * thousands of deadlines share wake-ups. Moving a deadline later costs nothing. */
void ws_poller_set_deadline(WsPollerWatch *watch, gint64 monotonic_us);
void ws_poller_remove(WsPollerWatch *watch);

/**
 * ws_poller_after_batch:
 * @func: (nullable): called once when every watch that is ready now has been told; NULL only asks
 *
 * For work that is cheaper for many than for each. No other source runs in between.
 * Returns: FALSE, and @func is not called, outside of a callback of this thread's poller
 */
gboolean ws_poller_after_batch(void (*func)(gpointer data), gpointer data);

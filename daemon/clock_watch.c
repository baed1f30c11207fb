#define G_LOG_DOMAIN "rearcharged"
#include "daemon/clock_watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct ClockWatch {
    ClockWatchFunc changed;
    gpointer data;
    gint fd; /* -1: none */
    guint fd_source, settle_source;
    gint64 offset_ms; /* wall clock minus time since boot */
    gboolean jumped;
};

static gint64 read_ms(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (gint64)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The time since boot counts suspend too, so that waking up is no jump. */
static gint64 current_offset_ms(void)
{
    return read_ms(CLOCK_REALTIME) - read_ms(CLOCK_BOOTTIME);
}

/* Due in a century: only ever cancelled. */
static gboolean arm(ClockWatch *self)
{
    struct itimerspec due = {.it_value.tv_sec = (time_t)(read_ms(CLOCK_REALTIME) / 1000) + 3155760000};

    return timerfd_settime(self->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &due, NULL) == 0;
}

static gboolean on_settled(gpointer data)
{
    ClockWatch *self = data;

    self->settle_source = 0;
    self->jumped = FALSE;
    self->changed(self->data);
    return G_SOURCE_REMOVE;
}

static gboolean on_set(gint fd, GIOCondition condition, gpointer data)
{
    ClockWatch *self = data;
    gint64 offset_ms = current_offset_ms();
    gint64 jump_ms = offset_ms - self->offset_ms;
    guint64 expirations;
    gssize n = read(fd, &expirations, sizeof expirations);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (!arm(self)) {
        g_warning("clock: not watched any more: %s", g_strerror(errno));
        self->fd_source = 0;
        return G_SOURCE_REMOVE;
    }
    if (ABS(jump_ms) < CLOCK_WATCH_JUMP_MS)
        return G_SOURCE_CONTINUE; /* measured from the same point until it adds up to a jump */
    self->offset_ms = offset_ms;
    g_warning("clock: it was set by %+" G_GINT64_FORMAT " s", jump_ms / 1000);
    g_clear_handle_id(&self->settle_source, g_source_remove);
    self->settle_source = g_timeout_add(CLOCK_WATCH_SETTLE_MS, on_settled, self);
    self->jumped = TRUE;
    self->changed(self->data);
    return G_SOURCE_CONTINUE;
}

ClockWatch *clock_watch_new(ClockWatchFunc changed, gpointer data)
{
    ClockWatch *self = g_new0(ClockWatch, 1);

    self->changed = changed;
    self->data = data;
    self->offset_ms = current_offset_ms();
    self->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (self->fd >= 0 && arm(self))
        self->fd_source = g_unix_fd_add(self->fd, G_IO_IN, on_set, self);
    else
        g_warning("clock: cannot be watched: %s", g_strerror(errno));
    return self;
}

void clock_watch_free(ClockWatch *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->fd_source, g_source_remove);
    g_clear_handle_id(&self->settle_source, g_source_remove);
    if (self->fd >= 0)
        close(self->fd);
    g_free(self);
}

gboolean clock_watch_has_jumped(const ClockWatch *self)
{
    return self != NULL && self->jumped;
}

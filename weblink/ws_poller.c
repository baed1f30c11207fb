#include "weblink/ws_poller.h"

#include <sys/epoll.h>
#include <unistd.h>

#define BATCH 128 /* events a dispatch, so that other sources get a turn */
#define SLACK_US                                                                                             \
    (100 * G_TIME_SPAN_MILLISECOND) /* at least this long between two walks over the deadlines               \
                                     */

typedef struct {
    GSource base;
    gint epoll_fd;
    GQueue watches;      /* of WsPollerWatch */
    GSList *removed;     /* freed after the dispatch that may still hold them */
    gint64 next_us;      /* the ready time that is set; -1: none */
    gint64 last_walk_us; /* when the deadlines were last walked */
    gboolean dispatching;
    gboolean closing;             /* @after runs */
    void (*after)(gpointer data); /* (nullable): when the batch is over */
    gpointer after_data;
} WsPoller;

struct _WsPollerWatch {
    WsPoller *poller;
    GList link; /* in poller->watches */
    gint fd;
    guint32 events;
    gint64 deadline_us;
    gboolean removed;
    WsPollerReady ready;
    gpointer user_data;
};

static GPrivate current; /* the poller of this thread's default context, while it has watches */

static void set_next(WsPoller *self, gint64 deadline_us)
{
    if (deadline_us < 0 || (self->next_us >= 0 && self->next_us <= deadline_us))
        return;
    self->next_us = deadline_us;
    g_source_set_ready_time(&self->base, MAX(deadline_us, self->last_walk_us + SLACK_US));
}

static void walk_deadlines(WsPoller *self)
{
    gint64 now_us = g_get_monotonic_time();
    g_autoptr(GPtrArray) due = g_ptr_array_new();
    gint64 next_us = -1;

    if (self->next_us < 0 || now_us < MAX(self->next_us, self->last_walk_us + SLACK_US))
        return;
    self->last_walk_us = now_us;
    for (GList *l = self->watches.head; l != NULL; l = l->next) {
        WsPollerWatch *watch = l->data;

        if (watch->deadline_us >= 0 && watch->deadline_us <= now_us)
            g_ptr_array_add(due, watch);
        else if (watch->deadline_us >= 0 && (next_us < 0 || watch->deadline_us < next_us))
            next_us = watch->deadline_us;
    }
    self->next_us = -1;
    g_source_set_ready_time(&self->base, -1);
    set_next(self, next_us);
    for (guint i = 0; i < due->len; i++) {
        WsPollerWatch *watch = due->pdata[i];

        if (watch->removed || watch->deadline_us < 0 || watch->deadline_us > now_us)
            continue; /* an earlier callback of this walk moved or removed it */
        watch->deadline_us = -1;
        watch->ready(0, watch->user_data);
    }
}

static gboolean poller_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
    WsPoller *self = (WsPoller *)source;
    struct epoll_event ready[BATCH];
    gint n = 0;

    g_source_ref(source);
    self->dispatching = TRUE;
    n = epoll_wait(self->epoll_fd, ready, BATCH, 0);
    for (gint i = 0; i < n; i++) {
        WsPollerWatch *watch = ready[i].data.ptr;

        if (!watch->removed)
            watch->ready(ready[i].events, watch->user_data);
    }
    walk_deadlines(self);
    if (self->after != NULL) {
        void (*after)(gpointer data) = self->after;

        self->after = NULL; /* what it does may ask again; that belongs to no batch */
        self->closing = TRUE;
        after(self->after_data);
        self->closing = FALSE;
    }
    self->dispatching = FALSE;
    g_slist_free_full(g_steal_pointer(&self->removed), g_free);
    g_source_unref(source);
    return G_SOURCE_CONTINUE;
}

static void poller_finalize(GSource *source)
{
    WsPoller *self = (WsPoller *)source;

    close(self->epoll_fd);
    g_slist_free_full(self->removed, g_free);
}

static GSourceFuncs poller_funcs = {.dispatch = poller_dispatch, .finalize = poller_finalize};

static WsPoller *poller_get(void)
{
    WsPoller *self = g_private_get(&current);

    if (self != NULL)
        return self;
    self = (WsPoller *)g_source_new(&poller_funcs, sizeof(WsPoller));
    g_source_set_static_name(&self->base, "ws_poller");
    self->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (self->epoll_fd < 0)
        g_error("epoll_create1: %m"); /* at start, before any work: nothing to save */
    g_queue_init(&self->watches);
    self->next_us = -1;
    self->last_walk_us = -SLACK_US;
    g_source_add_unix_fd(&self->base, self->epoll_fd, G_IO_IN);
    g_source_attach(&self->base, g_main_context_get_thread_default());
    g_private_set(&current, self);
    return self;
}

static void poller_release(WsPoller *self)
{
    g_private_set(&current, NULL);
    g_source_destroy(&self->base);
    g_source_unref(&self->base);
}

WsPollerWatch *ws_poller_add(gint fd, guint32 events, WsPollerReady ready, gpointer user_data)
{
    WsPollerWatch *watch = g_new0(WsPollerWatch, 1);
    struct epoll_event event = {.events = events, .data.ptr = watch};

    watch->poller = poller_get();
    watch->link.data = watch;
    watch->fd = fd;
    watch->events = events;
    watch->deadline_us = -1;
    watch->ready = ready;
    watch->user_data = user_data;
    g_queue_push_tail_link(&watch->poller->watches, &watch->link);
    if (fd >= 0 && epoll_ctl(watch->poller->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        g_warning("epoll_ctl: %m"); /* out of kernel memory: the owner's deadline will end the connection */
    return watch;
}

void ws_poller_set_events(WsPollerWatch *watch, guint32 events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};

    if (watch->events == events)
        return;
    watch->events = events;
    if (watch->fd >= 0 && epoll_ctl(watch->poller->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
        g_warning("epoll_ctl: %m");
}

void ws_poller_set_deadline(WsPollerWatch *watch, gint64 monotonic_us)
{
    watch->deadline_us = monotonic_us;
    set_next(watch->poller, monotonic_us);
}

void ws_poller_remove(WsPollerWatch *watch)
{
    WsPoller *self = watch->poller;

    if (watch->fd >= 0)
        epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    g_queue_unlink(&self->watches, &watch->link);
    watch->removed = TRUE;
    if (self->dispatching)
        self->removed = g_slist_prepend(self->removed, watch);
    else
        g_free(watch);
    if (self->watches.length == 0)
        poller_release(self);
}

gboolean ws_poller_after_batch(void (*func)(gpointer data), gpointer data)
{
    WsPoller *self = g_private_get(&current);

    if (self == NULL || !self->dispatching || self->closing)
        return FALSE;
    if (func == NULL)
        return TRUE;
    g_return_val_if_fail(self->after == NULL || self->after == func, FALSE); /* one owner a program */
    self->after = func;
    self->after_data = data;
    return TRUE;
}

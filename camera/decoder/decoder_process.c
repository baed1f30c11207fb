#define G_LOG_DOMAIN "rearcharge-camera"
#include "camera/decoder/decoder_process.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "camera/decoder/child.h"
#include "camera/decoder/shared_frames.h"

#define N_CHILDREN 2
#define WALL_FACTOR 5 /* wall time allowed per processor time: other processes also want to run */
#define REST_STEP_MS                                                                                         \
    100 /* after each late frame in a row: a hostile sticker in view must not eat the machine */
#define REST_MAX_MS 500
#define START_RETRY_MIN_MS 100
#define START_RETRY_MAX_MS 5000

typedef struct {
    DecoderProcess *owner;
    Child child;
    gboolean is_ready;
    guint socket_watch; /* GSource ids; 0: none */
    guint exit_watch;
} Slot;

struct DecoderProcess {
    gchar *path;
    guint deadline_ms, budget_us;
    DecoderEvents events;
    gpointer data;
    SharedFrames frames;
    Slot slot[N_CHILDREN];
    Slot *busy; /* works on @frame; NULL: nobody */
    GrayFrame frame;
    guint64 frame_no;
    gint64 wall_from_us;
    gint64 cpu_from_us;
    guint deadline_timer;
    guint rest_timer;
    guint start_timer;
    guint n_late_in_a_row;
    guint n_failed_starts;
    guint64 n_replaced;
};

static gboolean start_missing(DecoderProcess *self, GError **error);
static void start_missing_or_later(DecoderProcess *self);

static void drop_source(guint *id)
{
    if (*id != 0)
        g_source_remove(*id);
    *id = 0;
}

static gboolean on_start_again(gpointer data)
{
    DecoderProcess *self = data;

    self->start_timer = 0;
    start_missing_or_later(self);
    return G_SOURCE_REMOVE;
}

static void start_later(DecoderProcess *self)
{
    guint delay_ms = START_RETRY_MIN_MS << MIN(self->n_failed_starts, 6);

    if (self->start_timer == 0)
        self->start_timer = g_timeout_add(MIN(delay_ms, START_RETRY_MAX_MS), on_start_again, self);
    self->n_failed_starts++;
}

static gboolean on_rested(gpointer data)
{
    DecoderProcess *self = data;

    self->rest_timer = 0;
    if (decoder_process_is_idle(self))
        self->events.idle(self->data);
    return G_SOURCE_REMOVE;
}

/* The child of @slot is gone, or is sent away: count, tell, fill the place. */
static void replace(Slot *slot, CameraDecoderWhy why)
{
    DecoderProcess *self = slot->owner;
    gboolean was_ready = slot->is_ready;

    if (self->busy == slot) {
        self->busy = NULL;
        drop_source(&self->deadline_timer);
    }
    drop_source(&slot->socket_watch);
    drop_source(&slot->exit_watch);
    child_kill(&slot->child);
    child_reap(&slot->child); /* SIGKILL: at once, unless the kernel itself hangs */
    slot->is_ready = FALSE;
    self->n_replaced++;
    if (why == CAMERA_DECODER_LATE)
        self->n_late_in_a_row++;
    if (self->n_late_in_a_row > 0 && why == CAMERA_DECODER_LATE && self->rest_timer == 0)
        self->rest_timer =
            g_timeout_add(MIN(REST_STEP_MS * self->n_late_in_a_row, REST_MAX_MS), on_rested, self);
    if (was_ready)
        start_missing_or_later(self);
    else
        start_later(self); /* it never came up: not at full speed again */
    self->events.replaced(why, self->n_replaced, self->data);
    if (decoder_process_is_idle(self))
        self->events.idle(self->data);
}

static void on_ended(GPid pid, gint status, gpointer data)
{
    Slot *slot = data;

    slot->exit_watch = 0;
    slot->child.pid = 0; /* reaped by GLib */
    g_info("decoder %d ended, status 0x%x", (int)pid, status);
    replace(slot, WIFSIGNALED(status) ? CAMERA_DECODER_KILLED : CAMERA_DECODER_EXITED);
}

static void on_reply(Slot *slot, const DecoderReply *reply)
{
    DecoderProcess *self = slot->owner;

    if (reply->type == DECODER_REPLY_READY && !slot->is_ready) {
        slot->is_ready = TRUE;
        self->n_failed_starts = 0;
    } else if (reply->type == DECODER_REPLY_RESULT && self->busy == slot &&
               reply->frame_no == self->frame_no) {
        const GrayFrame frame = self->frame;
        drop_source(&self->deadline_timer);
        self->busy = NULL;
        self->n_late_in_a_row = 0;
        self->events.result(reply, &frame, self->data);
    } else {
        replace(slot, CAMERA_DECODER_KILLED); /* nonsense: broken, or taken over */
        return;
    }
    if (decoder_process_is_idle(self))
        self->events.idle(self->data);
}

static gboolean on_socket(gint fd, GIOCondition condition, gpointer data)
{
    Slot *slot = data;
    guint8 packet[sizeof(DecoderReply) + 1];
    gssize len = recv(fd, packet, sizeof packet, MSG_DONTWAIT);
    DecoderReply reply;

    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (len > 0 && decoder_reply_parse(packet, (gsize)len, &reply)) {
        on_reply(slot, &reply); /* may have removed this source: harmless, its id is gone too */
        return G_SOURCE_CONTINUE;
    }
    if (len <= 0) { /* it is ending: the exit watch knows why */
        slot->socket_watch = 0;
        return G_SOURCE_REMOVE;
    }
    replace(slot, CAMERA_DECODER_KILLED);
    return G_SOURCE_REMOVE;
}

static gboolean start_missing(DecoderProcess *self, GError **error)
{
    for (guint i = 0; i < N_CHILDREN; i++) {
        Slot *slot = &self->slot[i];

        if (slot->child.pid != 0)
            continue;
        if (!child_start(&slot->child, self->path, self->frames.fd, error))
            return FALSE;
        slot->socket_watch = g_unix_fd_add(slot->child.socket_fd, G_IO_IN | G_IO_HUP, on_socket, slot);
        slot->exit_watch = g_child_watch_add(slot->child.pid, on_ended, slot);
    }
    return TRUE;
}

static void start_missing_or_later(DecoderProcess *self)
{
    g_autoptr(GError) error = NULL;

    if (start_missing(self, &error))
        return;
    g_warning("decoder: %s", error->message);
    start_later(self);
}

static Slot *idle_slot(const DecoderProcess *self)
{
    if (self->busy != NULL || self->rest_timer != 0)
        return NULL;
    for (guint i = 0; i < N_CHILDREN; i++)
        if (self->slot[i].is_ready)
            return (Slot *)&self->slot[i];
    return NULL;
}

gboolean decoder_process_is_idle(const DecoderProcess *self)
{
    return idle_slot(self) != NULL;
}

static gboolean on_deadline(gpointer data)
{
    DecoderProcess *self = data;
    gint64 limit_us = (gint64)self->deadline_ms * 1000;
    gint64 wall_us = g_get_monotonic_time() - self->wall_from_us;
    gint64 cpu_us = child_cpu_us(&self->busy->child);
    gint64 used_us = cpu_us >= 0 && self->cpu_from_us >= 0 ? cpu_us - self->cpu_from_us : wall_us;

    self->deadline_timer = 0;
    if (used_us < limit_us && wall_us < WALL_FACTOR * limit_us) { /* it hardly got to run */
        self->deadline_timer = g_timeout_add((guint)MAX((limit_us - used_us) / 1000, 1), on_deadline, self);
        return G_SOURCE_REMOVE;
    }
    g_info("decoder late: %d ms of processor, %d ms of wall time", (int)(used_us / 1000),
           (int)(wall_us / 1000));
    replace(self->busy, CAMERA_DECODER_LATE);
    return G_SOURCE_REMOVE;
}

gboolean decoder_process_submit(DecoderProcess *self, const GrayFrame *frame)
{
    Slot *slot = idle_slot(self);
    DecoderRequest request = {.frame_no = self->frame_no + 1,
                              .pts_ns = frame->pts_ns,
                              .width_px = frame->width_px,
                              .height_px = frame->height_px,
                              .budget_us = self->budget_us};

    request.slot = (guint32)(request.frame_no % SHARED_FRAMES_SLOTS);
    if (slot == NULL || !gray_frame_is_valid(frame) ||
        !shared_frames_write(&self->frames, request.slot, frame))
        return FALSE;
    self->frame_no = request.frame_no;
    self->frame = *frame;
    self->frame.pixels = NULL;
    self->busy = slot;
    self->wall_from_us = g_get_monotonic_time();
    self->cpu_from_us = child_cpu_us(&slot->child);
    self->deadline_timer = g_timeout_add(self->deadline_ms, on_deadline, self);
    /* One request at a time: the socket has room. When the child is dead already, its exit watch follows. */
    if (send(slot->child.socket_fd, &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof request)
        g_info("decoder: %s", g_strerror(errno));
    return TRUE;
}

DecoderProcess *decoder_process_new(const gchar *path, guint deadline_ms, guint budget_us,
                                    const DecoderEvents *events, gpointer data, GError **error)
{
    g_autoptr(DecoderProcess) self = g_new0(DecoderProcess, 1);

    self->path = g_strdup(path);
    self->deadline_ms = deadline_ms;
    self->budget_us = MIN(budget_us, DECODER_MSG_BUDGET_MAX_US);
    self->events = *events;
    self->data = data;
    self->frames = (SharedFrames)SHARED_FRAMES_INIT;
    for (guint i = 0; i < N_CHILDREN; i++)
        self->slot[i] = (Slot){.owner = self, .child = CHILD_INIT};
    /* Later a decoder that cannot be started is tried again; one that never could is a mistake to be told. */
    if (!shared_frames_create(&self->frames, error) || !start_missing(self, error)) {
        g_prefix_error(error, "decoder: ");
        return NULL;
    }
    return g_steal_pointer(&self);
}

void decoder_process_free(DecoderProcess *self)
{
    drop_source(&self->deadline_timer);
    drop_source(&self->rest_timer);
    drop_source(&self->start_timer);
    for (guint i = 0; i < N_CHILDREN; i++) {
        drop_source(&self->slot[i].socket_watch);
        drop_source(&self->slot[i].exit_watch);
        child_kill(&self->slot[i].child);
        child_reap(&self->slot[i].child);
    }
    shared_frames_clear(&self->frames);
    g_free(self->path);
    g_free(self);
}

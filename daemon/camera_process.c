#define G_LOG_DOMAIN "rearcharged"
#include "daemon/camera_process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHILD_FD 3
#define RESPAWN_MIN_MS 100
#define RESPAWN_MAX_MS 10000
/* So many deaths in a row without a picture: wait until the camera is wanted, instead of waking up for it. */
#define RESPAWN_IDLE_TRIES 5
/* A camera that looks is heard twice a second (protocol/README.md, section 6). One that is not is told of
 * within 2 s, and replaced if it goes on. */
#define SILENT_MS 1800
#define HUNG_MS 3200
#define HUNG_AT_START_MS 13200 /* a device may take long to open: another process would do no better */

struct _CameraProcess {
    GObject parent_instance;
    GStrv argv;
    GSubprocess *child;
    gint fd; /* ours; -1: no process */
    guint fd_source, respawn_source;
    guint failures; /* since the last picture */
    guint silence_source;
    gboolean keep, wanted;
    gboolean is_ready, is_silent;
    gboolean has_beaten; /* since it was told to look */
    gboolean has_erred;  /* this child has said something that is no message */
    CameraState state;
    gchar detail[CAMERA_MSG_DETAIL_MAX_BYTES + 1];
};
G_DEFINE_FINAL_TYPE(CameraProcess, camera_process, G_TYPE_OBJECT)

static guint message_signal, lost_signal;

static void spawn(CameraProcess *self);
static void lose(CameraProcess *self);

static void set_fault(CameraProcess *self, const gchar *detail)
{
    self->state = CAMERA_STATE_FAULT;
    g_strlcpy(self->detail, detail, sizeof self->detail);
}

static gboolean send_command(CameraProcess *self, CameraMsgType type, gint fd)
{
    const CameraMsg msg = {.type = type};
    gsize len = 0;
    g_autofree gchar *text = camera_msg_print(&msg, &len);
    union {
        struct cmsghdr header;
        gchar bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = text, .iov_len = len};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};

    if (self->fd < 0)
        return FALSE;
    if (fd >= 0) {
        struct cmsghdr *header;

        packet.msg_control = control.bytes;
        packet.msg_controllen = sizeof control.bytes;
        header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    return sendmsg(self->fd, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) == (gssize)len;
}

static gboolean on_respawn(gpointer data)
{
    CameraProcess *self = data;

    self->respawn_source = 0;
    spawn(self);
    return G_SOURCE_REMOVE;
}

static void respawn_later(CameraProcess *self)
{
    guint wait_ms = MIN(RESPAWN_MIN_MS << MIN(self->failures, 10), RESPAWN_MAX_MS);

    self->failures++;
    if (self->keep && self->respawn_source == 0 && (self->wanted || self->failures <= RESPAWN_IDLE_TRIES))
        self->respawn_source = g_timeout_add(wait_ms, on_respawn, self);
}

static gboolean on_hung(gpointer data)
{
    CameraProcess *self = data;

    self->silence_source = 0;
    lose(self);
    return G_SOURCE_REMOVE;
}

static gboolean on_silent(gpointer data)
{
    CameraProcess *self = data;

    g_warning("camera: its process does not answer");
    self->is_silent = TRUE;
    self->silence_source = g_timeout_add(self->has_beaten ? HUNG_MS : HUNG_AT_START_MS, on_hung, self);
    g_signal_emit(self, lost_signal, 0);
    return G_SOURCE_REMOVE;
}

/* Something was heard of it, or something is to be heard from now on. */
static void listen_on(CameraProcess *self)
{
    gboolean was_silent = self->is_silent;

    g_clear_handle_id(&self->silence_source, g_source_remove);
    self->is_silent = FALSE;
    if (self->wanted && self->is_ready)
        self->silence_source = g_timeout_add(SILENT_MS, on_silent, self);
    if (was_silent)
        g_signal_emit(self, lost_signal, 0);
}

static void drop_child(CameraProcess *self)
{
    self->is_ready = self->has_beaten = self->has_erred = FALSE;
    listen_on(self);
    g_clear_handle_id(&self->fd_source, g_source_remove);
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
    g_clear_object(&self->child);
}

static void lose(CameraProcess *self)
{
    if (self->child != NULL)
        g_subprocess_force_exit(self->child); /* EOF without an end: hung while ending */
    drop_child(self);
    set_fault(self, "camera process ended");
    g_warning("camera: its process ended; it is replaced");
    respawn_later(self);
    g_signal_emit(self, lost_signal, 0);
}

/* Once for each child: one that talks nonsense does so many times a second. */
static void ignore_message(CameraProcess *self, const gchar *why)
{
    if (!self->has_erred)
        g_warning("camera: ignored a message: %s; further ones are ignored silently", why);
    self->has_erred = TRUE;
}

static void take_message(CameraProcess *self, const gchar *text, gsize len)
{
    g_autoptr(GError) error = NULL;
    CameraMsg msg;

    if (!camera_msg_parse(text, len, &msg, &error)) {
        if (!g_error_matches(error, CAMERA_MSG_ERROR, CAMERA_MSG_ERROR_UNKNOWN_TYPE))
            ignore_message(self, error->message);
        return;
    }
    if (camera_msg_is_command(msg.type))
        return;
    if (msg.type == CAMERA_MSG_READY)
        self->is_ready = TRUE;
    listen_on(self);
    if (msg.type == CAMERA_MSG_BEAT) {
        self->has_beaten = TRUE;
        return;
    }
    if (msg.type == CAMERA_MSG_STATE) {
        self->state = msg.state;
        g_strlcpy(self->detail, msg.detail, sizeof self->detail);
    } else if (msg.type == CAMERA_MSG_FIRST_FRAME) {
        self->failures = 0;
    }
    g_signal_emit(self, message_signal, 0, &msg);
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
    CameraProcess *self = data;
    gchar packet[CAMERA_MSG_MAX_BYTES];
    gssize len = recv(fd, packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);

    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (len <= 0) {
        lose(self); /* removes this source */
        return G_SOURCE_CONTINUE;
    }
    if ((gsize)len <= sizeof packet)
        take_message(self, packet, (gsize)len);
    else
        ignore_message(self, "too long");
    return G_SOURCE_CONTINUE;
}

static void spawn(CameraProcess *self)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_autoptr(GError) error = NULL;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        set_fault(self, g_strerror(errno));
        respawn_later(self);
        return;
    }
    g_subprocess_launcher_take_fd(launcher, pair[1], CHILD_FD);
    self->child = g_subprocess_launcher_spawnv(launcher, (const gchar *const *)self->argv, &error);
    if (self->child == NULL) {
        close(pair[0]);
        if (self->failures == 0) /* said once, tried on */
            g_warning("camera: cannot start: %s", error->message);
        set_fault(self, error->message);
        respawn_later(self);
        return;
    }
    self->state = CAMERA_STATE_OFF;
    self->detail[0] = '\0';
    self->fd = pair[0];
    self->fd_source = g_unix_fd_add(self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
    if (self->wanted)
        send_command(self, CAMERA_MSG_START, -1);
}

/* A camera that cannot be told does not look, or does not stop looking: another one can. */
static void command_or_replace(CameraProcess *self, CameraMsgType type)
{
    if (self->fd >= 0 && !send_command(self, type, -1))
        lose(self);
}

void camera_process_run(CameraProcess *self)
{
    self->keep = TRUE;
    if (self->child == NULL && self->respawn_source == 0)
        spawn(self);
}

void camera_process_quit(CameraProcess *self)
{
    self->keep = FALSE;
    g_clear_handle_id(&self->respawn_source, g_source_remove);
    if (self->fd >= 0)
        send_command(self, CAMERA_MSG_QUIT, -1);
    drop_child(self); /* EOF says it again */
}

void camera_process_start(CameraProcess *self)
{
    self->wanted = TRUE;
    listen_on(self);
    if (self->fd >= 0) {
        command_or_replace(self, CAMERA_MSG_START);
    } else if (self->keep) { /* the driver is reversing: do not wait for the back-off */
        g_clear_handle_id(&self->respawn_source, g_source_remove);
        spawn(self);
    }
}

void camera_process_stop(CameraProcess *self)
{
    self->wanted = self->has_beaten = FALSE;
    listen_on(self);
    command_or_replace(self, CAMERA_MSG_STOP);
}

CameraState camera_process_get_state(CameraProcess *self, const gchar **detail)
{
    if (detail != NULL)
        *detail = self->is_silent ? "the camera process does not answer" : self->detail;
    return self->is_silent ? CAMERA_STATE_FAULT : self->state;
}

gint camera_process_open_preview(CameraProcess *self, GError **error)
{
    int ends[2];
    gboolean sent;

    if (self->fd < 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "the camera process is not there");
        return -1;
    }
    if (!self->wanted) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the camera is off");
        return -1;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror(errno));
        return -1;
    }
    sent = send_command(self, CAMERA_MSG_PREVIEW, ends[1]);
    close(ends[1]);
    if (sent)
        return ends[0];
    close(ends[0]);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_BUSY, "the camera process does not answer");
    return -1;
}

CameraProcess *camera_process_new(const gchar *const *argv)
{
    CameraProcess *self = g_object_new(CAMERA_TYPE_PROCESS, NULL);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    g_strv_builder_addv(builder, (const gchar **)argv);
    g_strv_builder_add_many(builder, "--fd", G_STRINGIFY(CHILD_FD), NULL);
    self->argv = g_strv_builder_end(builder);
    return self;
}

static void camera_process_dispose(GObject *object)
{
    camera_process_quit(CAMERA_PROCESS(object));
    G_OBJECT_CLASS(camera_process_parent_class)->dispose(object);
}

static void camera_process_finalize(GObject *object)
{
    g_strfreev(CAMERA_PROCESS(object)->argv);
    G_OBJECT_CLASS(camera_process_parent_class)->finalize(object);
}

static void camera_process_class_init(CameraProcessClass *class)
{
    G_OBJECT_CLASS(class)->dispose = camera_process_dispose;
    G_OBJECT_CLASS(class)->finalize = camera_process_finalize;
    message_signal = g_signal_new("message", CAMERA_TYPE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
    lost_signal =
        g_signal_new("lost", CAMERA_TYPE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void camera_process_init(CameraProcess *self)
{
    self->fd = -1;
    self->state = CAMERA_STATE_OFF;
}

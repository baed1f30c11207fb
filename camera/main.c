/* rearcharge-camera: owns the rear camera's pipeline and the decoder child; the daemon's child, or by hand
 * with
 * --print. Frames never touch the disk. */
#define G_LOG_DOMAIN "rearcharge-camera"
#include <errno.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <signal.h>
#include <unistd.h>

#include "base/program.h"
#include "camera/camera.h"
#include "camera/daemon_link.h"
#include "camera/decoder/decoder_process.h"
#include "camera/lens_file.h"
#include "camera/lockdown.h"
#include "camera/parent_watch.h"
#include "camera/vision/frame_budget.h"

typedef struct {
    gint fd;
    gboolean print, window;
    gint deadline_ms, budget_ms, first_frame_ms, stall_ms;
    gchar *source, *mode, *display, *decoder, *lens;
} Arguments;

typedef struct {
    GMainLoop *loop;
    DaemonLink *link; /* NULL with --print */
    Camera *camera;
} Program;

static void say(const CameraMsg *msg, gpointer data)
{
    Program *self = data;

    if (self->link != NULL) {
        daemon_link_send(self->link, msg);
    } else if (msg->type != CAMERA_MSG_BEAT) {
        g_autofree gchar *line = camera_msg_print(msg, NULL);
        g_print("%s\n", line);
    }
    if (self->link == NULL && msg->type == CAMERA_MSG_STATE && msg->state == CAMERA_STATE_ENDED)
        g_main_loop_quit(self->loop); /* by hand: a file was played */
}

static void on_command(CameraMsgType type, int fd, gpointer data)
{
    Program *self = data;

    if (type == CAMERA_MSG_START)
        camera_start(self->camera);
    else if (type == CAMERA_MSG_STOP)
        camera_stop(self->camera);
    else if (type == CAMERA_MSG_PREVIEW)
        camera_open_preview(self->camera, fd);
    else
        g_main_loop_quit(self->loop);
}

static void on_closed(gpointer data)
{
    Program *self = data;

    g_main_loop_quit(self->loop);
}

static gboolean on_signal(gpointer data)
{
    on_closed(data);
    return G_SOURCE_CONTINUE;
}

/* The decoder is installed, and built, beside us. */
static gchar *decoder_beside_us(void)
{
    g_autofree gchar *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree gchar *folder = self != NULL ? g_path_get_dirname(self) : g_strdup(".");

    return g_build_filename(folder, "rearcharge-decoder", NULL);
}

static gboolean read_arguments(Arguments *arguments, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        PROGRAM_VERSION_OPTION,
        {"source", 0, 0, G_OPTION_ARG_STRING, &arguments->source,
         "GStreamer description of the camera, as for gst-launch-1.0, without a sink", "DESC"},
        {"mode", 0, 0, G_OPTION_ARG_STRING, &arguments->mode, "shared: rest when off; owner: stay warm",
         "shared|owner"},
        {"window", 0, 0, G_OPTION_ARG_NONE, &arguments->window, "Show the picture (owner mode)", NULL},
        {"display", 0, 0, G_OPTION_ARG_STRING, &arguments->display, "Sink for --window (autovideosink)",
         "DESC"},
        {"decoder", 0, 0, G_OPTION_ARG_FILENAME, &arguments->decoder,
         "Decoder program (rearcharge-decoder beside us)", "PATH"},
        {"lens", 0, 0, G_OPTION_ARG_FILENAME, &arguments->lens,
         "Lens and place of the camera: codes are reported with their bearing", "FILE"},
        {"decoder-deadline-ms", 0, 0, G_OPTION_ARG_INT, &arguments->deadline_ms,
         "Processor time per frame (50)", "MS"},
        {"decoder-budget-ms", 0, 0, G_OPTION_ARG_INT, &arguments->budget_ms,
         "Processor time that the mean of many frames is held to (8)", "MS"},
        {"first-frame-ms", 0, 0, G_OPTION_ARG_INT, &arguments->first_frame_ms,
         "Patience for the first frame (4000)", "MS"},
        {"stall-ms", 0, 0, G_OPTION_ARG_INT, &arguments->stall_ms, "Patience between frames (1000)", "MS"},
        {"fd", 0, 0, G_OPTION_ARG_INT, &arguments->fd, "Socket to the daemon (protocol/README.md section 6)",
         "N"},
        {"print", 0, 0, G_OPTION_ARG_NONE, &arguments->print, "By hand: start at once, print messages", NULL},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("- look for charging codes in the rear picture");

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_group(context, gst_init_get_option_group());
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1 || arguments->source == NULL || (arguments->fd >= 0) == arguments->print) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                            "want --source, and either --fd or --print, and nothing else; see --help");
        return FALSE;
    }
    if ((arguments->mode != NULL && !g_str_equal(arguments->mode, "shared") &&
         !g_str_equal(arguments->mode, "owner")) ||
        arguments->deadline_ms < 1 || arguments->budget_ms < 1 || arguments->budget_ms > 1000 ||
        arguments->first_frame_ms < 1 || arguments->stall_ms < 1) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                            "want --mode shared or owner, and times of at least 1 ms");
        return FALSE;
    }
    return TRUE;
}

static Camera *make_camera(const Arguments *arguments, Program *program, GError **error)
{
    g_autofree gchar *decoder = arguments->decoder ? g_strdup(arguments->decoder) : decoder_beside_us();
    Lens lens;
    CameraOptions options = {
        .source = {.description = arguments->source, .limits = FRAME_WATCH_LIMITS_DEFAULT},
        .decoder_path = decoder,
        .decoder_deadline_ms = (guint)arguments->deadline_ms,
        .decoder_budget_us = (guint)arguments->budget_ms * 1000,
    };

    if (arguments->lens != NULL) {
        if (!lens_load(arguments->lens, &lens, error))
            return NULL;
        options.lens = &lens;
    }
    options.source.is_owner = arguments->window || g_strcmp0(arguments->mode, "owner") == 0;
    if (arguments->window)
        options.source.display = arguments->display != NULL ? arguments->display : "autovideosink";
    options.source.limits.first_frame_us = arguments->first_frame_ms * (gint64)1000;
    options.source.limits.stall_us = arguments->stall_ms * (gint64)1000;
    return camera_new(&options, say, program, error);
}

static void free_arguments(Arguments *arguments)
{
    g_free(arguments->source);
    g_free(arguments->mode);
    g_free(arguments->display);
    g_free(arguments->decoder);
    g_free(arguments->lens);
}

int main(int argc, char **argv)
{
    static const DaemonLinkEvents link_events = {.command = on_command, .closed = on_closed};
    Arguments arguments = {.fd = -1,
                           .deadline_ms = DECODER_PROCESS_DEADLINE_MS,
                           .budget_ms = FRAME_BUDGET_DEFAULT_US / 1000,
                           .first_frame_ms = 4000,
                           .stall_ms = 1000};
    Program program = {0};
    g_autoptr(GError) error = NULL;
    int status = 0;

    program_begin("rearcharge-camera");
    signal(SIGPIPE, SIG_IGN); /* a preview reader that goes is an errno */
    if (!read_arguments(&arguments, &argc, &argv, &error)) {
        g_printerr("rearcharge-camera: %s\n", error->message);
        free_arguments(&arguments);
        return 2;
    }
    if (arguments.fd >= 0 && !parent_watch_begin(arguments.fd)) {
        g_printerr("rearcharge-camera: the daemon is gone: %s\n", g_strerror(errno));
        free_arguments(&arguments);
        return 1;
    }
    if (!lockdown_enter()) {
        g_printerr("rearcharge-camera: lockdown: %s\n", g_strerror(errno));
        free_arguments(&arguments);
        return 1;
    }
    program.loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGINT, on_signal, &program);
    g_unix_signal_add(SIGTERM, on_signal, &program);
    if (arguments.fd >= 0)
        program.link = daemon_link_new(arguments.fd, &link_events, &program);
    program.camera = make_camera(&arguments, &program, &error);
    if (program.camera != NULL) {
        if (arguments.print)
            camera_start(program.camera);
        g_main_loop_run(program.loop);
    } else {
        CameraMsg fault = {.type = CAMERA_MSG_STATE, .state = CAMERA_STATE_FAULT};
        g_printerr("rearcharge-camera: %s\n", error->message);
        camera_msg_set_detail(&fault, error->message);
        say(&fault, &program);
        status = 1;
    }
    g_clear_pointer(&program.camera, camera_free);
    g_clear_pointer(&program.link, daemon_link_free);
    g_main_loop_unref(program.loop);
    free_arguments(&arguments);
    return status;
}

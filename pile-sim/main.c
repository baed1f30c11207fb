/* rearcharge-pile: one simulated OCPP 2.0.1 charging station. See rearcharge-pile --help. */
#include "base/program.h"
#include "pile-sim/panel/qr_image.h"
#include "pile-sim/pile.h"
#include "service/notify_socket.h"
#include "service/watchdog.h"
#include "weblink/tls_floor.h"

#include <glib-unix.h>
#include <stdio.h>
#include <unistd.h>

typedef struct {
    GMainLoop *loop;
    gint status;
} Program;

static gboolean on_signal(gpointer data)
{
    g_main_loop_quit(((Program *)data)->loop);
    return G_SOURCE_CONTINUE;
}

static void on_pile_failed(gpointer data)
{
    Program *program = data;

    program->status = 1;
    g_main_loop_quit(program->loop);
}

/* What a person needs to hold a camera to it. */
static void print_codes(const Options *options)
{
    for (guint i = 0; i < options->n_evses; i++) {
        g_autofree gchar *picture =
            isatty(STDOUT_FILENO) || i == 0 ? qr_image_terminal(options->qr_texts[i], NULL) : NULL;

        if (picture != NULL)
            fputs(picture, stdout);
        printf("EVSE %u  %s  %s\n", i + 1, options->evse_ids[i], options->qr_texts[i]);
    }
    fflush(stdout);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = NULL;
    g_autoptr(Pile) pile = NULL;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Program program = {.loop = loop};
    g_auto(GStrv) urls = NULL;

    tls_floor_set();
    program_begin("rearcharge-pile");
    options = options_parse(&argc, &argv, &error);
    if (options == NULL) {
        fprintf(stderr, "rearcharge-pile: %s\n", error->message);
        return 2;
    }
    pile = pile_new(options, on_pile_failed, &program, &error);
    if (pile == NULL) {
        fprintf(stderr, "rearcharge-pile: %s\n", error->message);
        return 1;
    }
    print_codes(options);
    urls = pile_panel_urls(pile);
    for (guint i = 0; urls[i] != NULL; i++)
        printf("panel %s/\n", urls[i]);
    if (pile_local_link_url(pile) != NULL)
        printf("local link %s\n", pile_local_link_url(pile));
    fflush(stdout);
    g_unix_signal_add(SIGTERM, on_signal, &program);
    g_unix_signal_add(SIGINT, on_signal, &program);
    pile_start(pile);
    if (program.status == 0) {
        notify_socket_send("READY=1");
        watchdog_start();
        g_main_loop_run(loop);
        notify_socket_send("STOPPING=1");
    }
    if (program.status == 0)
        pile_stop(pile);
    return program.status;
}

/* A connection in our own hands: its end is told, whichever way it ended. */
#include "weblink/web_stream.h"

#include <criterion/criterion.h>
#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    WebStream *stream;
    gint peer_fd, own_fd;
    guint ends; /* times that a read said "over" */
} Pair;

static void on_ready(WebStream *stream, WebStreamEvent event, gpointer data)
{
    Pair *pair = data;
    guint8 buffer[64];

    pair->ends += web_stream_read(stream, buffer, sizeof buffer) == 0;
}

static void open_pair(Pair *pair)
{
    g_autoptr(GSocket) socket = NULL;
    gint fds[2];

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    *pair = (Pair){.own_fd = fds[0], .peer_fd = fds[1]};
    pair->stream =
        web_stream_new(G_IO_STREAM(g_socket_connection_factory_create_connection(socket)), socket, FALSE);
    web_stream_start(pair->stream, on_ready, pair);
}

static void run_loop(void)
{
    for (guint i = 0; i < 10; i++)
        g_main_context_iteration(NULL, FALSE);
}

static void close_pair(Pair *pair)
{
    web_stream_free(pair->stream);
    close(pair->peer_fd);
    run_loop();
}

Test(web_stream, the_end_of_the_peer_is_told)
{
    Pair pair;

    open_pair(&pair);
    run_loop();
    cr_assert_eq(pair.ends, 0);
    shutdown(pair.peer_fd, SHUT_WR);
    run_loop();
    cr_assert_geq(pair.ends, 1);
    close_pair(&pair);
}

/* The kernel has nothing to tell about a connection that fails only in our direction. */
Test(web_stream, a_write_that_fails_is_told_though_nothing_is_ever_read)
{
    Pair pair;

    open_pair(&pair);
    shutdown(pair.own_fd, SHUT_WR);
    run_loop();
    cr_assert_eq(pair.ends, 0);
    web_stream_write(pair.stream, "lost", 4);
    cr_assert_eq(pair.ends, 0, "told from the main loop, never from inside the write");
    run_loop();
    cr_assert_eq(pair.ends, 1);
    close_pair(&pair);
}

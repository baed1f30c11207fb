/* Child: one process with a socket, started without a fork of ours (GStreamer's threads hold locks). */
#pragma once

#include <glib.h>

typedef struct {
    GPid pid; /* 0: none */
    int socket_fd;
} Child;
#define CHILD_INIT                                                                                           \
    {                                                                                                        \
        .socket_fd = -1                                                                                      \
    }

/**
 * child_start:
 * @path: program
 * @frames_fd: handed over as DECODER_CHILD_FRAMES_FD; a socket as DECODER_CHILD_SOCKET_FD. stdin and stdout
 * are /dev/null; the environment holds nothing but sanitizer options
 */
gboolean child_start(Child *self, const gchar *path, int frames_fd, GError **error);

/* Kills with SIGKILL; the caller reaps (g_child_watch_add() or child_reap()). Closes the socket. */
void child_kill(Child *self);
/* Waits for the end of a killed child. */
void child_reap(Child *self);

/* Processor time that it has used so far, in us; -1 when not known. */
gint64 child_cpu_us(const Child *self);

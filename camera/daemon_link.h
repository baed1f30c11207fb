/* Daemon link: the camera process's end of the socketpair (protocol/README.md section 6). */
#pragma once

#include "protocol/camera_msg.h"

typedef struct DaemonLink DaemonLink;

typedef struct {
    /* @fd: (transfer full): of "preview"; -1 with every other command */
    void (*command)(CameraMsgType type, int fd, gpointer data);
    void (*closed)(gpointer data); /* EOF: the daemon is gone or has closed us */
} DaemonLinkEvents;

/* @fd: (transfer full): SOCK_SEQPACKET */
DaemonLink *daemon_link_new(int fd, const DaemonLinkEvents *events, gpointer data);
void daemon_link_free(DaemonLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DaemonLink, daemon_link_free)

/* Never blocks: a daemon that does not read loses messages, and reads the next state when it reads again. */
void daemon_link_send(DaemonLink *self, const CameraMsg *msg);

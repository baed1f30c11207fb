/* Camera peer: rearcharge-camera at the other end of a socketpair, as the daemon has it, for tests. */
#pragma once

#include <gio/gio.h>

#include "protocol/camera_msg.h"

typedef struct {
    GSubprocess *process;
    int fd;
    int display; /* stdout of the process */
} CameraPeer;

/* Starts $CAMERA with @source. @...: further arguments, NULL at the end. */
CameraPeer camera_peer_launch(const gchar *source, ...) G_GNUC_NULL_TERMINATED;
void camera_peer_command(const CameraPeer *peer, CameraMsgType type);
/* Returns: FALSE at EOF */
gboolean camera_peer_receive(const CameraPeer *peer, CameraMsg *msg);
/* Reads on until a message of @type comes. */
CameraMsg camera_peer_await(const CameraPeer *peer, CameraMsgType type);
CameraMsg camera_peer_await_state(const CameraPeer *peer, CameraState state);
/* Closes the socket, which must be enough to end the process well. */
void camera_peer_end(CameraPeer *peer);

/* Camera process: rearcharge-camera as our child, kept warm over a socketpair, replaced when it dies.
 * Its death is EOF on the socket; there is no heartbeat, so nothing wakes up while the car drives forward.
 * It handles pixels that strangers choose, so its messages are read as hostile bytes.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/camera_msg.h"

#define CAMERA_TYPE_PROCESS (camera_process_get_type())
G_DECLARE_FINAL_TYPE(CameraProcess, camera_process, CAMERA, PROCESS, GObject)

/**
 * camera_process_new:
 * @argv: (array zero-terminated=1): program and options; "--fd 3" is added
 *
 * Signals: "message" (const CameraMsg *msg): any message of the camera; "lost": the process is gone (it comes
 * back by itself, and is told to start again where it was running)
 */
CameraProcess *camera_process_new(const gchar *const *argv);

void camera_process_run(CameraProcess *self);  /* spawn it, and keep it */
void camera_process_quit(CameraProcess *self); /* it ends; not replaced any more */

void camera_process_start(CameraProcess *self); /* look for codes; repeating changes nothing */
void camera_process_stop(CameraProcess *self);

/* As the camera last said; CAMERA_STATE_FAULT when there is no process although there should be one.
 * @detail (out) (optional) (transfer none) */
CameraState camera_process_get_state(CameraProcess *self, const gchar **detail);

/* Returns: the read end of a pipe with the rear picture (camera/preview.h), or -1 with @error, also while the
 * camera is off */
gint camera_process_open_preview(CameraProcess *self, GError **error);

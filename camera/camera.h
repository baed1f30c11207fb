/* Camera: the process as one object: frames from the source to the decoder, what was read to the daemon. */
#pragma once

#include "camera/source/source.h"
#include "camera/vision/lens.h"
#include "protocol/camera_msg.h"

typedef struct Camera Camera;

typedef struct {
    SourceOptions source;
    const gchar *decoder_path;
    guint decoder_deadline_ms, decoder_budget_us;
    const Lens *lens; /* (nullable): copied; says where codes are */
} CameraOptions;

/* @say: everything the daemon is to hear, in order */
Camera *camera_new(const CameraOptions *options, void (*say)(const CameraMsg *msg, gpointer data),
                   gpointer data, GError **error);
void camera_free(Camera *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Camera, camera_free)

void camera_start(Camera *self);
void camera_stop(Camera *self);
/* @fd: (transfer full): see preview.h */
void camera_open_preview(Camera *self, int fd);

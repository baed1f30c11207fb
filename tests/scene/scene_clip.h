/* Scene clip: a scene as files. A Matroska clip of Motion JPEG pictures that GStreamer plays with decodebin,
 * the truth beside it, single pictures, and folders of uncompressed frames for measuring.
 */
#pragma once

#include "tests/scene/scene_render.h"

/* Writes every frame to @path. Returns: FALSE with GStreamer's error. gst_init() must have run. */
gboolean scene_clip_write(SceneRender *render, const gchar *path, GError **error);

/* Tab-separated, one line a frame and pile with a code: frame, pts_ms, pile, visible, distance_m,
 * px_per_module, x0 y0 .. x3 y3 (top left, top right, bottom right, bottom left). */
gboolean scene_clip_write_truth(SceneRender *render, const gchar *path, GError **error);

/* Writes one frame as PNG. */
gboolean scene_clip_write_png(SceneRender *render, guint frame, const gchar *path, GError **error);

/* Writes the luma of the frames until the car stands to @folder/0000.pgm ..., uncompressed, and the truth to
 * @folder/truth.tsv. The folder is made if need be. */
gboolean scene_clip_write_frames(SceneRender *render, const gchar *folder, GError **error);

/* Picture file: the frames of a PNG, JPEG, PGM or video file as gray pixels, one after another, by GStreamer.
 */
#pragma once

#include "base/gray_frame.h"

typedef struct PictureFile PictureFile;

/* Returns: (transfer full) (nullable): free with picture_file_close() */
PictureFile *picture_file_open(const gchar *path, GError **error);
void picture_file_close(PictureFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PictureFile, picture_file_close)

/**
 * picture_file_next:
 * @frame: (out): rows packed; valid until the next call
 *
 * Returns: TRUE: a frame; FALSE without @error: the end; FALSE with @error: not readable
 */
gboolean picture_file_next(PictureFile *self, GrayFrame *frame, GError **error);

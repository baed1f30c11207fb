/* Lens file: the description of a camera's lens on disk. */
#pragma once

#include "camera/vision/lens.h"

/* @error: a #LensError or #GFileError that names @path; @lens is then untouched */
gboolean lens_load(const gchar *path, Lens *lens, GError **error);

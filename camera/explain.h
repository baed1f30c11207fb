/* Explain: a picture of what the eye saw in a picture, as PNG: marks, candidates, grids, and what became of
 * each. */
#pragma once

#include "base/gray_frame.h"
#include "camera/vision/vision_trace.h"

/**
 * explain_write:
 * Small pictures are enlarged. Crosses: marks of black and white rows (blue) and of gray rings (cyan).
 * Outlines of candidates: red unlike a code, orange not readable, green read, gray no time; with the grid
 * where one was fitted.
 */
gboolean explain_write(const gchar *path, const GrayFrame *frame, const VisionTrace *trace, GError **error);

/* A line for each candidate, in the order in which they were tried. */
void explain_print(const gchar *path, const VisionTrace *trace);

/* Vision trace: what became of everything that was looked at in a frame, for people (rearcharge-scan
 * --explain) and tests. Costs a copy each; off unless asked for. */
#pragma once

#include "camera/vision/model_reader.h"

#define VISION_TRACE_MAX 96

typedef enum {
    VISION_TRACE_NO_TIME, /* the frame's budget was spent */
    VISION_TRACE_UNLIKE,  /* the known patterns do not explain the pixels */
    VISION_TRACE_UNREAD,  /* they do, but no error correction believes the modules */
    VISION_TRACE_READ,
    VISION_TRACE_N
} VisionTraceFate;

typedef struct {
    const gchar *way; /* static: "rows", "rings", "pair", "even", "mesh", "crop", "track" */
    VisionTraceFate fate;
    gboolean has_region;
    Region region;
    ModelFit fit; /* version 0: none; its grid is in pixels of its layer */
} VisionTraceItem;

typedef struct {
    FinderMarks rows, rings;
    VisionTraceItem item[VISION_TRACE_MAX];
    guint n;
    gdouble shift_px; /* of all places: a border was added to a small picture */
} VisionTrace;

/* "read" and so on. (transfer none) */
const gchar *vision_trace_fate_name(VisionTraceFate fate);

/* @self: (nullable): then nothing is done; @region, @fit: (nullable) */
void vision_trace_add(VisionTrace *self, const gchar *way, VisionTraceFate fate, const Region *region,
                      const ModelFit *fit);

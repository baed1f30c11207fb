/* Pictures of strangers: the first two bytes say how wide, the rest are pixels. Whatever is found lies within
 * bounds, and the effort stays bounded. */
#include <math.h>

#include "camera/vision/vision.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static Vision *vision;
    static VisionTracker *tracker;
    static gint64 now_ns;
    static Detections found;
    VisionEffort effort = {0};
    GrayFrame frame = {0};

    if (vision == NULL) {
        vision = vision_new();
        tracker = vision_tracker_new();
    }
    if (size < 3)
        return 0;
    frame.width_px = frame.stride_bytes = MIN(1 + (guint)(data[0] | data[1] << 8) % 1024, (guint)size - 2);
    frame.height_px = (guint)(size - 2) / frame.width_px;
    frame.pixels = data + 2;
    if (!gray_frame_is_valid(&frame))
        return 0;
    frame.pts_ns = now_ns += G_GINT64_CONSTANT(100) * 1000 * 1000; /* frames follow each other: tracks too */
    vision_follow(vision, tracker, &frame, &found, &effort);
    if (found.n > DETECTIONS_MAX || effort.n_crops > 3 * 12 || effort.n_fits > VISION_FITS_MAX)
        __builtin_trap();
    for (guint i = 0; i < found.n; i++)
        for (guint p = 0; p < 8; p++)
            if (!isfinite(found.item[i].quad_px[p]) || found.item[i].n_bytes > DETECTION_MAX_BYTES)
                __builtin_trap();
    return 0;
}

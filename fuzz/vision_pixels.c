/* Pictures of strangers. Two bytes: bits 0 to 9 how wide, less one; bits 12 to 14 how large each pixel is
 * drawn, less one; bit 15: a bit a pixel, white or black, instead of a byte. The rest are pixels. The same
 * picture comes twice, as frames do, so that what was seen is followed. Whatever is found lies within bounds,
 * and the effort stays bounded. */
#include <math.h>

#include "camera/vision/vision.h"
#include "camera/vision/vision_trace.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define PIXELS_MAX (400 * 400) /* drawn large: sanitized, a look takes about 1 us a pixel */
#define FRAME_NS (G_GINT64_CONSTANT(100) * 1000 * 1000)

/* Returns: (transfer full) (nullable): rows of @width_px */
static guint8 *draw(const guint8 *data, gsize size, guint *width_px, guint *height_px)
{
    guint head = (guint)data[0] | (guint)data[1] << 8, times = 1 + (head >> 12 & 7);
    gboolean bits = (head & 0x8000) != 0;
    gsize n = (size - 2) * (bits ? 8 : 1);
    guint width = MIN(1 + head % 1024, (guint)n), height = (guint)n / width;
    guint8 *pixels;

    *width_px = width * times;
    *height_px = height * times;
    if (*width_px > 1024 || (gsize)*width_px * *height_px > PIXELS_MAX)
        return NULL;
    pixels = g_malloc((gsize)*width_px * *height_px);
    for (guint y = 0; y < *height_px; y++)
        for (guint x = 0; x < *width_px; x++) {
            guint at = y / times * width + x / times;

            pixels[(gsize)y * *width_px + x] =
                bits ? data[2 + at / 8] >> (7 - at % 8) & 1 ? 230 : 20 : data[2 + at];
        }
    return pixels;
}

static void look(Vision *vision, VisionTracker *tracker, const GrayFrame *frame)
{
    static Detections found;
    VisionEffort effort = {0};

    vision_follow(vision, tracker, frame, &found, &effort);
    if (found.n > DETECTIONS_MAX || effort.n_crops > 3 * 12 || effort.n_fits > VISION_FITS_MAX)
        __builtin_trap();
    for (guint i = 0; i < found.n; i++)
        for (guint p = 0; p < 8; p++)
            if (!isfinite(found.item[i].quad_px[p]) || found.item[i].n_bytes > DETECTION_MAX_BYTES)
                __builtin_trap();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static VisionTrace trace;
    g_autofree guint8 *pixels = NULL;
    g_autoptr(Vision) vision = NULL;
    g_autoptr(VisionTracker) tracker = NULL;
    GrayFrame frame = {0};

    if (size < 3)
        return 0;
    pixels = draw(data, size, &frame.width_px, &frame.height_px);
    frame.stride_bytes = frame.width_px;
    frame.pixels = pixels;
    if (pixels == NULL || !gray_frame_is_valid(&frame))
        return 0;
    vision = vision_new();
    tracker = vision_tracker_new();
    vision_trace(vision, &trace);
    for (guint i = 1; i <= 2; i++) {
        frame.pts_ns = i * FRAME_NS;
        look(vision, tracker, &frame);
    }
    for (guint i = 0; i < trace.n; i++)
        vision_trace_fate_name(trace.item[i].fate);
    vision_tracker_reset(tracker);
    return 0;
}

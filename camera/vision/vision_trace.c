#include "camera/vision/vision_trace.h"

const gchar *vision_trace_fate_name(VisionTraceFate fate)
{
    static const gchar *const names[VISION_TRACE_N] = {"no time", "unlike a code", "not readable", "read"};

    g_return_val_if_fail((guint)fate < VISION_TRACE_N, "?");
    return names[fate];
}

void vision_trace_add(VisionTrace *self, const gchar *way, VisionTraceFate fate, const Region *region,
                      const ModelFit *fit)
{
    VisionTraceItem *item;

    if (self == NULL || self->n == VISION_TRACE_MAX)
        return;
    item = &self->item[self->n++];
    *item = (VisionTraceItem){.way = way, .fate = fate, .has_region = region != NULL};
    if (region != NULL)
        item->region = *region;
    if (fit != NULL)
        item->fit = *fit;
}

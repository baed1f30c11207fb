/* Lens files: whatever parses gives finite places for any corners. */
#include <math.h>

#include "camera/vision/lens.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const gdouble quad[8] = {-20, 10, 1300, 12, 1290, 700, -30, 720};
    LensPlace place;
    Lens lens;

    if (!lens_parse((const gchar *)data, size, &lens, NULL))
        return 0;
    for (guint width_px = 1; width_px < 5000; width_px += 1279) {
        lens_place(&lens, width_px, quad, &place);
        if (!(fabs(place.bearing_deg) <= 180) || !(place.distance_m >= 0 && place.distance_m <= 100))
            __builtin_trap();
    }
    return 0;
}

#include "camera/vision/mesh_reader.h"

#include <math.h>

#include "camera/vision/mesh.h"

static void describe(const Mesh *mesh, gdouble scale, Detection *found)
{
    gdouble side = mesh->side, length = 0;
    const gdouble corner[8] = {0, 0, side, 0, side, side, 0, side};

    for (guint i = 0; i < 8; i += 2) {
        gdouble x, y;
        mesh_to_picture(mesh, corner[i], corner[i + 1], &x, &y);
        found->quad_px[i] = x / scale;
        found->quad_px[i + 1] = y / scale;
    }
    for (guint i = 0; i < 8; i += 2)
        length += hypot(found->quad_px[(i + 2) % 8] - found->quad_px[i],
                        found->quad_px[(i + 3) % 8] - found->quad_px[i + 1]) /
                  4;
    found->px_per_module = length / side;
}

gboolean mesh_reader_read(MeshReader *self, const Layers *even, guint number, const Region *region,
                          Redraw *redraw, Detection *found)
{
    const GrayFrame *picture = &even->layer[number];
    gdouble scale = 1.0 / (1u << number);
    guint version = mesh_guess_version(picture, region, scale);
    Mesh mesh;

    if (version == 0)
        return FALSE;
    symbol_init(&self->symbol, version);
    mesh_find(&mesh, picture, region, &self->symbol, scale);
    mesh_sample(&mesh, picture, region->corner.inverse, self->light);
    if (!redraw_read(redraw, &self->symbol, self->light, found))
        return FALSE;
    describe(&mesh, scale, found);
    return TRUE;
}

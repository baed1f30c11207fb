#include "tests/scene/scene_dirt.h"

#include <math.h>

#include "tests/scene/scene_texture.h"

#define SPECKS_PER_AMOUNT 90
#define MAX_BLOCKED 0.85F

struct SceneDirt {
    guint width, height;
    gfloat *blocked; /* by specks, 0..MAX_BLOCKED */
    gfloat *film;    /* 0..1 */
};

/* A disk with a soft rim: the image of a point on the glass is the lens' opening. */
static void add_speck(SceneDirt *self, gdouble cx, gdouble cy, gdouble radius, gdouble density)
{
    gdouble rim = 0.35 * radius;
    guint x0 = (guint)MAX(0.0, cx - radius - 1), x1 = (guint)CLAMP(cx + radius + 2, 0.0, self->width);
    guint y0 = (guint)MAX(0.0, cy - radius - 1), y1 = (guint)CLAMP(cy + radius + 2, 0.0, self->height);

    for (guint y = y0; y < y1; y++)
        for (guint x = x0; x < x1; x++) {
            gdouble inside = CLAMP((radius - hypot(x + 0.5 - cx, y + 0.5 - cy)) / rim, 0.0, 1.0);
            gfloat *blocked = &self->blocked[(gsize)y * self->width + x];
            *blocked = 1 - (1 - *blocked) * (1 - (gfloat)(density * inside));
        }
}

SceneDirt *scene_dirt_new(guint width_px, guint height_px, gdouble amount, guint seed)
{
    SceneDirt *self = g_new0(SceneDirt, 1);
    GRand *rand = g_rand_new_with_seed(seed ^ 0xd127U);
    gdouble scale = width_px / 1280.0;

    self->width = width_px;
    self->height = height_px;
    self->blocked = g_new0(gfloat, (gsize)width_px * height_px);
    self->film = g_new0(gfloat, (gsize)width_px * height_px);
    for (guint i = 0; i < (guint)lround(SPECKS_PER_AMOUNT * amount); i++) {
        gdouble cx = width_px * g_rand_double(rand), cy = height_px * g_rand_double(rand);
        gdouble radius = scale * (9 + 42 * pow(g_rand_double(rand), 3)); /* many small, few large */
        add_speck(self, cx, cy, radius, amount * g_rand_double_range(rand, 0.15, 0.6));
    }
    g_rand_free(rand);
    for (guint y = 0; y < height_px; y++)
        for (guint x = 0; x < width_px; x++) {
            gfloat u = (gfloat)(x / scale), v = (gfloat)(y / scale);
            gsize at = (gsize)y * width_px + x;
            self->film[at] = (gfloat)amount * scene_noise(u / 260, v / 260, 3, seed + 51);
            self->blocked[at] = MIN(self->blocked[at], MAX_BLOCKED);
        }
    return self;
}

void scene_dirt_free(SceneDirt *self)
{
    g_free(self->blocked);
    g_free(self->film);
    g_free(self);
}

SceneDirtSpot scene_dirt_at(const SceneDirt *self, guint x, guint y)
{
    gsize at = (gsize)y * self->width + x;
    gfloat blocked = self->blocked[at], film = self->film[at];

    return (SceneDirtSpot){
        .pass = (1 - blocked) * (1 - 0.35F * film),
        .veil = 0.55F * blocked + 0.45F * film,
        .spread = 1 + 1.1F * film + 0.8F * blocked,
    };
}

#include "tests/scene/scene_texture.h"

#include <math.h>
#include <string.h>

#define MAX_LEVELS 12

typedef struct {
    guint width, height;
    gfloat texels_per_m;
    guint16 *texels; /* owned; linear light, 65535 = 1 */
} Level;

struct SceneTexture {
    gfloat texels_per_m;
    guint n_levels;
    Level levels[MAX_LEVELS];
};

SceneTexture *scene_texture_new(gdouble width_m, gdouble height_m, gdouble texel_m)
{
    SceneTexture *self = g_new0(SceneTexture, 1);

    self->texels_per_m = (gfloat)(1 / texel_m);
    self->n_levels = 1;
    self->levels[0].texels_per_m = self->texels_per_m;
    self->levels[0].width = MAX(1, (guint)lround(width_m / texel_m));
    self->levels[0].height = MAX(1, (guint)lround(height_m / texel_m));
    self->levels[0].texels = g_new0(guint16, (gsize)self->levels[0].width * self->levels[0].height);
    return self;
}

void scene_texture_free(SceneTexture *self)
{
    for (guint i = 0; i < self->n_levels; i++)
        g_free(self->levels[i].texels);
    g_free(self);
}

void scene_texture_paint(SceneTexture *self, SceneShade shade, gpointer data)
{
    Level *base = &self->levels[0];
    gfloat texel_m = 1 / self->texels_per_m;

    for (guint y = 0; y < base->height; y++) {
        for (guint x = 0; x < base->width; x++) {
            guint16 *texel = &base->texels[(gsize)y * base->width + x];
            gfloat value = shade(((gfloat)x + 0.5F) * texel_m, ((gfloat)y + 0.5F) * texel_m,
                                 (gfloat)*texel / 65535.0F, data);
            *texel = (guint16)(CLAMP(value, 0.0F, 1.0F) * 65535.0F);
        }
    }
}

/* How much of texel @i the span from @from to @to (in texels) covers. */
static gdouble cover(guint i, gdouble from, gdouble to)
{
    return CLAMP(MIN(to, i + 1.0) - MAX(from, (gdouble)i), 0.0, 1.0);
}

void scene_texture_rect(SceneTexture *self, gdouble u_m, gdouble v_m, gdouble width_m, gdouble height_m,
                        gdouble value, gdouble alpha)
{
    Level *base = &self->levels[0];
    gdouble x0 = u_m * self->texels_per_m, x1 = (u_m + width_m) * self->texels_per_m;
    gdouble y0 = v_m * self->texels_per_m, y1 = (v_m + height_m) * self->texels_per_m;

    for (guint y = (guint)MAX(0.0, floor(y0)); y < base->height && y < y1; y++) {
        for (guint x = (guint)MAX(0.0, floor(x0)); x < base->width && x < x1; x++) {
            guint16 *texel = &base->texels[(gsize)y * base->width + x];
            gdouble a = alpha * cover(x, x0, x1) * cover(y, y0, y1);
            *texel = (guint16)(*texel * (1 - a) + value * 65535.0 * a);
        }
    }
}

/* One byte a row, the lowest five bits, left to right. */
static const struct {
    gchar letter;
    guint8 rows[7];
} font[] = {
    {'A', {14, 17, 17, 31, 17, 17, 17}}, {'B', {30, 17, 17, 30, 17, 17, 30}},
    {'C', {14, 17, 16, 16, 16, 17, 14}}, {'D', {30, 17, 17, 17, 17, 17, 30}},
    {'E', {31, 16, 16, 30, 16, 16, 31}}, {'F', {31, 16, 16, 30, 16, 16, 16}},
    {'G', {14, 17, 16, 23, 17, 17, 14}}, {'H', {17, 17, 17, 31, 17, 17, 17}},
    {'I', {14, 4, 4, 4, 4, 4, 14}},      {'J', {7, 2, 2, 2, 2, 18, 12}},
    {'K', {17, 18, 20, 24, 20, 18, 17}}, {'L', {16, 16, 16, 16, 16, 16, 31}},
    {'M', {17, 27, 21, 21, 17, 17, 17}}, {'N', {17, 25, 21, 19, 17, 17, 17}},
    {'O', {14, 17, 17, 17, 17, 17, 14}}, {'P', {30, 17, 17, 30, 16, 16, 16}},
    {'Q', {14, 17, 17, 17, 21, 18, 13}}, {'R', {30, 17, 17, 30, 20, 18, 17}},
    {'S', {15, 16, 16, 14, 1, 1, 30}},   {'T', {31, 4, 4, 4, 4, 4, 4}},
    {'U', {17, 17, 17, 17, 17, 17, 14}}, {'V', {17, 17, 17, 17, 17, 10, 4}},
    {'W', {17, 17, 17, 21, 21, 27, 17}}, {'X', {17, 17, 10, 4, 10, 17, 17}},
    {'Y', {17, 17, 10, 4, 4, 4, 4}},     {'Z', {31, 1, 2, 4, 8, 16, 31}},
    {'0', {14, 17, 19, 21, 25, 17, 14}}, {'1', {4, 12, 4, 4, 4, 4, 14}},
    {'2', {14, 17, 1, 6, 8, 16, 31}},    {'3', {30, 1, 1, 14, 1, 1, 30}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {6, 8, 16, 30, 17, 17, 14}},   {'7', {31, 1, 2, 4, 8, 8, 8}},
    {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 2, 12}},
    {'*', {0, 4, 21, 14, 21, 4, 0}},     {'-', {0, 0, 0, 31, 0, 0, 0}},
    {'.', {0, 0, 0, 0, 0, 12, 12}},      {'/', {1, 1, 2, 4, 8, 16, 16}},
    {':', {0, 12, 12, 0, 12, 12, 0}},
};

void scene_texture_text(SceneTexture *self, gdouble u_m, gdouble v_m, gdouble pixel_m, const gchar *text,
                        gdouble value)
{
    gdouble left = u_m - ((gdouble)strlen(text) * 6 - 1) * pixel_m / 2;

    for (const gchar *c = text; *c != '\0'; c++, left += 6 * pixel_m) {
        for (guint i = 0; i < G_N_ELEMENTS(font); i++) {
            if (font[i].letter != g_ascii_toupper(*c))
                continue;
            for (guint y = 0; y < 7; y++)
                for (guint x = 0; x < 5; x++)
                    if (font[i].rows[y] >> (4 - x) & 1)
                        scene_texture_rect(self, left + x * pixel_m, v_m + y * pixel_m, pixel_m, pixel_m,
                                           value, 1);
        }
    }
}

void scene_texture_finish(SceneTexture *self)
{
    while (self->n_levels < MAX_LEVELS) {
        const Level *fine = &self->levels[self->n_levels - 1];
        Level *coarse = &self->levels[self->n_levels];
        if (fine->width < 2 || fine->height < 2)
            return;
        coarse->width = fine->width / 2;
        coarse->height = fine->height / 2;
        coarse->texels_per_m = fine->texels_per_m / 2;
        coarse->texels = g_new(guint16, (gsize)coarse->width * coarse->height);
        for (guint y = 0; y < coarse->height; y++) {
            const guint16 *a = fine->texels + (gsize)2 * y * fine->width;
            const guint16 *b = a + fine->width;
            for (guint x = 0; x < coarse->width; x++, a += 2, b += 2)
                coarse->texels[(gsize)y * coarse->width + x] = (guint16)((a[0] + a[1] + b[0] + b[1] + 2) / 4);
        }
        self->n_levels++;
    }
}

gfloat scene_texture_at(const SceneTexture *self, gfloat u_m, gfloat v_m, gfloat footprint_m)
{
    gfloat texels = footprint_m * self->texels_per_m;
    guint n = 0;

    /* The level whose texels are nearest to the footprint in size; bilinear look-up smooths the rest. */
    while (texels > 1.5F && n + 1 < self->n_levels) {
        texels *= 0.5F;
        n++;
    }
    const Level *level = &self->levels[n];
    gfloat scale = level->texels_per_m;
    gfloat x = CLAMP(u_m * scale - 0.5F, 0.0F, (gfloat)(level->width - 1));
    gfloat y = CLAMP(v_m * scale - 0.5F, 0.0F, (gfloat)(level->height - 1));
    guint x0 = (guint)x, y0 = (guint)y;
    guint x1 = MIN(x0 + 1, level->width - 1);
    const guint16 *top = level->texels + (gsize)y0 * level->width;
    const guint16 *bottom = y0 + 1 < level->height ? top + level->width : top;
    gfloat fx = x - (gfloat)x0, fy = y - (gfloat)y0;
    gfloat upper = (gfloat)top[x0] + ((gfloat)top[x1] - (gfloat)top[x0]) * fx;
    gfloat lower = (gfloat)bottom[x0] + ((gfloat)bottom[x1] - (gfloat)bottom[x0]) * fx;

    return (upper + (lower - upper) * fy) * (1 / 65535.0F);
}

static gfloat lattice(gint x, gint y, guint seed)
{
    guint32 h = (guint32)x * 0x8da6b343U + (guint32)y * 0xd8163841U + seed * 0xcb1ab31fU;

    h = (h ^ h >> 15) * 0x2c1b3c6dU;
    h = (h ^ h >> 12) * 0x297a2d39U;
    return (gfloat)((h ^ h >> 15) >> 8) / 16777216.0F;
}

gfloat scene_noise(gfloat x, gfloat y, guint octaves, guint seed)
{
    gfloat sum = 0, weight = 0.5F, total = 0;

    for (guint i = 0; i < octaves; i++, x *= 2, y *= 2, weight *= 0.5F) {
        gint xi = (gint)floorf(x), yi = (gint)floorf(y);
        gfloat fx = x - (gfloat)xi, fy = y - (gfloat)yi;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        gfloat a = lattice(xi, yi, seed + i), b = lattice(xi + 1, yi, seed + i);
        gfloat c = lattice(xi, yi + 1, seed + i), d = lattice(xi + 1, yi + 1, seed + i);
        sum += weight * (a + (b - a) * fx + (c - a + (a - b - c + d) * fx) * fy);
        total += weight;
    }
    return sum / total;
}

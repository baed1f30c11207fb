#include "tests/scene/scene_sensor.h"

#include <math.h>

#define GAMMA 2.2
#define GAMMA_STEPS 4096
#define NOISE_TABLE 8192
#define TABLE_SIGMA 32

struct SceneSensor {
    guint seed;
    gint level; /* sigma in half steps */
    guint16 luma[GAMMA_STEPS + 1];
    gint8 noise[NOISE_TABLE]; /* Gaussian */
};

SceneSensor *scene_sensor_new(gdouble noise_level, guint seed)
{
    SceneSensor *self = g_new0(SceneSensor, 1);
    GRand *rand = g_rand_new_with_seed(seed);

    self->seed = seed;
    self->level = (gint)lround(2 * noise_level);
    for (guint i = 0; i <= GAMMA_STEPS; i++)
        self->luma[i] = (guint16)lround(255.0 * 256.0 * pow((gdouble)i / GAMMA_STEPS, 1 / GAMMA));
    for (guint i = 0; i < NOISE_TABLE; i++) { /* Box-Muller */
        gdouble radius = sqrt(-2 * log(1 - g_rand_double(rand)));
        glong value = lround(TABLE_SIGMA * radius * cos(2 * G_PI * g_rand_double(rand)));
        self->noise[i] = (gint8)CLAMP(value, -127, 127);
    }
    g_rand_free(rand);
    return self;
}

void scene_sensor_free(SceneSensor *self)
{
    g_free(self);
}

guint16 scene_sensor_luma(const SceneSensor *self, gfloat linear)
{
    return self->luma[(guint)(CLAMP(linear, 0.0F, 1.0F) * GAMMA_STEPS)];
}

/* xorshift32: fast, and good enough for noise. */
static guint32 next(guint32 *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static guint32 stream_of(guint seed, guint frame)
{
    guint32 h = seed * 0x9e3779b9U ^ (frame + 1) * 0x85ebca6bU;

    h = (h ^ h >> 16) * 0x7feb352dU;
    return (h ^ h >> 15) | 1; /* xorshift must not start at 0 */
}

void scene_sensor_develop(const SceneSensor *self, guint frame, const guint16 *luma, const guint8 *chroma,
                          gsize n, guint8 *i420)
{
    guint32 state = stream_of(self->seed, frame);

    for (gsize i = 0; i < n; i++) {
        /* Bright places are noisier, as photons come at random: 48..111, 80 in mid grey, is 0.75..1.7 times.
         */
        gint spread = self->level * (48 + (luma[i] >> 10));
        gint value = (luma[i] + self->noise[next(&state) % NOISE_TABLE] * spread / 16 + 128) >> 8;
        i420[i] = (guint8)CLAMP(value, 0, 255);
    }
    for (gsize i = 0; i < n / 2; i++) {
        gint value = (chroma[i] * 256 + self->noise[next(&state) % NOISE_TABLE] * self->level * 2 + 128) >> 8;
        i420[n + i] = (guint8)CLAMP(value, 0, 255);
    }
}

/* Sum of weights 1 4 6 4 1, whose blur has a sigma of one pixel; the border continues outwards. */
static guint binomial(const guint16 *at, gssize step, guint i, guint n)
{
    const guint16 *p = at - (gssize)i * step;

#define TAP(offset) p[(gssize)CLAMP((gssize)i + (offset), 0, (gssize)n - 1) * step]
    return (guint)(TAP(-2) + 4 * TAP(-1) + 6 * TAP(0) + 4 * TAP(1) + TAP(2));
#undef TAP
}

void scene_sensor_sharpen(guint8 *luma, guint width, guint height, gdouble amount)
{
    g_autofree guint16 *values = NULL, *rows = NULL;
    gint gain = (gint)lround(256 * amount);

    if (gain <= 0)
        return;
    values = g_new(guint16, (gsize)width * height);
    rows = g_new(guint16, (gsize)width * height); /* blurred along the row, times 16 */
    for (gsize i = 0; i < (gsize)width * height; i++)
        values[i] = luma[i];
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++)
            rows[(gsize)y * width + x] = (guint16)binomial(&values[(gsize)y * width + x], 1, x, width);
    for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++) {
            gsize i = (gsize)y * width + x;
            gint detail = 256 * luma[i] - (gint)binomial(&rows[i], width, y, height); /* times 256 */
            luma[i] = (guint8)CLAMP(luma[i] + (detail * gain + (1 << 15)) / (1 << 16), 0, 255);
        }
}

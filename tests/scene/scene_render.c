#include "tests/scene/scene_render.h"

#include <math.h>
#include <string.h>

#include "tests/scene/scene_dirt.h"
#include "tests/scene/scene_reach.h"
#include "tests/scene/scene_sensor.h"
#include "tests/scene/scene_world.h"

#define BAND_ROWS 40 /* two more rows are looked at for each band */
#define MANY 12      /* samples of a pixel that needs them */
#define N_PATTERNS 64
#define MAX_FLAT 6
#define VIGNETTE 0.38F
#define FOCUS_SPREAD                                                                                         \
    0.8F /* half width of the triangle over which a pixel gathers: the lens is not perfect                   \
          */

/* The part of a frame that one task draws, and what it needs to remember of its pixels. */
typedef struct {
    gfloat luminance;
    guint8 kind, tint, n_samples;
} Pixel;

struct SceneRender {
    Scene scene;
    SceneWorld *world;
    guint n_modules[SCENE_MAX_PILES];
    guint width, height;
    gfloat pixel_rad;
    gfloat *rays; /* (width+1) * (height+1) * 3: unit directions of pixel centres, camera frame */
    SceneSensor *sensor;
    SceneDirt *dirt;                    /* (nullable): the glass is clean */
    gfloat spread[N_PATTERNS][MANY][2]; /* offsets of samples in their pixel, in pixels */
    /* the frame being drawn */
    ScenePose pose, opening, closing; /* middle, beginning and end of the exposure */
    gfloat turn_rad;                  /* by how much the camera turns meanwhile */
    SceneReach reach;
    guint16 *clean_y; /* 8.8 fixed point, before noise */
    guint8 *clean_uv; /* half size, U then V */
    gboolean clean_is_still;
    GThreadPool *pool;
    GMutex lock;
    GCond done;
    guint bands_left; /* under lock */
};

static const struct {
    gfloat cb, cr; /* chroma per unit of luma */
} tints[SCENE_N_TINTS] = {
    [SCENE_TINT_SKY] = {0.055F, -0.035F},     [SCENE_TINT_TREES] = {-0.13F, -0.09F},
    [SCENE_TINT_ASPHALT] = {0.012F, -0.006F}, [SCENE_TINT_BRICK] = {-0.11F, 0.13F},
    [SCENE_TINT_STONE] = {-0.02F, 0.01F},     [SCENE_TINT_PAINT] = {0.004F, -0.002F},
    [SCENE_TINT_ACCENT] = {-0.06F, -0.42F},   [SCENE_TINT_POST] = {-0.42F, 0.11F},
};

/* What a scene shines on the glass, on average; measured in rendered pictures. */
static const gfloat mean_light[] = {
    [SCENE_LIGHT_DAY] = 0.23F, [SCENE_LIGHT_DUSK] = 0.12F, [SCENE_LIGHT_NIGHT] = 0.045F};

static guint32 mix(guint32 h)
{
    h = (h ^ h >> 16) * 0x7feb352dU;
    h = (h ^ h >> 15) * 0x846ca68bU;
    return h ^ h >> 16;
}

static gfloat unit(guint32 h)
{
    return (gfloat)(h >> 8) / 16777216.0F;
}

static gdouble frame_middle_s(const SceneRender *self, guint frame)
{
    return (gdouble)frame / self->scene.fps + self->scene.exposure_s / 2;
}

static void to_world(const ScenePose *pose, const gfloat ray[3], gfloat d[3])
{
    d[0] = (gfloat)pose->right.x * ray[0] + (gfloat)pose->down.x * ray[1] + (gfloat)pose->forward.x * ray[2];
    d[1] = (gfloat)pose->right.y * ray[0] + (gfloat)pose->down.y * ray[1] + (gfloat)pose->forward.y * ray[2];
    d[2] = (gfloat)pose->right.z * ray[0] + (gfloat)pose->down.z * ray[1] + (gfloat)pose->forward.z * ray[2];
}

/* By how much blurs the dirt on the glass here. */
static gfloat softness(const SceneRender *self, guint x, guint y)
{
    return self->dirt == NULL ? 1 : scene_dirt_at(self->dirt, x, y).spread;
}

/* How many pixels a point moves during the exposure, because the camera goes and because it turns. */
static guint samples_for_motion(const SceneRender *self, const SceneHit *hit, const gfloat d[3])
{
    const SceneVec *v = &self->pose.velocity_m_s;
    gfloat vx = (gfloat)(v->x * self->scene.exposure_s), vz = (gfloat)(v->z * self->scene.exposure_s);
    gfloat along = vx * d[0] + vz * d[2];
    gfloat aside = sqrtf(MAX(0.0F, vx * vx + vz * vz - along * along));

    /* The texture level of a sample is about a pixel and a half wide: so far apart may two of them be. */
    return 1 +
           MIN(MAX_FLAT - 1, (guint)((aside / hit->distance_m + self->turn_rad) / (1.5F * self->pixel_rad)));
}

static void first_sample(const SceneRender *self, guint x, guint y, guint boxes, Pixel *pixel)
{
    const gfloat *ray = self->rays + ((gsize)y * (self->width + 1) + x) * 3;
    const gfloat o[3] = {(gfloat)self->pose.at.x, (gfloat)self->pose.at.y, (gfloat)self->pose.at.z};
    gfloat d[3];
    SceneHit hit;

    to_world(&self->pose, ray, d);
    hit = scene_world_hit(self->world, boxes, o, d, self->pixel_rad * softness(self, x, y));
    pixel->luminance = hit.luminance;
    pixel->kind = (guint8)hit.kind;
    pixel->tint = (guint8)hit.tint;
    pixel->n_samples = hit.fine ? MANY : (guint8)samples_for_motion(self, &hit, d);
}

/* Mean over the pixel's area, the lens' softness and the exposure. @chroma: luma-weighted mean. */
static gfloat gather(const SceneRender *self, guint x, guint y, guint boxes, guint n, gfloat chroma[2])
{
    const gfloat *ray = self->rays + ((gsize)y * (self->width + 1) + x) * 3;
    const gfloat *right = ray + 3, *below = ray + (gsize)(self->width + 1) * 3;
    guint32 h = mix(y * 0x9e3779b9U ^ x * 0x85ebca6bU ^ self->scene.seed);
    const gfloat(*spread)[2] = self->spread[h % N_PATTERNS];
    gfloat step_s = (gfloat)self->scene.exposure_s / (gfloat)n;
    gfloat t = step_s * unit(h) - (gfloat)self->scene.exposure_s / 2;
    gfloat vx = (gfloat)self->pose.velocity_m_s.x, vz = (gfloat)self->pose.velocity_m_s.z;
    gfloat at[3] = {(gfloat)self->pose.at.x, (gfloat)self->pose.at.y, (gfloat)self->pose.at.z};
    gfloat origin[3], across[3], along[3], first[3], last[3], sum = 0, soft = softness(self, x, y);
    gfloat footprint_rad = self->pixel_rad * soft * (n == MANY ? 0.4F : 0.8F);

    /* A pixel is small and an exposure short: within them the direction changes linearly. */
    to_world(&self->opening, ray, first);
    to_world(&self->closing, ray, last);
    to_world(&self->pose, ray, origin);
    to_world(&self->pose, right, across);
    to_world(&self->pose, below, along);
    for (guint i = 0; i < n; i++, t += step_s) {
        gfloat o[3] = {at[0] + vx * t, at[1], at[2] + vz * t}, d[3];
        gfloat share = t / (gfloat)self->scene.exposure_s; /* -0.5 opening .. 0.5 closing */
        for (guint k = 0; k < 3; k++)
            d[k] = origin[k] + (last[k] - first[k]) * share +
                   soft * ((across[k] - origin[k]) * spread[i][0] + (along[k] - origin[k]) * spread[i][1]);
        SceneHit hit = scene_world_hit(self->world, boxes, o, d, footprint_rad);
        sum += hit.luminance;
        chroma[0] += hit.luminance * tints[hit.tint].cb;
        chroma[1] += hit.luminance * tints[hit.tint].cr;
    }
    chroma[0] /= MAX(sum, 1e-6F);
    chroma[1] /= MAX(sum, 1e-6F);
    return sum / (gfloat)n;
}

/* The car's own bumper, which every rear camera sees: a dark bow at the lower edge. Share of the pixel. */
static gfloat bumper(const SceneRender *self, guint x, guint y, gfloat *luminance)
{
    gfloat across = ((gfloat)x + 0.5F - (gfloat)self->width / 2) / ((gfloat)self->width * 0.56F);
    gfloat height = 0.085F * (gfloat)self->height * (1 - across * across);
    gfloat depth = (gfloat)y + 0.5F - ((gfloat)self->height - height); /* pixels below its edge */
    gfloat share = CLAMP(depth + 0.5F, 0.0F, 1.0F);

    if (share > 0) {
        gfloat gloss = depth / (0.02F * (gfloat)self->height);
        gfloat light = self->scene.light == SCENE_LIGHT_DAY ? 1.0F : 0.25F;
        *luminance = light * (0.018F + 0.10F * expf(-(gloss - 0.6F) * (gloss - 0.6F) * 3));
    }
    return share;
}

static void finish_pixel(SceneRender *self, guint x, guint y, gfloat luminance, const gfloat chroma[2])
{
    gfloat dx = ((gfloat)x - (gfloat)self->width / 2) / ((gfloat)self->width / 2);
    gfloat dy = ((gfloat)y - (gfloat)self->height / 2) / ((gfloat)self->width / 2);
    gfloat vignette = 1 - VIGNETTE * (dx * dx + dy * dy);
    gfloat own = 0, share = bumper(self, x, y, &own);
    gfloat linear = (luminance * (1 - share) + own * share) * vignette;
    if (self->dirt != NULL) {
        SceneDirtSpot spot = scene_dirt_at(self->dirt, x, y);
        linear = linear * spot.pass + spot.veil * mean_light[self->scene.light];
    }
    guint16 luma = scene_sensor_luma(self->sensor, linear);

    self->clean_y[(gsize)y * self->width + x] = luma;
    if (x % 2 == 0 && y % 2 == 0) {
        gsize quarter = (gsize)self->width * self->height / 4;
        gsize at = (gsize)(y / 2) * (self->width / 2) + x / 2;
        gfloat scale = (gfloat)luma / 256.0F * (1 - share);
        self->clean_uv[at] = (guint8)CLAMP(128.5F + chroma[0] * scale, 0.0F, 255.0F);
        self->clean_uv[quarter + at] = (guint8)CLAMP(128.5F + chroma[1] * scale, 0.0F, 255.0F);
    }
}

static gboolean at_edge(const Pixel *p, guint stride, gboolean first, gboolean last)
{
    return p->kind != p[-(gssize)stride].kind || p->kind != p[stride].kind ||
           (!first && p->kind != p[-1].kind) || (!last && p->kind != p[1].kind);
}

/* One sample a pixel tells where more are needed, also in the rows around the band. */
static void draw_band(gpointer task, gpointer user_data)
{
    SceneRender *self = user_data;
    guint y0 = (GPOINTER_TO_UINT(task) - 1) * BAND_ROWS;
    guint y1 = MIN(y0 + BAND_ROWS, self->height);
    g_autofree Pixel *pixels = g_new(Pixel, (gsize)(BAND_ROWS + 2) * self->width);

    for (guint y = y0; y < y1 + 2; y++) { /* row y of pixels is picture row y - 1 */
        guint row = CLAMP(y, 1U, self->height) - 1;
        guint in_row = scene_reach_row(&self->reach, row);
        for (guint x = 0; x < self->width; x++)
            first_sample(self, x, row, scene_reach_pixel(&self->reach, in_row, x),
                         &pixels[(gsize)(y - y0) * self->width + x]);
    }
    for (guint y = y0; y < y1; y++) {
        guint in_row = scene_reach_row(&self->reach, y);
        for (guint x = 0; x < self->width; x++) {
            const Pixel *pixel = &pixels[(gsize)(y - y0 + 1) * self->width + x];
            gfloat chroma[2] = {tints[pixel->tint].cb, tints[pixel->tint].cr};
            gfloat luminance = pixel->luminance;
            guint n = at_edge(pixel, self->width, x == 0, x + 1 == self->width) ? MANY : pixel->n_samples;
            if (n > 1) {
                chroma[0] = chroma[1] = 0;
                luminance = gather(self, x, y, scene_reach_pixel(&self->reach, in_row, x), n, chroma);
            }
            finish_pixel(self, x, y, luminance, chroma);
        }
    }
    g_mutex_lock(&self->lock);
    if (--self->bands_left == 0)
        g_cond_signal(&self->done);
    g_mutex_unlock(&self->lock);
}

/* Where the camera is before, in and after the middle of the exposure. */
static void aim(SceneRender *self, const ScenePose *pose, guint frame)
{
    gdouble middle_s = frame_middle_s(self, frame), half_s = self->scene.exposure_s / 2;
    SceneVec a, b;

    self->pose = *pose;
    self->opening = scene_pose_at(&self->scene, middle_s - half_s);
    self->closing = scene_pose_at(&self->scene, middle_s + half_s);
    a = self->opening.forward;
    b = self->closing.forward;
    self->turn_rad =
        (gfloat)sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y) + (b.z - a.z) * (b.z - a.z));
    scene_reach_find(&self->reach, &self->scene, pose, self->world, self->turn_rad / self->pixel_rad);
}

void scene_render_frame(SceneRender *self, guint frame, guint8 *i420)
{
    ScenePose pose = scene_render_pose(self, frame);
    guint n_bands = (self->height + BAND_ROWS - 1) / BAND_ROWS;

    if (!(pose.still && self->clean_is_still)) {
        aim(self, &pose, frame);
        self->bands_left = n_bands;
        for (guint band = 0; band < n_bands; band++)
            g_thread_pool_push(self->pool, GUINT_TO_POINTER(band + 1), NULL);
        g_mutex_lock(&self->lock);
        while (self->bands_left > 0)
            g_cond_wait(&self->done, &self->lock);
        g_mutex_unlock(&self->lock);
        self->clean_is_still = pose.still;
    }
    scene_sensor_develop(self->sensor, frame, self->clean_y, self->clean_uv,
                         (gsize)self->width * self->height, i420);
    scene_sensor_sharpen(i420, self->width, self->height, self->scene.sharpening);
}

/* Where in its pixel each sample lies: lattices that fill the area evenly however many samples are taken,
 * each pattern shifted, bent into a triangle distribution (the blur of a fair lens). */
static void prepare_patterns(SceneRender *self, GRand *rand)
{
    for (guint p = 0; p < N_PATTERNS; p++) {
        gdouble shift[2] = {g_rand_double(rand), g_rand_double(rand)};
        for (guint i = 0; i < MANY; i++)
            for (guint k = 0; k < 2; k++) {
                gdouble u = fmod(shift[k] + i * (k == 0 ? 0.754877666 : 0.569840291), 1);
                gdouble bent = u < 0.5 ? sqrt(2 * u) - 1 : 1 - sqrt(2 - 2 * u);
                self->spread[p][i][k] = (gfloat)(FOCUS_SPREAD * bent);
            }
    }
}

static void prepare_tables(SceneRender *self)
{
    SceneLens lens = scene_lens(&self->scene);
    GRand *rand = g_rand_new_with_seed(self->scene.seed);

    for (guint y = 0; y <= self->height; y++)
        for (guint x = 0; x <= self->width; x++) {
            SceneVec d = scene_lens_unproject(&lens, x + 0.5, y + 0.5);
            gfloat *ray = self->rays + ((gsize)y * (self->width + 1) + x) * 3;
            ray[0] = (gfloat)d.x;
            ray[1] = (gfloat)d.y;
            ray[2] = (gfloat)d.z;
        }
    prepare_patterns(self, rand);
    g_rand_free(rand);
}

SceneRender *scene_render_new(const Scene *scene, GError **error)
{
    const gchar *complaint = scene_complaint(scene);
    g_autoptr(SceneRender) self = NULL;

    if (complaint != NULL) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, complaint);
        return NULL;
    }
    self = g_new0(SceneRender, 1);
    self->scene = *scene;
    self->width = scene->width_px;
    self->height = scene->height_px;
    self->pixel_rad = (gfloat)(1 / scene_lens(scene).f_px);
    g_mutex_init(&self->lock);
    g_cond_init(&self->done);
    self->world = scene_world_new(scene, self->n_modules, error);
    if (self->world == NULL)
        return NULL;
    self->sensor = scene_sensor_new(scene->noise_level, scene->seed);
    if (scene->lens_dirt > 0)
        self->dirt = scene_dirt_new(self->width, self->height, scene->lens_dirt, scene->seed);
    self->rays = g_new(gfloat, (gsize)(self->width + 1) * (self->height + 1) * 3);
    self->clean_y = g_new0(guint16, (gsize)self->width * self->height);
    self->clean_uv = g_new0(guint8, (gsize)self->width * self->height / 2);
    prepare_tables(self);
    self->pool = g_thread_pool_new(draw_band, self, (gint)MIN(4, g_get_num_processors()), FALSE, error);
    return self->pool == NULL ? NULL : g_steal_pointer(&self);
}

void scene_render_free(SceneRender *self)
{
    if (self->pool != NULL)
        g_thread_pool_free(self->pool, FALSE, TRUE);
    g_clear_pointer(&self->world, scene_world_free);
    g_clear_pointer(&self->sensor, scene_sensor_free);
    g_clear_pointer(&self->dirt, scene_dirt_free);
    g_free(self->rays);
    g_free(self->clean_y);
    g_free(self->clean_uv);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->done);
    g_free(self);
}

const Scene *scene_render_scene(const SceneRender *self)
{
    return &self->scene;
}

guint scene_render_n_frames(const SceneRender *self)
{
    return MAX(1, (guint)lround(self->scene.seconds * self->scene.fps));
}

guint scene_render_n_modules(const SceneRender *self, guint pile)
{
    return self->n_modules[pile];
}

gsize scene_render_frame_bytes(const SceneRender *self)
{
    return (gsize)self->width * self->height * 3 / 2;
}

ScenePose scene_render_pose(const SceneRender *self, guint frame)
{
    return scene_pose_at(&self->scene, frame_middle_s(self, frame));
}

#include "camera/vision/lens.h"

#include <math.h>

#define DEG (G_PI / 180)
#define ANGLE_MAX (0.75 * G_PI) /* no lens sees further back */
#define SIDE_MAX_PX 16384
/* How wrong the expectations may be: codes hang 0.2 m higher or lower, and are half as large or twice. */
#define HEIGHT_OFF_M 0.2
#define SIZE_OFF 0.5
#define DISTANCE_MAX_M 100

G_DEFINE_QUARK(lens - error - quark, lens_error)

static const gchar *const model_names[] = {"pinhole", "equidistant", "equisolid", "kannala-brandt", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(model_names) == LENS_N_MODELS + 1);

typedef struct {
    const gchar *key;
    gsize at;
    gdouble low, high;
    gboolean wanted;
} Number;

#define AT(field) G_STRUCT_OFFSET(Lens, field)
static const Number numbers[] = {
    {"f", AT(f_px), 1, SIDE_MAX_PX, TRUE},
    {"cx", AT(centre_px[0]), 0, SIDE_MAX_PX, FALSE},
    {"cy", AT(centre_px[1]), 0, SIDE_MAX_PX, FALSE},
    {"k1", AT(k[0]), -10, 10, FALSE},
    {"k2", AT(k[1]), -10, 10, FALSE},
    {"k3", AT(k[2]), -10, 10, FALSE},
    {"k4", AT(k[3]), -10, 10, FALSE},
    {"tilt-deg", AT(tilt_deg), -90, 90, FALSE},
    {"yaw-deg", AT(yaw_deg), -180, 180, FALSE},
    {"height-m", AT(height_m), 0, 5, FALSE},
    {"code-height-m", AT(code_height_m), 0, 3, FALSE},
    {"code-side-m", AT(code_side_m), 0.01, 1, FALSE},
};

static gboolean wrong(GError **error, const gchar *key, const gchar *want)
{
    g_set_error(error, LENS_ERROR, LENS_ERROR_VALUE, "[lens] %s: want %s", key, want);
    return FALSE;
}

static gboolean is_known(const gchar *key)
{
    static const gchar *const others[] = {"model", "width", "height", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (g_str_equal(key, numbers[i].key))
            return TRUE;
    return g_strv_contains(others, key);
}

static gboolean read_side(GKeyFile *file, const gchar *key, guint *side, GError **error)
{
    gint value = g_key_file_get_integer(file, "lens", key, NULL);

    *side = (guint)value;
    return (value >= 1 && value <= SIDE_MAX_PX) || wrong(error, key, "pixels, 1..16384");
}

static gboolean read_numbers(GKeyFile *file, Lens *self, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const Number *n = &numbers[i];
        gdouble *to = (gdouble *)(gpointer)((guint8 *)self + n->at), value;
        g_autoptr(GError) bad = NULL;
        if (!g_key_file_has_key(file, "lens", n->key, NULL)) {
            if (n->wanted)
                return wrong(error, n->key, "a number");
            continue;
        }
        value = g_key_file_get_double(file, "lens", n->key, &bad);
        if (bad != NULL || !(value >= n->low && value <= n->high)) {
            g_autofree gchar *want = g_strdup_printf("a number, %g..%g", n->low, n->high);
            return wrong(error, n->key, want);
        }
        *to = value;
    }
    return TRUE;
}

gboolean lens_parse(const gchar *text, gsize len, Lens *self, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) bad = NULL;
    g_auto(GStrv) groups = NULL, keys = NULL;
    g_autofree gchar *model = NULL;
    Lens lens = {.code_height_m = 1.2, .code_side_m = 0.12};

    if (!g_key_file_load_from_data(file, text, len, G_KEY_FILE_NONE, &bad)) {
        g_set_error(error, LENS_ERROR, LENS_ERROR_SYNTAX, "%s", bad->message);
        return FALSE;
    }
    groups = g_key_file_get_groups(file, NULL);
    if (g_strv_length(groups) != 1 || !g_str_equal(groups[0], "lens"))
        return wrong(error, "group", "it, and no other");
    keys = g_key_file_get_keys(file, "lens", NULL, NULL);
    for (guint i = 0; keys[i] != NULL; i++)
        if (!is_known(keys[i])) {
            g_set_error_literal(error, LENS_ERROR, LENS_ERROR_VALUE, "[lens]: unknown key");
            return FALSE;
        }
    model = g_key_file_get_string(file, "lens", "model", NULL);
    while (lens.model < LENS_N_MODELS && g_strcmp0(model, model_names[lens.model]) != 0)
        lens.model++;
    if (lens.model == LENS_N_MODELS)
        return wrong(error, "model", "pinhole, equidistant, equisolid or kannala-brandt");
    if (!read_side(file, "width", &lens.size_px[0], error) ||
        !read_side(file, "height", &lens.size_px[1], error))
        return FALSE;
    lens.centre_px[0] = lens.size_px[0] / 2.0;
    lens.centre_px[1] = lens.size_px[1] / 2.0;
    if (!read_numbers(file, &lens, error))
        return FALSE;
    *self = lens;
    return TRUE;
}

/* Kannala and Brandt's polynomial the other way round, by halving: it need not rise everywhere. */
static gdouble angle_of(const Lens *self, gdouble r)
{
    gdouble low = 0, high = ANGLE_MAX;

    if (self->model == LENS_PINHOLE)
        return atan(r);
    if (self->model == LENS_EQUIDISTANT)
        return MIN(r, ANGLE_MAX);
    if (self->model == LENS_EQUISOLID)
        return 2 * asin(MIN(r / 2, 1));
    for (guint i = 0; i < 40; i++) {
        gdouble t = (low + high) / 2, q = t * t;
        gdouble at = t * (1 + q * (self->k[0] + q * (self->k[1] + q * (self->k[2] + q * self->k[3]))));
        if (at < r)
            low = t;
        else
            high = t;
    }
    return low;
}

void lens_ray(const Lens *self, guint width_px, gdouble x, gdouble y, gdouble ray[3])
{
    gdouble scale = (gdouble)self->size_px[0] / MAX(width_px, 1);
    gdouble dx = x * scale - self->centre_px[0], dy = y * scale - self->centre_px[1], r = hypot(dx, dy);
    gdouble angle = angle_of(self, r / self->f_px);

    ray[0] = r > 0 ? sin(angle) * dx / r : 0;
    ray[1] = r > 0 ? sin(angle) * dy / r : 0;
    ray[2] = cos(angle);
}

static gdouble angle_between(const gdouble a[3], const gdouble b[3])
{
    gdouble dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

    return acos(CLAMP(dot, -1, 1));
}

/* The larger pair of opposite sides: a code is seen from aside more often than from above. */
static gdouble seen_side(const Lens *self, guint width_px, const gdouble quad_px[8])
{
    gdouble ray[4][3], side[4];

    for (guint i = 0; i < 4; i++)
        lens_ray(self, width_px, quad_px[2 * i], quad_px[2 * i + 1], ray[i]);
    for (guint i = 0; i < 4; i++)
        side[i] = angle_between(ray[i], ray[(i + 1) % 4]);
    return MAX(side[0] + side[2], side[1] + side[3]) / 2;
}

void lens_place(const Lens *self, guint width_px, const gdouble quad_px[8], LensPlace *place)
{
    gdouble x = 0, y = 0, ray[3], tilt = self->tilt_deg * DEG, down, forward, rise, side, by_size;

    for (guint i = 0; i < 4; i++) {
        x += quad_px[2 * i] / 4;
        y += quad_px[2 * i + 1] / 4;
    }
    lens_ray(self, width_px, x, y, ray);
    forward = cos(tilt) * ray[2] - sin(tilt) * ray[1]; /* along the ground */
    down = sin(tilt) * ray[2] + cos(tilt) * ray[1];
    *place = (LensPlace){.bearing_deg = atan2(ray[0], forward) / DEG + self->yaw_deg};
    if (place->bearing_deg > 180)
        place->bearing_deg -= 360;
    else if (place->bearing_deg < -180)
        place->bearing_deg += 360;
    side = seen_side(self, width_px, quad_px);
    if (self->height_m <= 0 || !(side > 1e-4))
        return;
    /* Two witnesses: how large it looks, and how far above or below the camera's height. Each counts as its
     * error is small: a code at the camera's own height says nothing by where it is. */
    by_size = self->code_side_m / (2 * tan(MIN(side, 3) / 2)) * hypot(ray[0], forward);
    rise = self->code_height_m - self->height_m;
    place->has_distance = TRUE;
    place->distance_m = by_size;
    if (-down * rise > 0) {
        gdouble by_height = rise / -down * hypot(ray[0], forward);
        gdouble weight = 1 / pow(HEIGHT_OFF_M / rise, 2), other = 1 / (SIZE_OFF * SIZE_OFF);
        place->distance_m = exp((weight * log(by_height) + other * log(by_size)) / (weight + other));
    }
    place->distance_m = MIN(place->distance_m, DISTANCE_MAX_M);
}

#include "tests/scene/scene_card.h"

#include <errno.h>
#include <math.h>
#include <qrencode.h>

#include "tests/scene/scene.h"

#define MAX_SCRATCHES 16

typedef struct {
    gfloat u, v, du, dv; /* a point of it and its direction, unit length; metres */
    gfloat half_length, half_width;
} Scratch;

typedef struct {
    gfloat wear, width_m;
    guint seed;
    guint n_scratches;
    Scratch scratches[MAX_SCRATCHES];
} Wear;

static gfloat smooth(gfloat from, gfloat to, gfloat x)
{
    gfloat t = CLAMP((x - from) / (to - from), 0.0F, 1.0F);

    return t * t * (3 - 2 * t);
}

/* How much of the print a scratch took here, 0..1. */
static gfloat scratched(const Wear *wear, gfloat u, gfloat v)
{
    gfloat most = 0;

    for (guint i = 0; i < wear->n_scratches; i++) {
        const Scratch *s = &wear->scratches[i];
        gfloat along = (u - s->u) * s->du + (v - s->v) * s->dv;
        gfloat aside = fabsf((u - s->u) * s->dv - (v - s->v) * s->du);
        if (fabsf(along) < s->half_length)
            most = MAX(most, 1 - smooth(0.6F * s->half_width, s->half_width, aside));
    }
    return most;
}

/* What sun, keys and fingers do: ink fades unevenly, scratches and rubbed places show the grey carrier,
 * stains darken. Rubbed places stay few, as a code that lost more than its repair can mend is no test of a
 * reader. */
static gfloat worn(gfloat u, gfloat v, gfloat before, gpointer data)
{
    const Wear *wear = data;
    gfloat x = u / wear->width_m, y = v / wear->width_m; /* 0..1 */
    gfloat fade = wear->wear * (0.06F + 0.30F * scene_noise(x * 2.5F, y * 2.5F, 3, wear->seed + 31));
    gfloat stain = smooth(0.56F, 0.72F, scene_noise(x * 4, y * 4, 3, wear->seed + 32));
    gfloat rubbed = smooth(0.70F, 0.73F, scene_noise(x * 9, y * 9, 3, wear->seed + 33));
    gfloat gone = MAX(scratched(wear, u, v), rubbed) * MIN(1.0F, 1.4F * wear->wear);
    gfloat value = before + (0.80F - before) * fade;

    value += (0.50F - value) * gone;
    return value * (1 - 0.45F * wear->wear * stain);
}

static void wear_off(SceneTexture *card, gdouble width_m, gdouble module_m, gdouble amount, guint seed)
{
    Wear wear = {.wear = (gfloat)amount, .width_m = (gfloat)width_m, .seed = seed};
    GRand *rand = g_rand_new_with_seed(seed ^ 0x5ca7c4U);

    wear.n_scratches = (guint)lround(MAX_SCRATCHES * MIN(1.0, amount));
    for (guint i = 0; i < wear.n_scratches; i++) {
        gdouble angle = g_rand_double_range(rand, -0.9, 0.9) + (i % 4 == 0 ? G_PI_2 : 0);
        wear.scratches[i] = (Scratch){
            .u = (gfloat)(width_m * g_rand_double(rand)),
            .v = (gfloat)(width_m * g_rand_double(rand)),
            .du = (gfloat)cos(angle),
            .dv = (gfloat)sin(angle),
            .half_length = (gfloat)(width_m * g_rand_double_range(rand, 0.08, 0.4)),
            .half_width = (gfloat)(module_m * g_rand_double_range(rand, 0.08, 0.3)),
        };
    }
    g_rand_free(rand);
    scene_texture_paint(card, worn, &wear);
}

SceneTexture *scene_card_paint(const gchar *text, gdouble code_m, gdouble wear, guint seed, guint *n_modules,
                               GError **error)
{
    /* Like the pile's own printer: libqrencode cuts the text into segments and takes the smallest version. */
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    SceneTexture *card;
    gdouble module_m, margin_m, width_m;

    if (code == NULL) {
        g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
                            "no QR code holds this text");
        return NULL;
    }
    *n_modules = (guint)code->width;
    module_m = code_m / (code->width + 2 * SCENE_QUIET_MODULES);
    margin_m = SCENE_CARD_MARGIN_MODULES * module_m;
    width_m = code_m + 2 * margin_m;
    /* Ten texels a module: modules end on texels, so that neighbours leave no seam. */
    card = scene_texture_new(width_m, width_m + SCENE_CARD_CAPTION_MODULES * module_m, module_m / 10);
    scene_texture_rect(card, 0, 0, 1, 1, 0.86, 1);
    gdouble left = margin_m + SCENE_QUIET_MODULES * module_m;
    for (gint y = 0; y < code->width; y++)
        for (gint x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                scene_texture_rect(card, left + x * module_m, left + y * module_m, module_m, module_m, 0.035,
                                   1);
    scene_texture_rect(card, 0, width_m, width_m, SCENE_CARD_CAPTION_MODULES * module_m, 0.13, 1);
    scene_texture_text(card, width_m / 2, width_m + 1.6 * module_m, width_m / 92, "SCAN TO CHARGE", 0.85);
    if (wear > 0)
        wear_off(card, width_m, module_m, wear, seed);
    scene_texture_finish(card);
    QRcode_free(code);
    return card;
}

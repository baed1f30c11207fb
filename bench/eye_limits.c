/* eye-limits: how small, soft, faint, turned or long a code may be. Flat codes on a plain wall, drawn here;
 * each cell is the share read of TRIALS codes with other texts and places, or the share of their finders that
 * the first look marked. Scenes and photographs judge the whole eye, this says which of its limits moved.
 *   eye-limits [PART OF A ROW'S NAME]
 *   eye-limits --codeless FRAMES [SEED]    fails on any read
 */
#include <math.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/vision/vision.h"

#define TRIALS 24
#define FINE 4 /* points a pixel side */

typedef struct {
    gdouble module_px, blur_px; /* sigma before the pixels' own square */
    gdouble contrast, noise;    /* gray levels; sigma */
    gdouble turn_deg, tilt_deg;
    guint version;    /* 0: as the text needs */
    guint n_frames;   /* shown one after the other, 0.1 s apart; read in the last or before counts */
    gboolean inverse; /* printed light on dark */
    gdouble quiet;    /* modules of light around it; beyond them lies the wall */
    gboolean look;    /* does the first look mark the finders? Reading does not count */
} Shot;

typedef struct {
    guint width, height;
    gfloat *fine;
    guint8 *pixels;
} Canvas;

static gdouble gauss(GRand *random)
{
    return sqrt(-2 * log(1 - g_rand_double(random))) * cos(2 * G_PI * g_rand_double(random));
}

/* Rows, then columns. */
static void blur(gfloat *at, gint width, gint height, gdouble sigma)
{
    gint reach = (gint)ceil(3 * sigma), n = MAX(width, height);
    g_autofree gfloat *kernel = g_new(gfloat, 2 * reach + 1), *line = g_new(gfloat, n);
    gfloat sum = 0;

    if (sigma < 0.05)
        return;
    for (gint i = -reach; i <= reach; i++)
        sum += kernel[i + reach] = (gfloat)exp(-i * i / (2 * sigma * sigma));
    for (guint pass = 0; pass < 2; pass++) {
        gint length = pass ? height : width, step = pass ? width : 1, lines = pass ? width : height;
        for (gint l = 0; l < lines; l++) {
            gfloat *from = at + (pass ? l : l * width);
            for (gint i = 0; i < length; i++)
                line[i] = from[i * step];
            for (gint i = 0; i < length; i++) {
                gfloat value = 0;
                for (gint k = -reach; k <= reach; k++)
                    value += kernel[k + reach] * line[CLAMP(i + k, 0, length - 1)];
                from[i * step] = value / sum;
            }
        }
    }
}

/* A code as a wall sees it: tilted about its vertical middle, seen from eight sides away. */
static void draw(Canvas *canvas, const QRcode *code, const Shot *shot, gdouble x0, gdouble y0, GRand *random)
{
    gdouble turn = shot->turn_deg * G_PI / 180, tilt = shot->tilt_deg * G_PI / 180, far = 8.0 * code->width;
    gint wide = (gint)canvas->width * FINE, high = (gint)canvas->height * FINE;
    gdouble wall = 128 + (shot->inverse ? -0.2 : 0.2) * shot->contrast;

    for (gint y = 0; y < high; y++)
        for (gint x = 0; x < wide; x++) {
            gdouble px = ((x + 0.5) / FINE - x0) / shot->module_px,
                    py = ((y + 0.5) / FINE - y0) / shot->module_px;
            gdouble rx = cos(turn) * px + sin(turn) * py, ry = cos(turn) * py - sin(turn) * px;
            gdouble u = rx * far / (far * cos(tilt) - rx * sin(tilt)), v = ry * (1 + u * sin(tilt) / far);
            gdouble value = wall;
            gint iu, iv;
            u += code->width / 2.0;
            v += code->width / 2.0;
            iu = (gint)floor(u);
            iv = (gint)floor(v);
            if (u >= -shot->quiet && v >= -shot->quiet && u < code->width + shot->quiet &&
                v < code->width + shot->quiet) {
                gboolean dark = iu >= 0 && iv >= 0 && iu < code->width && iv < code->width &&
                                (code->data[iv * code->width + iu] & 1);
                value = 128 + (dark != shot->inverse ? -0.5 : 0.5) * shot->contrast;
            }
            canvas->fine[y * wide + x] = (gfloat)value;
        }
    blur(canvas->fine, wide, high, shot->blur_px * FINE);
    for (guint y = 0; y < canvas->height; y++)
        for (guint x = 0; x < canvas->width; x++) {
            gdouble sum = 0;
            for (guint i = 0; i < FINE * FINE; i++)
                sum += canvas->fine[(y * FINE + i / FINE) * (guint)wide + x * FINE + i % FINE];
            sum = sum / (FINE * FINE) + (shot->noise > 0 ? shot->noise * gauss(random) : 0);
            canvas->pixels[y * canvas->width + x] = (guint8)CLAMP(sum + 0.5, 0, 255);
        }
}

/* Of the three finders of a code about (@x0, @y0), not tilted, those with a mark less than a module away. */
static guint count_marked(const VisionTrace *trace, const Shot *shot, guint side, gdouble x0, gdouble y0)
{
    const FinderMarks *found[2] = {&trace->rows, &trace->rings};
    gdouble c = cos(shot->turn_deg * G_PI / 180), s = sin(shot->turn_deg * G_PI / 180),
            far = side / 2.0 - 3.5;
    guint n = 0;

    for (guint corner = 0; corner < 3; corner++) {
        gdouble u = corner == 1 ? far : -far, v = corner == 2 ? far : -far, nearest = G_MAXDOUBLE;
        gdouble x = x0 + shot->module_px * (c * u - s * v), y = y0 + shot->module_px * (s * u + c * v);
        for (guint k = 0; k < 2; k++)
            for (guint i = 0; i < found[k]->n; i++)
                nearest = MIN(nearest, hypot(found[k]->mark[i].x + trace->shift_px - x,
                                             found[k]->mark[i].y + trace->shift_px - y));
        n += nearest < shot->module_px ? 1 : 0;
    }
    return n;
}

/* Returns: 1 for a code that is read; or the share of its finders that are marked */
static gdouble trial(const Shot *shot, guint number)
{
    static VisionTrace trace;
    static Vision *vision;
    static VisionTracker *tracker;
    static Detections found;
    g_autoptr(GRand) random = g_rand_new_with_seed(1000 + number);
    g_autofree gchar *text =
        g_strdup_printf("HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E%05u*1", 10007 + 7919 * number % 90000);
    QRcode *code = QRcode_encodeString(text, (int)shot->version, QR_ECLEVEL_M, QR_MODE_8, 1);
    gdouble reach = (code->width + 2 * MIN(shot->quiet, 8) + 6) * shot->module_px * 1.45 + 60;
    Canvas canvas = {.width = (guint)reach, .height = (guint)reach};
    gdouble x0 = reach / 2 + g_rand_double(random), y0 = reach / 2 + g_rand_double(random);
    gboolean read = FALSE;
    gdouble marked;

    if (vision == NULL) {
        vision = vision_new();
        tracker = vision_tracker_new();
    }
    vision_tracker_reset(tracker);
    vision_trace(vision, shot->look ? &trace : NULL);
    canvas.fine = g_new(gfloat, (gsize)canvas.width * canvas.height * FINE * FINE);
    canvas.pixels = g_malloc((gsize)canvas.width * canvas.height);
    for (guint i = 0; i < MAX(shot->n_frames, 1) && !read; i++) {
        GrayFrame frame = {.pixels = canvas.pixels,
                           .width_px = canvas.width,
                           .height_px = canvas.height,
                           .stride_bytes = canvas.width,
                           .pts_ns = (gint64)i * 100000000};
        draw(&canvas, code, shot, x0 + 0.31 * i, y0 + 0.17 * i, random);
        vision_follow(vision, shot->n_frames > 1 ? tracker : NULL, &frame, &found, NULL);
        for (guint f = 0; f < found.n; f++)
            if (found.item[f].n_bytes == strlen(text) && memcmp(found.item[f].bytes, text, strlen(text)) == 0)
                read = TRUE;
            else
                printf("WRONG READ: %.*s\n", (int)found.item[f].n_bytes, (const gchar *)found.item[f].bytes);
    }
    marked = shot->look ? count_marked(&trace, shot, (guint)code->width, x0, y0) / 3.0 : 0;
    g_free(canvas.fine);
    g_free(canvas.pixels);
    QRcode_free(code);
    return shot->look ? marked : read;
}

static void row(const gchar *name, const Shot *shot, gsize field, const gdouble *values, guint n)
{
    printf("%-34s", name);
    for (guint i = 0; i < n; i++) {
        Shot now = *shot;
        gdouble n_read = 0;
        guint trials = now.version > 20 ? 6 : TRIALS;
        *(gdouble *)(gpointer)((guint8 *)&now + field) = values[i];
        for (guint t = 0; t < trials; t++)
            n_read += trial(&now, t);
        printf("  %g:%.0f%%", values[i], 100 * n_read / trials);
        fflush(stdout);
    }
    printf("\n");
}

#define ROW(name, shot, field, ...)                                                                          \
    do {                                                                                                     \
        static const gdouble values[] = {__VA_ARGS__};                                                       \
        if (only == NULL || strstr(name, only) != NULL)                                                      \
            row(name, &(shot), G_STRUCT_OFFSET(Shot, field), values, G_N_ELEMENTS(values));                  \
    } while (0)

/* Squares of random modules, some with the finders and timing of a real version, on a random wall. */
static void draw_codeless(Canvas *canvas, GRand *random)
{
    gint width = (gint)canvas->width, height = (gint)canvas->height, sigma = g_rand_int_range(random, 0, 25);
    static Symbol symbol;

    memset(canvas->pixels, g_rand_int_range(random, 20, 235), (gsize)canvas->width * canvas->height);
    for (guint n = 0; n < 6; n++) {
        gboolean honest = g_rand_int_range(random, 0, 3) > 0;
        gdouble module_px = 1 + 5 * g_rand_double(random) * g_rand_double(random),
                turn = g_rand_double(random) - 0.5;
        gint x0 = g_rand_int_range(random, 0, width), y0 = g_rand_int_range(random, 0, height);
        guint8 dark = (guint8)g_rand_int_range(random, 0, 110),
               light = (guint8)g_rand_int_range(random, 130, 255);
        symbol_init(&symbol, (guint)g_rand_int_range(random, 1, 8));
        gint side = (gint)symbol.side, reach = (gint)(0.8 * (side + 8) * module_px);
        guint32 seed = g_rand_int(random);
        for (gint y = MAX(y0 - reach, 0); y < MIN(y0 + reach, height); y++)
            for (gint x = MAX(x0 - reach, 0); x < MIN(x0 + reach, width); x++) {
                gint u = (gint)floor(((x - x0) * cos(turn) + (y - y0) * sin(turn)) / module_px + side / 2.0);
                gint v = (gint)floor(((y - y0) * cos(turn) - (x - x0) * sin(turn)) / module_px + side / 2.0);
                SymbolModule what = symbol_at(&symbol, u, v);
                guint32 hash = ((guint32)(u * 7919 + v * 104729) ^ seed) * 2654435761u;
                if (u < -4 || v < -4 || u >= side + 4 || v >= side + 4)
                    continue;
                if (what < SYMBOL_LIGHT || (!honest && u >= 0 && v >= 0 && u < side && v < side))
                    what = hash >> 30 & 1 ? SYMBOL_DARK : SYMBOL_LIGHT;
                canvas->pixels[y * width + x] = what == SYMBOL_DARK ? dark : light;
            }
    }
    for (gint i = 0; i < width * height; i++) {
        gint value = canvas->pixels[i] + (sigma > 0 ? g_rand_int_range(random, -sigma, sigma + 1) : 0);
        canvas->pixels[i] = (guint8)CLAMP(value, 0, 255);
    }
}

/* Returns: how many were read */
static guint codeless(guint n_frames, guint seed)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    g_autoptr(Vision) vision = vision_new();
    g_autoptr(VisionTracker) tracker = vision_tracker_new();
    g_autofree Detections *found = g_new0(Detections, 1);
    Canvas canvas = {.width = 320, .height = 240, .pixels = g_malloc(320 * 240)};
    guint n_read = 0;

    for (guint i = 0; i < n_frames; i++) {
        GrayFrame frame = {.pixels = canvas.pixels, .width_px = 320, .height_px = 240, .stride_bytes = 320};
        if (i % 3 == 0) /* three frames of the same: tracks add them up */
            draw_codeless(&canvas, random);
        frame.pts_ns = (gint64)i * 100000000;
        n_read += vision_follow(vision, tracker, &frame, found, NULL);
    }
    printf("%u reads in %u frames without a code\n", n_read, n_frames);
    g_free(canvas.pixels);
    return n_read;
}

int main(int argc, char **argv)
{
    const gchar *only = argc > 1 ? argv[1] : NULL;
    const Shot clean = {.module_px = 1, .blur_px = 0.3, .contrast = 180, .quiet = 4};
    Shot fused = clean, shot = clean;

    if (argc >= 3 && strcmp(argv[1], "--codeless") == 0)
        return codeless((guint)atoi(argv[2]), argc > 3 ? (guint)atoi(argv[3]) : 1) == 0 ? 0 : 1;
    shot.look = TRUE;
    ROW("first look, px", shot, module_px, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.7, 2, 3, 5, 8, 14);
    shot.turn_deg = 30;
    ROW("first look turned 30 deg, px", shot, module_px, 1, 1.2, 1.4, 1.7, 2, 3, 5, 8, 14);
    shot.turn_deg = 0;
    shot.noise = 7;
    shot.contrast = 60;
    ROW("first look by night, px", shot, module_px, 0.9, 1, 1.1, 1.2, 1.4, 1.7, 2, 3, 5, 8, 14);
    shot = clean;
    fused.n_frames = 8;
    ROW("module px, one frame", clean, module_px, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.2);
    ROW("module px, 8 frames", fused, module_px, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95);
    shot.module_px = fused.module_px = 3;
    ROW("blur px at 3 px", shot, blur_px, 0.9, 1.2, 1.5, 1.65, 1.8, 1.95, 2.1);
    ROW("blur px at 3 px, 8 frames", fused, blur_px, 1.5, 1.65, 1.8, 1.95, 2.1);
    for (guint i = 0; i < 5; i++) {
        static const gdouble pair[5][2] = {{30, 2}, {30, 5}, {20, 2}, {20, 5}, {12, 2}};
        g_autofree gchar *name =
            g_strdup_printf("contrast/noise %g/%g at px, single", pair[i][0], pair[i][1]);
        g_autofree gchar *name8 =
            g_strdup_printf("contrast/noise %g/%g at px, 8 fr.", pair[i][0], pair[i][1]);
        shot.contrast = fused.contrast = pair[i][0];
        shot.noise = fused.noise = pair[i][1];
        ROW(name, shot, module_px, 1.5, 2, 3, 4);
        ROW(name8, fused, module_px, 1.5, 2, 3, 4);
    }
    for (guint i = 0; i < 4; i++) {
        static const gdouble px[4] = {1.1, 1.4, 2, 4};
        g_autofree gchar *name = g_strdup_printf("turn deg at %g px", px[i]);
        shot = clean;
        shot.module_px = px[i];
        ROW(name, shot, turn_deg, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45);
    }
    for (guint i = 0; i < 2; i++) {
        g_autofree gchar *name = g_strdup_printf("tilt deg at %d px", i ? 6 : 3);
        shot.module_px = i ? 6 : 3;
        ROW(name, shot, tilt_deg, 40, 50, 60, 65, 70, 75);
    }
    shot = clean;
    shot.module_px = 1.2;
    ROW("quiet modules at 1.2 px", shot, quiet, 0, 1, 2, 4);
    shot.module_px = 3;
    ROW("quiet modules at 3 px", shot, quiet, 0, 1, 2, 4);
    shot.inverse = TRUE;
    ROW("light on dark, px", shot, module_px, 1, 1.2, 2, 4, 8, 16);
    shot.inverse = FALSE;
    for (guint v = 5; v <= 40; v += 5) {
        g_autofree gchar *name = g_strdup_printf("version %u at px", v);
        shot.version = v;
        ROW(name, shot, module_px, 1.2, 2, 3, 4);
    }
    return 0;
}

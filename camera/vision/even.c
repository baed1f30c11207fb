/* Light multiplies: a shadow is a step of one height in the logarithm, whatever it falls on. So the picture's
 * logarithm, less its mean over a square, by its deviation over that square. */
#include "camera/vision/even.h"

#include <math.h>
#include <string.h>

#define DARKEST 6.0f          /* gray levels added: sensors and lenses leave no true black */
#define DEVIATION_MIN 0.03f   /* of the logarithm: less is noise, and stays gray */
#define GRAY_PER_DEVIATION 50 /* ink and paper come to some 80 and 180 */

static const gfloat *logarithms(void)
{
    static gfloat table[256];
    static gsize built;

    if (g_once_init_enter(&built)) {
        for (guint i = 0; i < 256; i++)
            table[i] = logf((gfloat)i + DARKEST);
        g_once_init_leave(&built, 1);
    }
    return table;
}

static void reserve(Even *self, const Layers *from, guint number, gsize n_scratch)
{
    const GrayFrame *layer = &from->layer[number];
    gsize size_bytes = (gsize)layer->width_px * layer->height_px;

    if (self->size_bytes[number] < size_bytes) {
        g_free(self->memory[number]);
        self->memory[number] = g_malloc0(size_bytes);
        self->size_bytes[number] = size_bytes;
    }
    if (self->n_scratch < n_scratch) {
        g_free(self->scratch);
        self->scratch = g_new(gfloat, n_scratch);
        self->n_scratch = n_scratch;
    }
    self->layers.n = from->n;
    for (guint i = 0; i < from->n; i++)
        if (i == number)
            self->layers.layer[i] = (GrayFrame){.pixels = self->memory[i],
                                                .width_px = layer->width_px,
                                                .height_px = layer->height_px,
                                                .stride_bytes = layer->width_px,
                                                .pts_ns = layer->pts_ns};
        else
            self->layers.layer[i] = from->layer[i];
}

/* Sums over columns of a square's height, moved down a row: @sign +1 takes a row in, -1 lets one go. */
static void take_row(const GrayFrame *layer, gint y, gint x0, gint n, gfloat sign, gfloat *sum,
                     gfloat *square)
{
    const guint8 *row = layer->pixels + (gsize)y * layer->stride_bytes + x0;
    const gfloat *log_of = logarithms();

    for (gint x = 0; x < n; x++) {
        gfloat value = log_of[row[x]];
        sum[x] += sign * value;
        square[x] += sign * value * value;
    }
}

static void even_row(const guint8 *in, guint8 *out, gint n, gint reach, gint n_rows, const gfloat *sum,
                     const gfloat *square)
{
    const gfloat *log_of = logarithms();
    gfloat s = 0, q = 0;
    gint from = 0, to = 0; /* columns summed */

    for (gint x = 0; x < n; x++) {
        for (; to < n && to <= x + reach; to++) {
            s += sum[to];
            q += square[to];
        }
        for (; from < x - reach; from++) {
            s -= sum[from];
            q -= square[from];
        }
        gfloat count = (gfloat)((to - from) * n_rows), mean = s / count;
        gfloat deviation = sqrtf(MAX(q / count - mean * mean, DEVIATION_MIN * DEVIATION_MIN));
        gfloat value = 128 + GRAY_PER_DEVIATION * (log_of[in[x]] - mean) / deviation;
        out[x] = (guint8)CLAMP(value, 0, 255);
    }
}

void even_out(Even *self, const Layers *from, guint number, const gint box[4], gdouble reach_px)
{
    const GrayFrame *layer = &from->layer[number];
    gint width = (gint)layer->width_px, height = (gint)layer->height_px;
    gint x0 = CLAMP(box[0], 0, width), y0 = CLAMP(box[1], 0, height);
    gint n = CLAMP(box[2], x0, width) - x0, y1 = CLAMP(box[3], y0, height), reach = (gint)ceil(reach_px);
    gint in = MAX(y0 - reach, 0), gone = in; /* rows summed: gone .. in */
    gfloat *sum, *square;

    reserve(self, from, number, 2 * (gsize)width);
    if (n == 0)
        return;
    sum = self->scratch;
    square = sum + n;
    memset(sum, 0, 2 * (gsize)n * sizeof *sum);
    for (gint y = y0; y < y1; y++) {
        for (; in < height && in <= y + reach; in++)
            take_row(layer, in, x0, n, 1, sum, square);
        for (; gone < y - reach; gone++)
            take_row(layer, gone, x0, n, -1, sum, square);
        even_row(layer->pixels + (gsize)y * layer->stride_bytes + x0,
                 self->memory[number] + (gsize)y * layer->width_px + x0, n, reach, in - gone, sum, square);
    }
}

void even_clear(Even *self)
{
    for (guint i = 0; i < LAYERS_MAX; i++)
        g_free(self->memory[i]);
    g_free(self->scratch);
    *self = (Even){0};
}

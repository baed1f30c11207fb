#include "camera/vision/symbol.h"

#include <string.h>

static void set(Symbol *self, gint u, gint v, SymbolModule what)
{
    if (u >= 0 && v >= 0 && u < (gint)self->side && v < (gint)self->side)
        self->module[(guint)v * self->side + (guint)u] = (guint8)what;
}

/* Rings around (u, v), from the middle out: a finder with its separator, or an alignment pattern. */
static void rings(Symbol *self, gint u, gint v, const SymbolModule *ring, gint n_rings)
{
    for (gint y = 1 - n_rings; y < n_rings; y++)
        for (gint x = 1 - n_rings; x < n_rings; x++)
            set(self, u + x, v + y, ring[MAX(ABS(x), ABS(y))]);
}

guint symbol_alignments(guint version, guint at[SYMBOL_ALIGNMENTS_MAX])
{
    guint n = version / 7 + 2, last = 17 + 4 * version - 7;
    guint step = version == 32 ? 26 : (4 * version + 2 * n + 1) / (2 * n - 2) * 2;

    if (version == 1)
        return 0;
    at[0] = 6;
    for (guint i = 1; i < n; i++)
        at[i] = last - (n - 1 - i) * step;
    return n;
}

guint symbol_version_bits(guint version)
{
    guint rest = version;

    for (guint i = 0; i < 12; i++)
        rest = rest << 1 ^ (rest >> 11) * 0x1f25;
    return version << 12 | rest;
}

static void place_alignment(Symbol *self)
{
    static const SymbolModule ring[] = {SYMBOL_DARK, SYMBOL_LIGHT, SYMBOL_DARK};
    guint at[SYMBOL_ALIGNMENTS_MAX], n = symbol_alignments(self->version, at);

    for (guint a = 0; a < n; a++)
        for (guint b = 0; b < n; b++)
            if (!(a == 0 && b == 0) && !(a == 0 && b == n - 1) && !(a == n - 1 && b == 0))
                rings(self, (gint)at[a], (gint)at[b], ring, 3);
}

static void place_information(Symbol *self)
{
    gint side = (gint)self->side;

    for (gint i = 0; i < 9; i++) {
        set(self, i, 8, SYMBOL_INFO);
        set(self, 8, i, SYMBOL_INFO);
    }
    for (gint i = 0; i < 8; i++) {
        set(self, side - 1 - i, 8, SYMBOL_INFO);
        set(self, 8, side - 1 - i, SYMBOL_INFO);
    }
    if (self->version >= 7)
        for (gint i = 0; i < 6; i++)
            for (gint j = 0; j < 3; j++) {
                set(self, i, side - 11 + j, SYMBOL_INFO);
                set(self, side - 11 + j, i, SYMBOL_INFO);
            }
}

void symbol_init(Symbol *self, guint version)
{
    static const SymbolModule finder[] = {SYMBOL_DARK, SYMBOL_DARK, SYMBOL_LIGHT, SYMBOL_DARK, SYMBOL_LIGHT};
    gint last;

    g_return_if_fail(version >= 1 && version <= SYMBOL_VERSION_MAX);
    self->version = version;
    self->side = 17 + 4 * version;
    last = (gint)self->side - 1;
    memset(self->module, SYMBOL_DATA, sizeof self->module);
    place_information(self);
    for (gint i = 8; i <= last - 8; i++) {
        set(self, i, 6, i % 2 == 0 ? SYMBOL_DARK : SYMBOL_LIGHT);
        set(self, 6, i, i % 2 == 0 ? SYMBOL_DARK : SYMBOL_LIGHT);
    }
    rings(self, 3, 3, finder, 5);
    rings(self, last - 3, 3, finder, 5);
    rings(self, 3, last - 3, finder, 5);
    place_alignment(self);
    set(self, 8, last - 7, SYMBOL_DARK);
}

SymbolBlocks symbol_blocks(guint version, SymbolLevel level)
{
    /* By the number of the level in the format: M, L, H, Q; version 1 first. */
    static const guint8 n_check[4][SYMBOL_VERSION_MAX] = {
        {10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
         26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28},
        {7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
         28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
        {17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
         30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
        {13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
         28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30}};
    static const guint8 n_blocks[4][SYMBOL_VERSION_MAX] = {
        {1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,  10, 10, 11, 13, 14, 16,
         17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49},
        {1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
         8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25},
        {1,  1,  2,  4,  4,  4,  5,  6,  8,  8,  11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
         25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81},
        {1,  1,  2,  2,  4,  4,  6,  6,  8,  8,  8,  10, 12, 16, 12, 17, 16, 18, 21, 20,
         23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68}};
    guint n_modules = (16 * version + 128) * version + 64,
          n = version / 7 + 2; /* without finders and format */

    g_return_val_if_fail(version >= 1 && version <= SYMBOL_VERSION_MAX, (SymbolBlocks){0});
    if (version >= 2)
        n_modules -= (25 * n - 10) * n - 55; /* alignment */
    if (version >= 7)
        n_modules -= 36; /* version information */
    return (SymbolBlocks){.n_codewords = n_modules / 8,
                          .n_check = n_check[level][version - 1],
                          .n_blocks = n_blocks[level][version - 1]};
}

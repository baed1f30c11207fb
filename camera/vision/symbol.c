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

static void place_alignment(Symbol *self)
{
    static const SymbolModule ring[] = {SYMBOL_DARK, SYMBOL_LIGHT, SYMBOL_DARK};
    gint last = (gint)self->side - 7;
    gint at[3] = {6, self->version >= 7 ? (last + 6) / 2 : last, last};
    gint n = self->version >= 7 ? 3 : 2;

    if (self->version == 1)
        return;
    for (gint a = 0; a < n; a++)
        for (gint b = 0; b < n; b++)
            if (!(a == 0 && b == 0) && !(a == 0 && b == n - 1) && !(a == n - 1 && b == 0))
                rings(self, at[a], at[b], ring, 3);
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
    static const guint16 n_codewords[SYMBOL_VERSION_MAX] = {26, 44, 70, 100, 134, 172, 196, 242, 292, 346};
    /* Check codewords of a block and number of blocks, for M, L, H, Q. */
    static const guint8 table[SYMBOL_VERSION_MAX][4][2] = {
        {{10, 1}, {7, 1}, {17, 1}, {13, 1}},  {{16, 1}, {10, 1}, {28, 1}, {22, 1}},
        {{26, 1}, {15, 1}, {22, 2}, {18, 2}}, {{18, 2}, {20, 1}, {16, 4}, {26, 2}},
        {{24, 2}, {26, 1}, {22, 4}, {18, 4}}, {{16, 4}, {18, 2}, {28, 4}, {24, 4}},
        {{18, 4}, {20, 2}, {26, 5}, {18, 6}}, {{22, 4}, {24, 2}, {26, 6}, {22, 6}},
        {{22, 5}, {30, 2}, {24, 8}, {20, 8}}, {{26, 5}, {18, 4}, {28, 8}, {24, 8}},
    };

    g_return_val_if_fail(version >= 1 && version <= SYMBOL_VERSION_MAX, (SymbolBlocks){0});
    return (SymbolBlocks){.n_codewords = n_codewords[version - 1],
                          .n_check = table[version - 1][level][0],
                          .n_blocks = table[version - 1][level][1]};
}

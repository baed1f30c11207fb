#include "camera/vision/codewords.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "camera/vision/reed_solomon.h"

#define FORMAT_POLYNOMIAL 0x537
#define FORMAT_MASK 0x5412
/* log10 of the chance that random codewords come so near to a valid symbol: beyond it nothing is believed. */
#define ACCIDENT_LOG10_MAX -11.0

typedef struct {
    guint8 value[SYMBOL_CODEWORDS_MAX];
    gfloat doubt[SYMBOL_CODEWORDS_MAX]; /* 0 certain .. 1: some bit is a guess */
} Codewords;

typedef struct {
    guint at;
    gfloat doubt;
} Doubt;

typedef struct {
    guint level;
    guint mask;
} Format;

static gboolean is_masked(guint mask, guint u, guint v)
{
    switch (mask) {
    case 0:
        return (u + v) % 2 == 0;
    case 1:
        return v % 2 == 0;
    case 2:
        return u % 3 == 0;
    case 3:
        return (u + v) % 3 == 0;
    case 4:
        return (u / 3 + v / 2) % 2 == 0;
    case 5:
        return u * v % 2 + u * v % 3 == 0;
    case 6:
        return (u * v % 2 + u * v % 3) % 2 == 0;
    default:
        return ((u + v) % 2 + u * v % 3) % 2 == 0;
    }
}

static guint format_bits(guint data)
{
    guint rest = data;

    for (guint i = 0; i < 10; i++)
        rest = rest << 1 ^ (rest >> 9) * FORMAT_POLYNOMIAL;
    return (data << 10 | rest) ^ FORMAT_MASK;
}

/* Where bit @i of the format stands: first copy, second copy. */
static void format_places(guint side, guint i, guint at[2])
{
    guint u = i < 8 ? 8 : i == 8 ? 7 : 14 - i;
    guint v = i < 6 ? i : i < 8 ? i + 1 : 8;

    at[0] = v * side + u;
    at[1] = i < 8 ? 8 * side + side - 1 - i : (side - 15 + i) * side + 8;
}

/* The two likeliest of the 32 formats. */
static void read_format(const Symbol *symbol, const gfloat *light, Format best[2])
{
    gfloat score[2] = {-G_MAXFLOAT, -G_MAXFLOAT};

    for (guint data = 0; data < 32; data++) {
        guint bits = format_bits(data);
        gfloat sum = 0;
        for (guint i = 0; i < 15; i++) {
            guint at[2];
            format_places(symbol->side, i, at);
            sum += (light[at[0]] + light[at[1]] - 1) * (bits >> i & 1 ? -1.0f : 1.0f);
        }
        Format format = {.level = data >> 3, .mask = data & 7};
        if (sum > score[0]) {
            score[1] = score[0];
            best[1] = best[0];
            score[0] = sum;
            best[0] = format;
        } else if (sum > score[1]) {
            score[1] = sum;
            best[1] = format;
        }
    }
}

static void write_format(const Symbol *symbol, Format format, guint8 *dark)
{
    guint bits = format_bits(format.level << 3 | format.mask);

    for (guint i = 0; i < 15; i++) {
        guint at[2];
        format_places(symbol->side, i, at);
        dark[at[0]] = dark[at[1]] = bits >> i & 1;
    }
}

static void write_version(const Symbol *symbol, guint8 *dark)
{
    guint side = symbol->side, bits;

    if (symbol->version < 7)
        return;
    bits = symbol_version_bits(symbol->version);
    for (guint i = 0; i < 18; i++) {
        guint far = side - 11 + i % 3, near = i / 3;
        dark[near * side + far] = dark[far * side + near] = bits >> i & 1;
    }
}

/* Places of the data modules in the order of the bits. Returns: how many. */
static guint data_places(const Symbol *symbol, guint16 *places)
{
    gint side = (gint)symbol->side;
    guint n = 0;

    for (gint right = side - 1; right >= 1; right -= 2) {
        if (right == 6)
            right = 5;
        for (gint i = 0; i < side; i++)
            for (gint j = 0; j < 2; j++) {
                gint u = right - j, v = ((right + 1) & 2) == 0 ? side - 1 - i : i;
                if (symbol->module[v * side + u] == SYMBOL_DATA)
                    places[n++] = (guint16)(v * side + u);
            }
    }
    return n;
}

static void read_codewords(const Symbol *symbol, const gfloat *light, guint mask, const guint16 *places,
                           guint n_codewords, Codewords *words)
{
    for (guint w = 0; w < n_codewords; w++) {
        gfloat sure = 1;
        guint value = 0;
        for (guint b = 0; b < 8; b++) {
            guint at = places[8 * w + b];
            gfloat x = light[at];
            value = value << 1 | ((x < 0.5f) ^ is_masked(mask, at % symbol->side, at / symbol->side));
            sure = MIN(sure, fabsf(2 * x - 1));
        }
        words->value[w] = (guint8)value;
        words->doubt[w] = 1 - sure;
    }
}

/* Place in the symbol of byte @i of block @block: data is dealt out in turn, then the check bytes; the last
 * blocks are one longer where it does not come out even. */
static guint interleaved(const SymbolBlocks *blocks, guint block, guint i)
{
    guint n_short = blocks->n_blocks - blocks->n_codewords % blocks->n_blocks;
    guint n_data_short = blocks->n_codewords / blocks->n_blocks - blocks->n_check;
    guint n_data = n_data_short + (block >= n_short ? 1 : 0);

    if (i < n_data_short)
        return i * blocks->n_blocks + block;
    if (i < n_data)
        return n_data_short * blocks->n_blocks + block - n_short;
    return blocks->n_codewords - blocks->n_check * blocks->n_blocks + (i - n_data) * blocks->n_blocks + block;
}

static gdouble accident_log10(guint n, guint n_check, guint n_erased, guint n_errors)
{
    guint left = n - n_erased;
    gdouble ways = (lgamma(left + 1) - lgamma(n_errors + 1) - lgamma(left - n_errors + 1)) / G_LN10;

    return ways - ((gdouble)n_check - n_erased - n_errors) * log10(255);
}

static int by_doubt(const void *a, const void *b)
{
    gfloat x = ((const Doubt *)a)->doubt, y = ((const Doubt *)b)->doubt;

    return x < y ? 1 : x > y ? -1 : 0;
}

/* Fewer erasures first: each costs a check byte, an error costs two. Returns: log10 of an accident; 0: no. */
static gdouble repair_block(Codewords *words, const SymbolBlocks *blocks, guint block)
{
    guint n = blocks->n_codewords / blocks->n_blocks +
              (block >= blocks->n_blocks - blocks->n_codewords % blocks->n_blocks ? 1 : 0);
    guint8 word[REED_SOLOMON_MAX];
    Doubt doubt[REED_SOLOMON_MAX];
    guint erased[REED_SOLOMON_MAX], n_errors;

    for (guint i = 0; i < n; i++) {
        guint at = interleaved(blocks, block, i);
        word[i] = words->value[at];
        doubt[i] = (Doubt){.at = i, .doubt = words->doubt[at]};
    }
    qsort(doubt, n, sizeof doubt[0], by_doubt);
    for (guint i = 0; i < n; i++)
        erased[i] = doubt[i].at;
    for (guint quarter = 0; quarter < 4; quarter++) {
        guint n_erased = blocks->n_check * quarter / 4;
        if (!reed_solomon_repair(word, n, blocks->n_check, erased, n_erased, &n_errors))
            continue;
        for (guint i = 0; i < n; i++)
            words->value[interleaved(blocks, block, i)] = word[i];
        return accident_log10(n, blocks->n_check, n_erased, n_errors);
    }
    return 0;
}

static gboolean repair_with(const Symbol *symbol, const gfloat *light, Format format, const guint16 *places,
                            guint n_places, guint8 *dark)
{
    SymbolBlocks blocks = symbol_blocks(symbol->version, (SymbolLevel)format.level);
    Codewords words;
    gdouble accident = 0;

    read_codewords(symbol, light, format.mask, places, blocks.n_codewords, &words);
    for (guint b = 0; b < blocks.n_blocks; b++) {
        gdouble log10_chance = repair_block(&words, &blocks, b);
        if (log10_chance >= 0)
            return FALSE;
        accident += log10_chance;
    }
    if (accident > ACCIDENT_LOG10_MAX)
        return FALSE;
    for (guint i = 0; i < symbol->side * symbol->side; i++)
        dark[i] = symbol->module[i] == SYMBOL_DARK;
    for (guint i = 0; i < 8 * blocks.n_codewords; i++) {
        guint u = places[i] % symbol->side, v = places[i] / symbol->side;
        dark[places[i]] = (words.value[i / 8] >> (7 - i % 8) & 1) ^ is_masked(format.mask, u, v);
    }
    for (guint i = 8 * blocks.n_codewords; i < n_places; i++) /* the remainder: zeros under the mask */
        dark[places[i]] = is_masked(format.mask, places[i] % symbol->side, places[i] / symbol->side);
    write_format(symbol, format, dark);
    write_version(symbol, dark);
    return TRUE;
}

gboolean codewords_repair(const Symbol *symbol, const gfloat *light, guint8 *dark)
{
    guint16 places[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    Format format[2];
    guint n_places = data_places(symbol, places);

    g_return_val_if_fail(n_places / 8 == symbol_blocks(symbol->version, SYMBOL_LEVEL_M).n_codewords, FALSE);
    read_format(symbol, light, format);
    return repair_with(symbol, light, format[0], places, n_places, dark) ||
           repair_with(symbol, light, format[1], places, n_places, dark);
}

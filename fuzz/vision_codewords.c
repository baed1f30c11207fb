/* The modules of a code as they seem. The first byte says the version, the second how the rest is laid over
 * the symbol, row by row and from its beginning again: with bit 3 a bit is a module, black or white; else a
 * byte is 2^(bits 0 to 2) modules, 0 dark to 255 light. A repair gives a whole symbol with its known
 * patterns, or nothing; and the same again from its own answer. */
#include "camera/vision/codewords.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static Symbol symbol;
    static gfloat light[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    static guint8 dark[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX], again[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
    guint run, n;

    if (size < 3)
        return 0;
    symbol_init(&symbol, 1 + data[0] % SYMBOL_VERSION_MAX);
    run = 1u << (data[1] & 7);
    n = symbol.side * symbol.side;
    for (guint i = 0; i < n; i++) {
        guint8 value = data[2 + i / (data[1] & 8 ? 8 : run) % (size - 2)];

        light[i] = data[1] & 8 ? (gfloat)(value >> (7 - i % 8) & 1) : (gfloat)value / 255.0f;
    }
    if (!codewords_repair(&symbol, light, dark))
        return 0;
    for (guint i = 0; i < n; i++) {
        g_assert_true(dark[i] <= 1);
        g_assert_true(symbol.module[i] == SYMBOL_DATA || symbol.module[i] == SYMBOL_INFO ||
                      dark[i] == (symbol.module[i] == SYMBOL_DARK));
        light[i] = dark[i] ? 0.0f : 1.0f;
    }
    g_assert_true(codewords_repair(&symbol, light, again));
    g_assert_cmpmem(dark, n, again, n);
    return 0;
}

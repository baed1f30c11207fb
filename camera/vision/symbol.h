/* Symbol: which modules of a QR code are the same in every code of a version, and what each error correction
 * level adds (ISO/IEC 18004, 6.3, table 9 and annex E). */
#pragma once

#include <glib.h>

#define SYMBOL_VERSION_MAX 40
#define SYMBOL_SIDE_MAX (17 + 4 * SYMBOL_VERSION_MAX)
#define SYMBOL_CODEWORDS_MAX 3706 /* of version 40 */
#define SYMBOL_ALIGNMENTS_MAX 7

typedef enum {
    SYMBOL_DATA = 0, /* data or error correction */
    SYMBOL_INFO,     /* format and version information: not data, but not known beforehand either */
    SYMBOL_LIGHT,
    SYMBOL_DARK,
} SymbolModule;

typedef struct {
    guint version;
    guint side; /* modules */
    guint8 module[SYMBOL_SIDE_MAX * SYMBOL_SIDE_MAX];
} Symbol;

/* As the two bits of the format information say it. */
typedef enum { SYMBOL_LEVEL_M = 0, SYMBOL_LEVEL_L = 1, SYMBOL_LEVEL_H = 2, SYMBOL_LEVEL_Q = 3 } SymbolLevel;

typedef struct {
    guint n_codewords; /* of the whole symbol */
    guint n_blocks;
    guint n_check; /* error correction codewords in each block */
} SymbolBlocks;

/* @version: 1 .. %SYMBOL_VERSION_MAX */
void symbol_init(Symbol *self, guint version);

/* Where rows and columns of alignment patterns lie: the modules of their middles. Returns: how many; 0:
 * version 1 */
guint symbol_alignments(guint version, guint at[SYMBOL_ALIGNMENTS_MAX]);

/* The 18 bits of the version information, lowest first; of versions 7 and up (ISO/IEC 18004, 6.10). */
guint symbol_version_bits(guint version);

SymbolBlocks symbol_blocks(guint version, SymbolLevel level);

/* Outside of the code is its quiet zone: light. */
static inline SymbolModule symbol_at(const Symbol *self, gint u, gint v)
{
    if (u < 0 || v < 0 || u >= (gint)self->side || v >= (gint)self->side)
        return SYMBOL_LIGHT;
    return (SymbolModule)self->module[(guint)v * self->side + (guint)u];
}

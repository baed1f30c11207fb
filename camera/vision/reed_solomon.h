/* Reed-Solomon over GF(256) as QR codes use it (ISO/IEC 18004, 6.5.2: x^8+x^4+x^3+x^2+1, first root 1). */
#pragma once

#include <glib.h>

#define REED_SOLOMON_MAX 255

/**
 * reed_solomon_repair:
 * @word: (inout): data, then @n_check check bytes; repaired in place, untouched on failure
 * @erased: (array length=n_erased): places in @word whose value is not to be trusted
 * @n_errors: (out): bytes that were wrong beside the erased ones
 *
 * Returns: FALSE when there is no repair: more than (@n_check - @n_erased) / 2 errors
 */
gboolean reed_solomon_repair(guint8 *word, guint n, guint n_check, const guint *erased, guint n_erased,
                             guint *n_errors);

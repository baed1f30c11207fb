/* Codewords: from how light every module seems to the modules as they were printed, by the code's own error
 * correction with the doubtful codewords as erasures (ISO/IEC 18004, 6.4 to 6.9). */
#pragma once

#include "camera/vision/symbol.h"

/**
 * codewords_repair:
 * @light: (array length=side*side): 0 dark .. 1 light, 0.5 = no idea; row by row
 * @dark: (out): (array length=side*side): 1 = dark, as printed
 *
 * Returns: FALSE when no repair is likely enough to be right: one that an accident could give is none
 */
gboolean codewords_repair(const Symbol *symbol, const gfloat *light, guint8 *dark);

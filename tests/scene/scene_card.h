/* Scene card: the card with the code on a pile, as printed and as years in the open leave it. */
#pragma once

#include "tests/scene/scene_texture.h"

#define SCENE_CARD_MARGIN_MODULES 2
#define SCENE_CARD_CAPTION_MODULES 6

/**
 * scene_card_paint:
 * @code_m: side of the code with its quiet zone
 * @wear: 0 as printed .. 1 faded, scratched, rubbed off in places and stained, yet not beyond repair
 * @n_modules: (out): side of the code
 *
 * A white card: the code for @text with its quiet zone, and a line of writing below.
 * Returns: (transfer full) (nullable): NULL when @text does not fit a QR code
 */
SceneTexture *scene_card_paint(const gchar *text, gdouble code_m, gdouble wear, guint seed, guint *n_modules,
                               GError **error);

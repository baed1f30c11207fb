/* Noise: how much the light of a flat wall differs from pixel to pixel. By night that is most of what a
 * picture shows, and what differs less than it is not worth a look. */
#pragma once

#include "base/gray_frame.h"

#define NOISE_MAX 32 /* gray levels: what is said of a picture of nothing else */

/* Returns: sigma in gray levels. Of a sixteenth of the rows, the quietest quarter counts: edges and codes are
 * no noise. Noise that neighbours share, as of a lens or a codec, is not seen: then the answer is too small.
 */
gfloat noise_estimate(const GrayFrame *frame);

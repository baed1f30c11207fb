/* Preview relay: the rear picture from OpenPreview's pipe to one <img> of the page, as
 * multipart/x-mixed-replace. A browser that reads slowly misses pictures, never delays them, and nothing is
 * kept beyond one picture.
 */
#pragma once

#include "weblink/web_request.h"

#define PREVIEW_RELAY_PICTURE_MAX_BYTES (1024 * 1024)

typedef struct PreviewRelay PreviewRelay;

/* Called once, when either side has ended it; the relay must be freed then, or later. */
typedef void (*PreviewRelayEnded)(PreviewRelay *self, gpointer user_data);

/**
 * preview_relay_new:
 * @fd: (transfer full): 4 bytes of length (big endian) and one JPEG, again and again (camera/preview.h)
 *
 * Answers @request. Returns: (transfer full) (nullable): NULL when the browser has gone
 */
PreviewRelay *preview_relay_new(WebRequest *request, gint fd, PreviewRelayEnded ended, gpointer user_data);
/* Closes both sides. */
void preview_relay_free(PreviewRelay *self);

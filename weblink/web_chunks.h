/* The framing of a chunked body as it comes, judged before libsoup sees it. libsoup 3.2 takes "0x5", " 5",
 * bare LF and numbers that overflow for sizes, never looks at what ends a chunk, and waits for what cannot
 * come; whoever stands before us may read the same bytes otherwise, and that is how requests are smuggled.
 * Pure: bytes in, verdict out.
 */
#pragma once

#include "weblink/web_gate.h"

#define WEB_CHUNKS_LINE_MAX_BYTES                                                                            \
    100 /* of a size with its extensions, which we ignore; libsoup hangs up at 128 */
#define WEB_CHUNKS_TRAILER_MAX_BYTES (4 * 1024) /* of all trailer fields, which we ignore too */

typedef struct {
    guint8 step;
    guint n_line_bytes, n_trailer_bytes;
    guint64 left_bytes, total_bytes; /* of this chunk; of all, as declared so far */
} WebChunks;                         /* all zero: at the beginning of a body */

/**
 * web_chunks_follow:
 * @max_bytes: of the body
 * @verdict: (out): status 0; 400 for what is not RFC 9112, 7.1; 413 as soon as a size is too large
 *
 * Returns: how many bytes of @data may be passed on; what comes after the body's end always may
 */
gsize web_chunks_follow(WebChunks *self, const gchar *data, gsize len, guint64 max_bytes,
                        WebVerdict *verdict);

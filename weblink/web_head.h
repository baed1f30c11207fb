/* The head of a request as it came, judged before libsoup sees it. libsoup 3.2 is lenient where leniency is
 * how requests are smuggled (blanks before a colon, folded lines, bare CR and LF, two measures of a body),
 * hangs on NUL, and leaks what it refuses itself. So it only ever gets what RFC 9112 calls a request.
 * Pure: bytes in, verdict out.
 */
#pragma once

#include "weblink/web_gate.h"

#define WEB_HEAD_MAX_FIELDS 100

/* Bytes of the header with the empty line that ends it; 0: not there yet. Bare LF counts, as it would for
 * libsoup: web_head_judge() refuses it then. */
gsize web_head_length(const gchar *head, gsize len);

/**
 * web_head_judge:
 * @head: (array length=len): request line and fields, the empty line included
 *
 * 400 for what breaks RFC 9112 (2.2 to 6.3) or has not exactly one Host, 404 for a path with "." or ".."
 * segments in any spelling, 415 for more than one Content-Type (one reader takes the first, another the
 * last), 417 (RFC 9110, 10.1.1), 431, 505.
 */
WebVerdict web_head_judge(const gchar *head, gsize len);

/* Of a head that was let through: its body comes in chunks. */
gboolean web_head_is_chunked(const gchar *head, gsize len);

/* SSE: Server-Sent Events, bytes to events and back (WHATWG HTML, section 9.2 "Server-sent events").
 * Sans-I/O: fed with chunks cut anywhere, gives the same events for every cut. The server is trusted to speak
 * but not to stop: lines and events are bounded.
 * Two deviations: bytes are handed on undecoded (JSON gate refuses what is not UTF-8), and an event name with
 * a NUL is ignored, as the standard has it for ids, because C strings would end there.
 */
#pragma once

#include <glib.h>

#define SSE_MAX_LINE_BYTES (64 * 1024)
#define SSE_MAX_DATA_BYTES (64 * 1024)

typedef enum {
    SSE_ERROR_TOO_LONG, /* a line or the data of one event; drop the connection */
} SseError;
#define SSE_ERROR (sse_error_quark())
GQuark sse_error_quark(void);

typedef struct {
    gchar *name;    /* owned; "message" when the stream named none */
    gchar *data;    /* owned; lines joined by '\n', NUL-terminated, may hold NULs */
    gsize data_len; /* bytes */
    gchar *id;      /* owned; the last event id when this event was dispatched, "" for none */
} SseEvent;
void sse_event_free(SseEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SseEvent, sse_event_free)

typedef struct SseParser SseParser;

SseParser *sse_parser_new(void); /* (transfer full) */
void sse_parser_free(SseParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SseParser, sse_parser_free)

/**
 * sse_parser_feed:
 * @bytes: (array length=len): the next bytes of the stream, cut anywhere
 *
 * Returns: FALSE with %SSE_ERROR_TOO_LONG; then only sse_parser_reset() helps. Events before the
 *   offence can still be popped
 */
gboolean sse_parser_feed(SseParser *self, const gchar *bytes, gsize len, GError **error);

/* Returns: (transfer full) (nullable): the oldest event not yet popped */
SseEvent *sse_parser_pop(SseParser *self);

/* Returns: (transfer none): what to send as Last-Event-ID; "" for none */
const gchar *sse_parser_last_event_id(const SseParser *self);

/* Reconnection time that the stream asked for; -1 while it has not. */
gint64 sse_parser_retry_ms(const SseParser *self);

/* A new connection begins: drops what is half read and not yet popped, keeps last event id and retry time. */
void sse_parser_reset(SseParser *self);

/**
 * sse_print:
 * @id: (nullable): without line ends and NUL
 * @name: (nullable): without line ends
 * @data: (array length=len): each line end (CR, LF, CRLF) starts another data line and arrives as '\n'
 *
 * Returns: (transfer full): one event, the empty line included
 */
gchar *sse_print(const gchar *id, const gchar *name, const gchar *data, gsize len);

/* Returns: (transfer full): a comment line that keeps the connection honest; @text without line ends */
gchar *sse_print_comment(const gchar *text);

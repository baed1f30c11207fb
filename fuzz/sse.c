/* Any bytes as an event stream: no crash, the same events however it is cut, and the bounds hold. The first
 * byte chooses the cut. */
#include <string.h>

#include "protocol/sse.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Feeds in chunks of @chunk bytes; TRUE when the stream kept to the bounds. */
static gboolean run(SseParser *parser, const gchar *bytes, gsize len, gsize chunk, GString *events)
{
    gboolean ok = TRUE;

    for (gsize at = 0; at < len && ok; at += chunk)
        ok = sse_parser_feed(parser, bytes + at, MIN(chunk, len - at), NULL);
    for (;;) {
        g_autoptr(SseEvent) event = sse_parser_pop(parser);
        if (event == NULL)
            return ok;
        g_assert_cmpuint(event->data_len, <=, SSE_MAX_DATA_BYTES);
        g_string_append_printf(events, "%s|%s|", event->name, event->id);
        g_string_append_len(events, event->data, (gssize)event->data_len);
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(SseParser) whole = sse_parser_new();
    g_autoptr(SseParser) cut = sse_parser_new();
    g_autoptr(GString) whole_events = g_string_new(NULL);
    g_autoptr(GString) cut_events = g_string_new(NULL);

    if (size < 2)
        return 0;
    const gchar *bytes = (const gchar *)data + 1;
    gboolean whole_ok = run(whole, bytes, size - 1, size - 1, whole_events);
    gboolean cut_ok = run(cut, bytes, size - 1, (gsize)data[0] % 64 + 1, cut_events);
    g_assert_cmpint(whole_ok, ==, cut_ok);
    g_assert_true(g_string_equal(whole_events, cut_events));
    g_assert_cmpstr(sse_parser_last_event_id(whole), ==, sse_parser_last_event_id(cut));
    g_assert_cmpint(sse_parser_retry_ms(whole), ==, sse_parser_retry_ms(cut));
    return 0;
}

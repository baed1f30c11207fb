/* Any bytes as an event stream: no crash, the same events however it is cut, and the bounds hold. The low six
 * bits of the first byte choose the cut; with its highest the rest is repeated until it passes every bound.
 */
#include <string.h>

#include "protocol/sse.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* What the parser gives has no CR left, so that printing it must give it back byte for byte. */
static void print_and_read_back(const SseEvent *event)
{
    g_autofree gchar *text = sse_print(event->id, event->name, event->data, event->data_len);
    g_autoptr(SseParser) parser = sse_parser_new();
    g_autoptr(SseEvent) again = NULL;

    /* Twice, with a reset between that must leave nothing of the first half. */
    g_assert_true(sse_parser_feed(parser, text, strlen("id"), NULL));
    sse_parser_reset(parser);
    if (memchr(event->data, '\0', event->data_len) != NULL)
        return; /* printed as a C string it ends there */
    if (!sse_parser_feed(parser, text, strlen(text), NULL))
        return; /* the longest lines grow by their field names */
    again = sse_parser_pop(parser);
    g_assert_nonnull(again);
    g_assert_cmpstr(again->name, ==, event->name);
    g_assert_cmpstr(again->id, ==, event->id);
    g_assert_cmpmem(again->data, again->data_len, event->data, event->data_len);
}

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
        print_and_read_back(event);
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
    guint times = (data[0] & 0x80) != 0 ? 2 * SSE_MAX_DATA_BYTES / (guint)(size - 1) + 1 : 1;
    g_autoptr(GString) bytes = g_string_new(NULL);
    for (guint i = 0; i < times; i++)
        g_string_append_len(bytes, (const gchar *)data + 1, (gssize)size - 1);
    gboolean whole_ok = run(whole, bytes->str, bytes->len, bytes->len, whole_events);
    gboolean cut_ok = run(cut, bytes->str, bytes->len, (gsize)data[0] % 64 + 1, cut_events);
    g_assert_cmpint(whole_ok, ==, cut_ok);
    g_assert_true(g_string_equal(whole_events, cut_events));
    g_assert_cmpstr(sse_parser_last_event_id(whole), ==, sse_parser_last_event_id(cut));
    g_assert_cmpint(sse_parser_retry_ms(whole), ==, sse_parser_retry_ms(cut));
    return 0;
}

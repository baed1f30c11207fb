/* Server-Sent Events as the WHATWG standard reads them, whatever way the network cuts them. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/sse.h"

/* All events as one line of text each: name|id|data, so that two runs can be compared. */
static gchar *pop_all(SseParser *parser)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (;;) {
        g_autoptr(SseEvent) event = sse_parser_pop(parser);
        if (event == NULL)
            break;
        cr_assert_eq(event->data[event->data_len], '\0');
        g_string_append_printf(text, "%s|%s|", event->name, event->id);
        g_string_append_len(text, event->data, (gssize)event->data_len);
        g_string_append(text, ";");
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void expect(const gchar *stream, gsize len, const gchar *expected)
{
    g_autoptr(SseParser) parser = sse_parser_new();
    g_autofree gchar *got = NULL;

    cr_assert(sse_parser_feed(parser, stream, len, NULL));
    got = pop_all(parser);
    cr_expect_str_eq(got, expected, "%s: got %s, want %s", stream, got, expected);
}
#define EXPECT(stream, expected) expect(stream, sizeof(stream) - 1, expected)

Test(sse, examples_of_the_standard)
{
    EXPECT("data: YHOO\ndata: +2\ndata: 10\n\n", "message||YHOO\n+2\n10;");
    EXPECT(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
           "message|1|first event;message||second event;message|| third event;");
    EXPECT("data\n\ndata\ndata\n\ndata:", "message||;message||\n;");
    EXPECT("data:test\n\ndata: test\n\n", "message||test;message||test;");
    EXPECT("event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\ndata: x\n\n",
           "add||73857293;remove||2153;message||x;");
}

Test(sse, lines_end_with_lf_cr_or_both)
{
    EXPECT("data: a\n\ndata: b\r\rdata: c\r\n\r\n", "message||a;message||b;message||c;");
    EXPECT("data: a\r\ndata: b\r\n\r\n", "message||a\nb;");
    EXPECT("data: a\n\r\ndata: b\r\n\n", "message||a;message||b;");
}

Test(sse, a_byte_order_mark_is_skipped_once_at_the_start)
{
    EXPECT("\xef\xbb\xbf"
           "data: a\n\n",
           "message||a;");
    EXPECT("\n\xef\xbb\xbf"
           "data: a\n\n",
           ""); /* an unknown field */
}

Test(sse, comments_and_unknown_fields_are_ignored)
{
    EXPECT(": keep-alive\n:\ncolour: red\nDATA: x\ndata : x\ndata: a\n\n", "message||a;");
}

Test(sse, an_event_without_data_is_none_and_its_name_is_forgotten)
{
    EXPECT("event: order\n\ndata: a\n\n", "message||a;");
    EXPECT("event: order\nevent\ndata: a\n\n", "message||a;");
}

Test(sse, the_end_of_the_stream_does_not_complete_an_event)
{
    EXPECT("data: a\n\ndata: b\n", "message||a;");
}

Test(sse, the_last_id_stays_and_counts_only_once_its_event_is_complete)
{
    g_autoptr(SseParser) parser = sse_parser_new();

    cr_assert_str_eq(sse_parser_last_event_id(parser), "");
    cr_assert(sse_parser_feed(parser, "id: 7\ndata: a\n", 14, NULL));
    cr_assert_str_eq(sse_parser_last_event_id(parser), "");
    cr_assert(sse_parser_feed(parser, "\nid: 8\n\n", 8, NULL)); /* an id without data counts, too */
    cr_assert_str_eq(sse_parser_last_event_id(parser), "8");
    cr_assert(sse_parser_feed(parser, "data: b\n\n", 9, NULL));
    g_autofree gchar *got = pop_all(parser);
    cr_assert_str_eq(got, "message|7|a;message|8|b;");
}

Test(sse, an_id_or_name_with_a_nul_is_ignored)
{
    EXPECT("id: 7\ndata: a\n\nid: 8\0x\nevent: or\0der\ndata: b\n\n", "message|7|a;message|7|b;");
}

Test(sse, the_retry_time_is_digits_only)
{
    static const struct {
        const gchar *stream;
        gint64 retry_ms;
    } rows[] = {
        {"retry: 2500\n", 2500},
        {"retry:0\n", 0},
        {"retry: -1\n", -1},
        {"retry: 1.5\n", -1},
        {"retry: +5\n", -1},
        {"retry\n", -1},
        {"retry: 99999999999999999999\n", -1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(SseParser) parser = sse_parser_new();
        cr_assert(sse_parser_feed(parser, rows[i].stream, strlen(rows[i].stream), NULL));
        cr_expect_eq(sse_parser_retry_ms(parser), rows[i].retry_ms, "%s", rows[i].stream);
    }
}

static const gchar mixed[] =
    "\xef\xbb\xbf: hello\r\nid: 41\revent: order\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\n"
    "data:x\n\r\n\nid\ndata: \r\rretry: 10\r\nid: 42\nevent: order\ndata: b\r\n\r\n: end";

Test(sse, every_cut_in_two_and_byte_by_byte_gives_the_same_events)
{
    gsize len = sizeof mixed - 1;
    g_autoptr(SseParser) whole = sse_parser_new();
    g_autoptr(SseParser) drip = sse_parser_new();

    cr_assert(sse_parser_feed(whole, mixed, len, NULL));
    g_autofree gchar *expected = pop_all(whole);
    cr_assert_str_eq(expected, "order|41|{\"a\":\n1};message|41|x;message||;order|42|b;");
    for (gsize cut = 0; cut <= len; cut++) {
        g_autoptr(SseParser) parser = sse_parser_new();
        cr_assert(sse_parser_feed(parser, mixed, cut, NULL));
        cr_assert(sse_parser_feed(parser, mixed + cut, len - cut, NULL));
        g_autofree gchar *got = pop_all(parser);
        cr_expect_str_eq(got, expected, "cut after %zu bytes: %s", cut, got);
        cr_expect_eq(sse_parser_retry_ms(parser), 10);
    }
    for (gsize i = 0; i < len; i++)
        cr_assert(sse_parser_feed(drip, mixed + i, 1, NULL));
    g_autofree gchar *got = pop_all(drip);
    cr_assert_str_eq(got, expected);
}

Test(sse, a_line_of_64_kib_is_the_longest)
{
    g_autoptr(SseParser) parser = sse_parser_new();
    g_autoptr(GError) error = NULL;
    g_autofree gchar *fill = g_strnfill(SSE_MAX_LINE_BYTES, 'x');

    cr_assert(sse_parser_feed(parser, fill, SSE_MAX_LINE_BYTES, NULL));
    cr_assert(sse_parser_feed(parser, "\n", 1, NULL));
    cr_assert(sse_parser_feed(parser, fill, SSE_MAX_LINE_BYTES, NULL));
    cr_assert_not(sse_parser_feed(parser, "x", 1, &error));
    cr_assert(g_error_matches(error, SSE_ERROR, SSE_ERROR_TOO_LONG));
}

Test(sse, many_short_lines_do_not_get_around_the_bound)
{
    g_autoptr(SseParser) parser = sse_parser_new();
    g_autofree gchar *line = g_strdup_printf("data: %01000d\n", 0);
    gboolean ok = TRUE;
    guint n_lines = 0;

    while (ok && n_lines < 100) {
        ok = sse_parser_feed(parser, line, strlen(line), NULL);
        n_lines++;
    }
    cr_assert_eq(n_lines, 66); /* 65 * 1001 bytes fit 65536 */
}

Test(sse, after_an_error_only_reset_helps_and_the_last_id_survives_it)
{
    g_autoptr(SseParser) parser = sse_parser_new();
    g_autofree gchar *fill = g_strnfill(SSE_MAX_LINE_BYTES + 1, 'x');

    cr_assert(sse_parser_feed(parser, "id: 7\ndata: a\n\nid: 8\ndata: lost", 31, NULL));
    cr_assert_not(sse_parser_feed(parser, fill, SSE_MAX_LINE_BYTES + 1, NULL));
    cr_assert_not(sse_parser_feed(parser, "\n\n", 2, NULL));
    g_autofree gchar *before = pop_all(parser);
    cr_assert_str_eq(before, "message|7|a;");
    sse_parser_reset(parser);
    cr_assert_str_eq(sse_parser_last_event_id(parser), "7");
    cr_assert(sse_parser_feed(parser,
                              "\xef\xbb\xbf"
                              "data: b\n\n",
                              12, NULL));
    g_autofree gchar *after = pop_all(parser);
    cr_assert_str_eq(after, "message|7|b;");
}

Test(sse, what_is_printed_is_read_back)
{
    static const struct {
        const gchar *data;
        const gchar *read;
    } rows[] = {
        {"{\"a\":1}", "{\"a\":1}"},   {"", ""},     {"a\nb", "a\nb"},
        {"a\r\nb\rc\n", "a\nb\nc\n"}, {"\n", "\n"}, {" led", " led"},
        {"id: 9", "id: 9"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *text = sse_print("17", "order", rows[i].data, strlen(rows[i].data));
        g_autofree gchar *expected = g_strdup_printf("order|17|%s;", rows[i].read);
        expect(text, strlen(text), expected);
    }
    g_autofree gchar *bare = sse_print(NULL, NULL, "x", 1);
    cr_assert_str_eq(bare, "data: x\n\n");
    g_autofree gchar *comment = sse_print_comment("keep-alive");
    cr_assert_str_eq(comment, ": keep-alive\n");
}

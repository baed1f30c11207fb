/* Any bytes as a request head, chunked body, Host, Origin, Content-Type and path: no crash; a host that is
 * let in is one of ours; a path that matches gives every parameter of its pattern, decoded and free of
 * control characters. */
#include "weblink/web_head.h"
#include "weblink/route_table.h"
#include "weblink/web_chunks.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const WebRoute routes[] = {
    {"GET", "/a/{one}", NULL, WEB_BODY_NONE}, {"POST", "/{two}/b/{three}", NULL, WEB_BODY_JSON}, {NULL}};

/* Lines: host, origin, host of the target, and how often host and origin came ("21"). */
static void judge(WebGate *gate, const gchar *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 4);
    gboolean whole = g_strv_length(lines) == 4 && strlen(lines[3]) >= 2;
    WebHead head = {0};
    WebVerdict verdict;

    if (!whole)
        return;
    head.host = lines[0];
    head.origin = lines[1];
    head.uri_port = 8080;
    head.uri_host = lines[2][0] != '\0' ? lines[2] : NULL;
    head.n_hosts = (guint)lines[3][0] & 3;
    head.n_origins = (guint)lines[3][1] & 3;
    verdict = web_gate_judge(gate, &head);
    g_assert_true((verdict.status == 0) == (verdict.code == NULL));
    if (verdict.status == 0)
        g_assert_true(head.n_hosts == 1 && web_gate_knows_host(gate, lines[0], 80));
}

/* A head that is let through has one reading only: lines end in CRLF, no line is folded, nothing hides. */
static void judge_head(const gchar *text, gsize size)
{
    gsize len = web_head_length(text, size);

    g_assert_cmpuint(len, <=, size);
    if (len == 0 || web_head_judge(text, len).status != 0)
        return;
    for (gsize i = 0; i < len; i++) {
        g_assert_true(text[i] != '\0');
        g_assert_true((text[i] == '\n') == (i > 0 && text[i - 1] == '\r'));
        g_assert_false(i > 0 && text[i - 1] == '\n' && (text[i] == ' ' || text[i] == '\t'));
    }
    g_assert_cmpmem(text + len - 4, 4, "\r\n\r\n", 4);
}

/* However the bytes are cut, the same ones pass, and a size is never believed beyond the limit. */
static void judge_chunks(const gchar *text, gsize size)
{
    WebChunks whole = {0}, parts = {0};
    WebVerdict verdict, second = {0};
    gsize passed = web_chunks_follow(&whole, text, size, 4096, &verdict);
    gsize half = MIN(size / 2, passed);

    g_assert_cmpuint(whole.total_bytes, <=, 4096);
    g_assert_true(passed == size || verdict.status != 0);
    g_assert_cmpuint(web_chunks_follow(&parts, text, half, 4096, &second), ==, half);
    g_assert_cmpuint(web_chunks_follow(&parts, text + half, size - half, 4096, &second), ==, passed - half);
    g_assert_true(second.status == verdict.status);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(WebGate) gate = web_gate_new(80);
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    g_auto(RouteMatch) match = {0};
    GHashTableIter iter;
    gpointer value = NULL;

    web_gate_allow(gate, "pile.example:8080");
    web_gate_allow(gate, "[::1]:80");
    if (web_gate_knows_host(gate, text, 80))
        g_assert_true(g_ascii_strncasecmp(text, "pile.example:", 13) == 0 || g_str_has_prefix(text, "[::1]"));
    if (web_gate_knows_origin(gate, text))
        g_assert_true(g_ascii_strncasecmp(text, "http", 4) == 0);
    judge(gate, text);
    judge_head((const gchar *)data, size);
    judge_chunks((const gchar *)data, size);
    if (web_gate_is_json(text))
        g_assert_nonnull(strchr(text, '/'));
    match = route_table_match(routes, "GET", text);
    g_assert_true(match.route == NULL || match.allow == NULL);
    g_hash_table_iter_init(&iter, match.params);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        g_assert_true(*(const gchar *)value != '\0');
        for (const gchar *c = value; *c != '\0'; c++)
            g_assert_false(g_ascii_iscntrl(*c));
    }
    return 0;
}

/* Any bytes as a request head, Host, Origin, Content-Type and path: no crash; a host that is let in is one of
 * ours; a path that matches gives every parameter of its pattern, decoded and free of control characters. */
#include "weblink/route_table.h"
#include "weblink/web_gate.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const WebRoute routes[] = {
    {"GET", "/a/{one}", NULL, WEB_BODY_NONE}, {"POST", "/{two}/b/{three}", NULL, WEB_BODY_JSON}, {NULL}};

/* Lines: host, origin, content length, host of the target, and how often each came ("2110"). */
static void judge(WebGate *gate, const gchar *text, gsize size)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 5);
    gboolean whole = g_strv_length(lines) == 5 && strlen(lines[4]) >= 4;
    WebHead head = {.header_bytes = size};
    WebVerdict verdict;

    if (!whole)
        return;
    head.host = lines[0];
    head.origin = lines[1];
    head.content_length = lines[2][0] != '\0' ? lines[2] : NULL;
    head.uri_port = 8080;
    head.uri_host = lines[3][0] != '\0' ? lines[3] : NULL;
    head.n_hosts = (guint)lines[4][0] & 3;
    head.n_origins = (guint)lines[4][1] & 3;
    head.n_content_lengths = (guint)lines[4][2] & 3;
    head.n_transfer_encodings = (guint)lines[4][3] & 3;
    verdict = web_gate_judge(gate, &head, 512);
    g_assert_true((verdict.status == 0) == (verdict.code == NULL));
    if (verdict.status == 0)
        g_assert_true(head.n_hosts == 1 && web_gate_knows_host(gate, lines[0], 80));
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
    if (web_gate_head_is_sound((const gchar *)data, size))
        g_assert_null(memchr(data, '\0', size));
    if (web_gate_knows_host(gate, text, 80))
        g_assert_true(g_ascii_strncasecmp(text, "pile.example:", 13) == 0 || g_str_has_prefix(text, "[::1]"));
    if (web_gate_knows_origin(gate, text))
        g_assert_true(g_ascii_strncasecmp(text, "http", 4) == 0);
    judge(gate, text, size);
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

/* Any bytes as a request head, Host, Origin, Content-Type and path: no crash; a host that is let in is one of
 * ours; a path that matches gives every parameter of its pattern, decoded and free of control characters. */
#include "weblink/route_table.h"
#include "weblink/web_gate.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const WebRoute routes[] = {
    {"GET", "/a/{one}", NULL, WEB_BODY_NONE}, {"POST", "/{two}/b/{three}", NULL, WEB_BODY_JSON}, {NULL}};

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

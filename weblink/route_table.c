#include "weblink/route_table.h"

#include <string.h>

/* Returns: (transfer full) (nullable) */
static gchar *decode_segment(const gchar *segment)
{
    g_autofree gchar *text = g_uri_unescape_string(segment, NULL); /* refuses %00 and broken escapes */

    if (text == NULL || !g_utf8_validate(text, -1, NULL) || g_str_equal(text, ".") || g_str_equal(text, ".."))
        return NULL;
    for (const gchar *c = text; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            return NULL;
    }
    return g_steal_pointer(&text);
}

static gboolean pattern_matches(const gchar *pattern, gchar **path, GHashTable *params)
{
    g_auto(GStrv) wanted = g_strsplit(pattern, "/", -1);

    if (g_strv_length(wanted) != g_strv_length(path))
        return FALSE;
    for (guint i = 0; wanted[i] != NULL; i++) {
        gsize len = strlen(wanted[i]);

        if (len > 2 && wanted[i][0] == '{' && wanted[i][len - 1] == '}') {
            if (*path[i] == '\0')
                return FALSE;
            g_hash_table_insert(params, g_strndup(wanted[i] + 1, len - 2), g_strdup(path[i]));
        } else if (!g_str_equal(wanted[i], path[i])) {
            return FALSE;
        }
    }
    return TRUE;
}

RouteMatch route_table_match(const WebRoute *routes, const gchar *method, const gchar *path)
{
    RouteMatch match = {.params = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    g_auto(GStrv) segments = g_strsplit(path, "/", 64);
    g_autoptr(GString) allow = g_string_new(NULL);

    for (guint i = 0; segments[i] != NULL; i++) {
        gchar *decoded = decode_segment(segments[i]);

        if (decoded == NULL)
            return match;
        g_free(segments[i]);
        segments[i] = decoded;
    }
    for (const WebRoute *row = routes; row->pattern != NULL; row++) {
        g_hash_table_remove_all(match.params);
        if (!pattern_matches(row->pattern, segments, match.params))
            continue;
        if (g_str_equal(row->method, method)) {
            match.route = row;
            return match;
        }
        g_string_append_printf(allow, "%s%s", allow->len > 0 ? ", " : "", row->method);
    }
    g_hash_table_remove_all(match.params);
    if (allow->len > 0)
        match.allow = g_string_free(g_steal_pointer(&allow), FALSE);
    return match;
}

void route_match_clear(RouteMatch *match)
{
    g_clear_pointer(&match->allow, g_free);
    g_clear_pointer(&match->params, g_hash_table_unref);
    match->route = NULL;
}

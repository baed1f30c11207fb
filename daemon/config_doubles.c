#include "daemon/config_doubles.h"

#include <string.h>

ConfigDouble config_doubles_find(const gchar *text, gsize len)
{
    g_autofree gchar *whole = g_strndup(text, len);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);
    g_autofree gchar *group = g_strdup("");
    ConfigDouble found = {0};

    for (guint i = 0; lines[i] != NULL; i++) {
        gchar *line = g_strstrip(lines[i]);
        gchar *equals = strchr(line, '=');
        gchar *end = strchr(line, ']');
        g_autofree gchar *name = NULL;

        if (line[0] == '[' && end != NULL) {
            g_free(group);
            group = g_strndup(line + 1, (gsize)(end - line - 1));
        }
        if (line[0] == '[' || line[0] == '#' || equals == NULL)
            continue;
        *equals = '\0';
        /* A group that begins anew goes on: GKeyFile joins its parts. */
        name = g_strdup_printf("[%s] %s", group, g_strchomp(line));
        found.first_line = GPOINTER_TO_UINT(g_hash_table_lookup(seen, name));
        if (found.first_line != 0) {
            found.line = i + 1;
            found.group = g_steal_pointer(&group);
            found.key = g_strdup(line);
            return found;
        }
        g_hash_table_insert(seen, g_steal_pointer(&name), GUINT_TO_POINTER(i + 1));
    }
    return found;
}

void config_double_clear(ConfigDouble *self)
{
    g_clear_pointer(&self->group, g_free);
    g_clear_pointer(&self->key, g_free);
}

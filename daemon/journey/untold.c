#include "daemon/journey/untold.h"

#include <string.h>

static guint find(const Untold *self, const gchar *evse_key)
{
    guint i = 0;

    while (i < self->n && strcmp(self->evse_keys[i], evse_key) != 0)
        i++;
    return i;
}

static void remove_at(Untold *self, guint i)
{
    self->n--;
    memmove(self->evse_keys[i], self->evse_keys[i + 1], (self->n - i) * sizeof self->evse_keys[0]);
}

gboolean untold_has(const Untold *self, const gchar *evse_key)
{
    return find(self, evse_key) < self->n;
}

gboolean untold_add(Untold *self, const gchar *evse_key)
{
    if (untold_has(self, evse_key))
        return FALSE;
    if (self->n == UNTOLD_MAX)
        remove_at(self, 0);
    g_strlcpy(self->evse_keys[self->n++], evse_key, sizeof self->evse_keys[0]);
    return TRUE;
}

void untold_remove(Untold *self, const gchar *evse_key)
{
    guint i = find(self, evse_key);

    if (i < self->n)
        remove_at(self, i);
}

JsonArray *untold_to_json(const Untold *self)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < self->n; i++)
        json_array_add_string_element(array, self->evse_keys[i]);
    return array;
}

void untold_from_json(Untold *self, JsonArray *array)
{
    guint n = array != NULL ? json_array_get_length(array) : 0;

    self->n = 0;
    for (guint i = 0; i < n; i++) {
        JsonNode *node = json_array_get_element(array, i);
        const gchar *key = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;

        if (key != NULL && key[0] != '\0' && strlen(key) <= EVSE_ID_KEY_MAX_BYTES)
            untold_add(self, key);
    }
}

#include "protocol/json_read.h"

#include <string.h>

#include "base/utc_time.h"

G_DEFINE_QUARK(json - read - error - quark, json_read_error)

static gboolean fail(GError **error, JsonReadError code, const gchar *name, const gchar *expected)
{
    g_set_error(error, JSON_READ_ERROR, (gint)code, "%s: %s", name, expected);
    return FALSE;
}

/* What every reader starts with. @node stays NULL for an absent optional field. */
static gboolean find(JsonObject *object, const gchar *name, JsonPresence presence, JsonNode **node,
                     GError **error)
{
    JsonNode *member = json_object_get_member(object, name);

    *node = member == NULL || JSON_NODE_HOLDS_NULL(member) ? NULL : member;
    if (*node == NULL && presence == JSON_REQUIRED)
        return fail(error, JSON_READ_ERROR_MISSING, name, "required");
    return TRUE;
}

static gboolean holds(JsonNode *node, GType type)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

gboolean json_read_string(JsonObject *object, const gchar *name, JsonPresence presence, gsize max_bytes,
                          const gchar **value, GError **error)
{
    JsonNode *node = NULL;

    if (!find(object, name, presence, &node, error))
        return FALSE;
    if (node == NULL)
        return TRUE;
    if (!holds(node, G_TYPE_STRING))
        return fail(error, JSON_READ_ERROR_TYPE, name, "a string is expected");
    if (strlen(json_node_get_string(node)) > max_bytes)
        return fail(error, JSON_READ_ERROR_VALUE, name, "too long");
    *value = json_node_get_string(node);
    return TRUE;
}

gboolean json_read_text(JsonObject *object, const gchar *name, JsonPresence presence, gchar *buffer,
                        gsize size, GError **error)
{
    const gchar *text = NULL;

    if (!json_read_string(object, name, presence, size - 1, &text, error))
        return FALSE;
    if (text != NULL)
        g_strlcpy(buffer, text, size);
    return TRUE;
}

gboolean json_read_int(JsonObject *object, const gchar *name, JsonPresence presence, gint64 min, gint64 max,
                       gint64 *value, GError **error)
{
    JsonNode *node = NULL;

    if (!find(object, name, presence, &node, error))
        return FALSE;
    if (node == NULL)
        return TRUE;
    if (!holds(node, G_TYPE_INT64))
        return fail(error, JSON_READ_ERROR_TYPE, name, "an integer is expected");
    gint64 read = json_node_get_int(node);
    if (read < min || read > max)
        return fail(error, JSON_READ_ERROR_VALUE, name, "out of range");
    *value = read;
    return TRUE;
}

gboolean json_read_number(JsonObject *object, const gchar *name, JsonPresence presence, gdouble min,
                          gdouble max, gdouble *value, GError **error)
{
    JsonNode *node = NULL;

    if (!find(object, name, presence, &node, error))
        return FALSE;
    if (node == NULL)
        return TRUE;
    if (!holds(node, G_TYPE_INT64) && !holds(node, G_TYPE_DOUBLE))
        return fail(error, JSON_READ_ERROR_TYPE, name, "a number is expected");
    gdouble read = json_node_get_double(node);
    if (!(read >= min && read <= max))
        return fail(error, JSON_READ_ERROR_VALUE, name, "out of range");
    *value = read;
    return TRUE;
}

gboolean json_read_boolean(JsonObject *object, const gchar *name, JsonPresence presence, gboolean *value,
                           GError **error)
{
    JsonNode *node = NULL;

    if (!find(object, name, presence, &node, error))
        return FALSE;
    if (node == NULL)
        return TRUE;
    if (!holds(node, G_TYPE_BOOLEAN))
        return fail(error, JSON_READ_ERROR_TYPE, name, "true or false is expected");
    *value = json_node_get_boolean(node);
    return TRUE;
}

gboolean json_read_time(JsonObject *object, const gchar *name, JsonPresence presence, gint64 *unix_ms,
                        GError **error)
{
    const gchar *text = NULL;

    if (!json_read_string(object, name, presence, 64, &text, error))
        return FALSE;
    if (text != NULL && !utc_time_parse(text, unix_ms))
        return fail(error, JSON_READ_ERROR_VALUE, name, "an RFC 3339 time is expected");
    return TRUE;
}

gboolean json_read_enum(JsonObject *object, const gchar *name, JsonPresence presence,
                        const gchar *const *names, guint *value, GError **error)
{
    const gchar *text = NULL;

    if (!json_read_string(object, name, presence, 64, &text, error))
        return FALSE;
    if (text == NULL)
        return TRUE;
    for (guint i = 0; names[i] != NULL; i++) {
        if (g_str_equal(names[i], text)) {
            *value = i;
            return TRUE;
        }
    }
    return fail(error, JSON_READ_ERROR_VALUE, name, "not one of the known words");
}

gboolean json_read_object(JsonObject *object, const gchar *name, JsonPresence presence, JsonObject **value,
                          GError **error)
{
    JsonNode *node = NULL;

    if (!find(object, name, presence, &node, error))
        return FALSE;
    if (node == NULL)
        return TRUE;
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return fail(error, JSON_READ_ERROR_TYPE, name, "an object is expected");
    *value = json_node_get_object(node);
    return TRUE;
}

gboolean json_read_array(JsonObject *object, const gchar *name, JsonPresence presence, guint max_elements,
                         gboolean of_objects, JsonArray **value, GError **error)
{
    JsonNode *node = NULL;

    if (!find(object, name, presence, &node, error))
        return FALSE;
    if (node == NULL)
        return TRUE;
    if (!JSON_NODE_HOLDS_ARRAY(node))
        return fail(error, JSON_READ_ERROR_TYPE, name, "an array is expected");
    JsonArray *array = json_node_get_array(node);
    if (json_array_get_length(array) > max_elements)
        return fail(error, JSON_READ_ERROR_VALUE, name, "too many elements");
    for (guint i = 0; of_objects && i < json_array_get_length(array); i++)
        if (!JSON_NODE_HOLDS_OBJECT(json_array_get_element(array, i)))
            return fail(error, JSON_READ_ERROR_TYPE, name, "an array of objects is expected");
    *value = array;
    return TRUE;
}

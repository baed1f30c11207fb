#include "protocol/ocpp_json.h"

#include <string.h>

/* Hands a json_read error on under the code that the peer shall see. @inner is a pointer, because the call
 * that sets it stands beside it in the argument list. */
static gboolean hand_on(gboolean ok, GError *const *inner, GError **error)
{
    OcppErrorCode code = OCPP_ERROR_INTERNAL;

    if (ok)
        return TRUE;
    if (g_error_matches(*inner, JSON_READ_ERROR, JSON_READ_ERROR_MISSING))
        code = OCPP_ERROR_OCCURRENCE_CONSTRAINT;
    else if (g_error_matches(*inner, JSON_READ_ERROR, JSON_READ_ERROR_TYPE))
        code = OCPP_ERROR_TYPE_CONSTRAINT;
    else if (g_error_matches(*inner, JSON_READ_ERROR, JSON_READ_ERROR_VALUE))
        code = OCPP_ERROR_PROPERTY_CONSTRAINT;
    g_set_error_literal(error, OCPP_ERROR, (gint)code, (*inner)->message);
    return FALSE;
}

static gboolean fail(GError **error, OcppErrorCode code, const gchar *name, const gchar *expected)
{
    g_set_error(error, OCPP_ERROR, (gint)code, "%s: %s", name, expected);
    return FALSE;
}

gboolean ocpp_json_within(const gchar *name, GError **error)
{
    g_prefix_error(error, "%s.", name);
    return FALSE;
}

gboolean ocpp_read_long_text(JsonObject *json, const gchar *name, JsonPresence presence, gsize max_chars,
                             const gchar **value, GError **error)
{
    g_autoptr(GError) inner = NULL;
    const gchar *text = NULL;

    if (!hand_on(json_read_string(json, name, presence, 4 * max_chars, &text, &inner), &inner, error))
        return FALSE;
    if (text == NULL)
        return TRUE;
    if ((gsize)g_utf8_strlen(text, -1) > max_chars)
        return fail(error, OCPP_ERROR_PROPERTY_CONSTRAINT, name, "too long");
    *value = text;
    return TRUE;
}

gboolean ocpp_read_text(JsonObject *json, const gchar *name, JsonPresence presence, gsize max_chars,
                        gchar *buffer, GError **error)
{
    const gchar *text = NULL;

    if (!ocpp_read_long_text(json, name, presence, max_chars, &text, error))
        return FALSE;
    if (text != NULL)
        memcpy(buffer, text, strlen(text) + 1); /* at most 4 * max_chars bytes and NUL */
    return TRUE;
}

gboolean ocpp_read_identifier(JsonObject *json, const gchar *name, JsonPresence presence, gsize max_chars,
                              gchar *buffer, GError **error)
{
    const gchar *text = NULL;

    if (!ocpp_read_long_text(json, name, presence, max_chars, &text, error))
        return FALSE;
    if (text == NULL)
        return TRUE;
    for (const gchar *p = text; *p != '\0'; p++)
        if (!g_ascii_isprint(*p))
            return fail(error, OCPP_ERROR_PROPERTY_CONSTRAINT, name, "an identifierString is expected");
    memcpy(buffer, text, strlen(text) + 1); /* ASCII: as many bytes as characters */
    return TRUE;
}

gboolean ocpp_read_int64(JsonObject *json, const gchar *name, JsonPresence presence, gint64 min, gint64 max,
                         gint64 *value, GError **error)
{
    g_autoptr(GError) inner = NULL;
    JsonNode *node = json_object_get_member(json, name);

    if (node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_DOUBLE) {
        gdouble number = json_node_get_double(node);
        if (number >= -9e15 && number <= 9e15 && (gdouble)(gint64)number == number) {
            if ((gint64)number < min || (gint64)number > max)
                return fail(error, OCPP_ERROR_PROPERTY_CONSTRAINT, name, "out of range");
            *value = (gint64)number;
            return TRUE;
        }
    }
    return hand_on(json_read_int(json, name, presence, min, max, value, &inner), &inner, error);
}

gboolean ocpp_read_int32(JsonObject *json, const gchar *name, JsonPresence presence, gint32 min, gint32 max,
                         gint32 *value, GError **error)
{
    gint64 wide = *value;

    if (!ocpp_read_int64(json, name, presence, min, max, &wide, error))
        return FALSE;
    *value = (gint32)wide;
    return TRUE;
}

gboolean ocpp_read_maybe_int32(JsonObject *json, const gchar *name, gboolean *has, gint32 *value,
                               GError **error)
{
    gint64 wide = G_MININT64; /* no 32-bit value: still there when the field is absent */

    if (!ocpp_read_int64(json, name, JSON_OPTIONAL, G_MININT32, G_MAXINT32, &wide, error))
        return FALSE;
    *has = wide != G_MININT64;
    *value = *has ? (gint32)wide : 0;
    return TRUE;
}

gboolean ocpp_read_number(JsonObject *json, const gchar *name, JsonPresence presence, gdouble *value,
                          GError **error)
{
    g_autoptr(GError) inner = NULL;

    return hand_on(json_read_number(json, name, presence, -G_MAXDOUBLE, G_MAXDOUBLE, value, &inner), &inner,
                   error);
}

gboolean ocpp_read_maybe_number(JsonObject *json, const gchar *name, gboolean *has, gdouble *value,
                                GError **error)
{
    JsonNode *node = json_object_get_member(json, name);

    *value = 0;
    *has = node != NULL && !JSON_NODE_HOLDS_NULL(node);
    return ocpp_read_number(json, name, JSON_OPTIONAL, value, error);
}

gboolean ocpp_read_boolean(JsonObject *json, const gchar *name, JsonPresence presence, gboolean *value,
                           GError **error)
{
    g_autoptr(GError) inner = NULL;

    return hand_on(json_read_boolean(json, name, presence, value, &inner), &inner, error);
}

gboolean ocpp_read_time(JsonObject *json, const gchar *name, JsonPresence presence, gint64 *unix_ms,
                        GError **error)
{
    g_autoptr(GError) inner = NULL;

    return hand_on(json_read_time(json, name, presence, unix_ms, &inner), &inner, error);
}

gboolean ocpp_read_enum(JsonObject *json, const gchar *name, JsonPresence presence, const gchar *const *names,
                        guint *value, GError **error)
{
    g_autoptr(GError) inner = NULL;
    guint found = G_MAXUINT;

    if (!hand_on(json_read_enum(json, name, presence, names, &found, &inner), &inner, error))
        return FALSE;
    if (found == G_MAXUINT)
        return TRUE;
    if (names[found][0] == '\0')
        return fail(error, OCPP_ERROR_PROPERTY_CONSTRAINT, name, "not one of the known words");
    *value = found;
    return TRUE;
}

gboolean ocpp_read_object(JsonObject *json, const gchar *name, JsonPresence presence, JsonObject **value,
                          GError **error)
{
    g_autoptr(GError) inner = NULL;

    return hand_on(json_read_object(json, name, presence, value, &inner), &inner, error);
}

static gboolean read_list(JsonObject *json, const gchar *name, JsonPresence presence, gboolean of_objects,
                          guint max_elements, JsonArray **value, GError **error)
{
    g_autoptr(GError) inner = NULL;
    JsonArray *array = NULL;

    if (!hand_on(json_read_array(json, name, presence, G_MAXUINT, of_objects, &array, &inner), &inner, error))
        return FALSE;
    if (array == NULL)
        return TRUE;
    if (json_array_get_length(array) == 0)
        return fail(error, OCPP_ERROR_OCCURRENCE_CONSTRAINT, name, "an empty list");
    if (json_array_get_length(array) > max_elements)
        return fail(error, OCPP_ERROR_OCCURRENCE_CONSTRAINT, name, "too many elements");
    *value = array;
    return TRUE;
}

gboolean ocpp_read_objects(JsonObject *json, const gchar *name, JsonPresence presence, guint max_elements,
                           JsonArray **value, GError **error)
{
    return read_list(json, name, presence, TRUE, max_elements, value, error);
}

gboolean ocpp_read_int32s(JsonObject *json, const gchar *name, JsonPresence presence, guint max,
                          gint32 *values, guint *n, GError **error)
{
    JsonArray *list = NULL;

    *n = 0;
    if (!read_list(json, name, presence, FALSE, max, &list, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonNode *node = json_array_get_element(list, i);
        gint64 value;

        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
            return fail(error, OCPP_ERROR_TYPE_CONSTRAINT, name, "integers are expected");
        value = json_node_get_int(node);
        if (value < G_MININT32 || value > G_MAXINT32)
            return fail(error, OCPP_ERROR_PROPERTY_CONSTRAINT, name, "out of range");
        values[(*n)++] = (gint32)value;
    }
    return TRUE;
}

void ocpp_write_int32s(JsonObject *json, const gchar *name, const gint32 *values, guint n)
{
    JsonArray *list;

    if (n == 0)
        return;
    list = json_array_sized_new(n);
    for (guint i = 0; i < n; i++)
        json_array_add_int_element(list, values[i]);
    json_object_set_array_member(json, name, list);
}

static gboolean word_index(const gchar *word, const gchar *const *names, guint *index)
{
    for (*index = 0; names[*index] != NULL; (*index)++)
        if (g_str_equal(names[*index], word))
            return TRUE;
    return FALSE;
}

gboolean ocpp_read_enums(JsonObject *json, const gchar *name, JsonPresence presence,
                         const gchar *const *names, guint *mask, GError **error)
{
    JsonArray *list = NULL;

    *mask = 0;
    if (!read_list(json, name, presence, FALSE, g_strv_length((gchar **)names), &list, error))
        return FALSE;
    for (guint i = 0; list != NULL && i < json_array_get_length(list); i++) {
        JsonNode *node = json_array_get_element(list, i);
        guint index;

        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
            return fail(error, OCPP_ERROR_TYPE_CONSTRAINT, name, "texts are expected");
        if (!word_index(json_node_get_string(node), names, &index))
            return fail(error, OCPP_ERROR_PROPERTY_CONSTRAINT, name, "not one of the known words");
        *mask |= 1U << index;
    }
    return TRUE;
}

void ocpp_write_enums(JsonObject *json, const gchar *name, const gchar *const *names, guint mask)
{
    JsonArray *list;

    if (mask == 0)
        return;
    list = json_array_new();
    for (guint i = 0; names[i] != NULL; i++)
        if (mask & (1U << i))
            json_array_add_string_element(list, names[i]);
    json_object_set_array_member(json, name, list);
}

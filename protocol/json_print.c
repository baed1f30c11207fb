/* The way out. json-glib prints 0.49 as 0.48999999999999999, which a receipt or a partner's log should not
 * show; so numbers are printed with the fewest digits that read back as the same double.
 */
#include <math.h>
#include <string.h>

#include "protocol/json_gate.h"

static void print_node(GString *out, JsonNode *node);

static void print_string(GString *out, const gchar *text)
{
    static const gchar special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";

    g_string_append_c(out, '"');
    for (const gchar *c = text; *c != '\0'; c++) {
        const gchar *found = strchr(special, *c);
        if (found != NULL)
            g_string_append_printf(out, "\\%c", letters[found - special]);
        else if ((guchar)*c < 0x20 || *c == 0x7f)
            g_string_append_printf(out, "\\u%04x", (guchar)*c);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

static void print_double(GString *out, gdouble number)
{
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];

    if (number == 0)
        number = 0; /* "-0" would come back as the integer 0 */
    g_ascii_formatd(text, sizeof text, "%.15g", number);
    if (g_ascii_strtod(text, NULL) != number)
        g_ascii_dtostr(text, sizeof text, number);
    g_string_append(out, isfinite(number) ? text : "null"); /* JSON has no NaN */
}

static void print_value(GString *out, JsonNode *node)
{
    switch (json_node_get_value_type(node)) {
    case G_TYPE_STRING:
        print_string(out, json_node_get_string(node));
        break;
    case G_TYPE_BOOLEAN:
        g_string_append(out, json_node_get_boolean(node) ? "true" : "false");
        break;
    case G_TYPE_DOUBLE:
        print_double(out, json_node_get_double(node));
        break;
    default:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, json_node_get_int(node));
    }
}

static void print_object(GString *out, JsonObject *object)
{
    JsonObjectIter iter;
    const gchar *name, *comma = "";
    JsonNode *member;

    g_string_append_c(out, '{');
    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &name, &member)) {
        g_string_append(out, comma);
        print_string(out, name);
        g_string_append_c(out, ':');
        print_node(out, member);
        comma = ",";
    }
    g_string_append_c(out, '}');
}

static void print_array(GString *out, JsonArray *array)
{
    g_string_append_c(out, '[');
    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        print_node(out, json_array_get_element(array, i));
    }
    g_string_append_c(out, ']');
}

static void print_node(GString *out, JsonNode *node)
{
    switch (json_node_get_node_type(node)) {
    case JSON_NODE_OBJECT:
        print_object(out, json_node_get_object(node));
        break;
    case JSON_NODE_ARRAY:
        print_array(out, json_node_get_array(node));
        break;
    case JSON_NODE_VALUE:
        print_value(out, node);
        break;
    case JSON_NODE_NULL:
        g_string_append(out, "null");
        break;
    }
}

gchar *json_gate_print(JsonNode *node, gsize *len)
{
    GString *out = g_string_new(NULL);

    print_node(out, node);
    if (len != NULL)
        *len = out->len;
    return g_string_free(out, FALSE);
}

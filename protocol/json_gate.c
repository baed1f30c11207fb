/* One recursive-descent pass that only says yes or no; json-glib then builds the tree. Two passes cost
 * little at our sizes (64 KiB) and leave no JSON parser of our own to maintain: the gate knows the
 * grammar and the limits, nothing about values. Recursion is bounded by JSON_GATE_MAX_DEPTH.
 */
#include "protocol/json_gate.h"

#include <errno.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK(json - gate - error - quark, json_gate_error)

typedef struct {
    const gchar *p;
    const gchar *end;
    guint depth;
    GError **error;
} Gate;

static gboolean gate_value(Gate *gate);

static gboolean refuse(Gate *gate, JsonGateError code, const gchar *what)
{
    g_set_error_literal(gate->error, JSON_GATE_ERROR, (gint)code, what);
    return FALSE;
}

static gchar peek(const Gate *gate)
{
    return gate->p < gate->end ? *gate->p : '\0';
}

static void skip_space(Gate *gate)
{
    while (gate->p < gate->end && strchr(" \t\r\n", *gate->p) != NULL && *gate->p != '\0')
        gate->p++;
}

static gboolean gate_literal(Gate *gate, const gchar *word)
{
    gsize len = strlen(word);

    if ((gsize)(gate->end - gate->p) < len || memcmp(gate->p, word, len) != 0)
        return refuse(gate, JSON_GATE_ERROR_SYNTAX, "unknown word");
    gate->p += len;
    return TRUE;
}

static gboolean read_hex4(Gate *gate, gunichar *unit)
{
    *unit = 0;
    for (guint i = 0; i < 4; i++, gate->p++) {
        gint digit = g_ascii_xdigit_value(peek(gate));
        if (digit < 0)
            return refuse(gate, JSON_GATE_ERROR_SYNTAX, "\\u wants four hex digits");
        *unit = *unit << 4 | (gunichar)digit;
    }
    return TRUE;
}

/* After "\u". Surrogates must come in pairs, and U+0000 is refused: C strings would end there. */
static gboolean gate_unicode_escape(Gate *gate, GString *decoded)
{
    gunichar unit = 0, low = 0;

    if (!read_hex4(gate, &unit))
        return FALSE;
    if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return refuse(gate, JSON_GATE_ERROR_SYNTAX, "\\u0000 or a lone surrogate");
    if (unit >= 0xd800 && unit <= 0xdbff) {
        if (gate->end - gate->p < 2 || gate->p[0] != '\\' || gate->p[1] != 'u')
            return refuse(gate, JSON_GATE_ERROR_SYNTAX, "a lone surrogate");
        gate->p += 2;
        if (!read_hex4(gate, &low))
            return FALSE;
        if (low < 0xdc00 || low > 0xdfff)
            return refuse(gate, JSON_GATE_ERROR_SYNTAX, "a lone surrogate");
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    g_string_append_unichar(decoded, unit);
    return TRUE;
}

/* @decoded receives the text, so that "a" and "\u0061" count as the same key. UTF-8 was checked before. */
static gboolean gate_string(Gate *gate, GString *decoded)
{
    static const gchar escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";

    gate->p++; /* the opening quote */
    while (gate->p < gate->end) {
        gchar c = *gate->p++;
        if (c == '"')
            return TRUE;
        if ((guchar)c < 0x20)
            return refuse(gate, JSON_GATE_ERROR_SYNTAX, "control character in a string");
        if (c != '\\') {
            g_string_append_c(decoded, c);
            continue;
        }
        c = peek(gate);
        const gchar *found = c == '\0' ? NULL : strchr(escapes, c);
        if (found != NULL) {
            g_string_append_c(decoded, meanings[found - escapes]);
            gate->p++;
        } else if (c == 'u') {
            gate->p++;
            if (!gate_unicode_escape(gate, decoded))
                return FALSE;
        } else {
            return refuse(gate, JSON_GATE_ERROR_SYNTAX, "unknown escape");
        }
    }
    return refuse(gate, JSON_GATE_ERROR_SYNTAX, "string without end");
}

static gboolean gate_digits(Gate *gate)
{
    if (!g_ascii_isdigit(peek(gate)))
        return refuse(gate, JSON_GATE_ERROR_SYNTAX, "digit expected");
    while (g_ascii_isdigit(peek(gate)))
        gate->p++;
    return TRUE;
}

static gboolean gate_number(Gate *gate)
{
    const gchar *start = gate->p;
    gboolean integer = TRUE;

    if (peek(gate) == '-')
        gate->p++;
    if (peek(gate) == '0')
        gate->p++;
    else if (!gate_digits(gate))
        return FALSE;
    if (peek(gate) == '.') {
        integer = FALSE;
        gate->p++;
        if (!gate_digits(gate))
            return FALSE;
    }
    if (peek(gate) == 'e' || peek(gate) == 'E') {
        integer = FALSE;
        gate->p++;
        if (peek(gate) == '+' || peek(gate) == '-')
            gate->p++;
        if (!gate_digits(gate))
            return FALSE;
    }

    g_autofree gchar *text = g_strndup(start, (gsize)(gate->p - start));
    if (integer) {
        errno = 0;
        g_ascii_strtoll(text, NULL, 10);
        if (errno == ERANGE)
            return refuse(gate, JSON_GATE_ERROR_NUMBER, "integer outside int64");
    } else if (!isfinite(g_ascii_strtod(text, NULL))) {
        return refuse(gate, JSON_GATE_ERROR_NUMBER, "number too large");
    }
    return TRUE;
}

static gboolean gate_member(Gate *gate, GHashTable *keys)
{
    g_autoptr(GString) key = g_string_new(NULL);

    skip_space(gate);
    if (peek(gate) != '"')
        return refuse(gate, JSON_GATE_ERROR_SYNTAX, "member name expected");
    if (!gate_string(gate, key))
        return FALSE;
    if (!g_hash_table_add(keys, g_strdup(key->str)))
        return refuse(gate, JSON_GATE_ERROR_DUPLICATE_KEY, "an object names a key twice");
    skip_space(gate);
    if (peek(gate) != ':')
        return refuse(gate, JSON_GATE_ERROR_SYNTAX, "':' expected");
    gate->p++;
    return gate_value(gate);
}

/* @keys is NULL for an array. */
static gboolean gate_members(Gate *gate, gchar close, GHashTable *keys)
{
    gate->p++; /* the opening bracket */
    skip_space(gate);
    if (peek(gate) == close) {
        gate->p++;
        return TRUE;
    }
    for (;;) {
        if (!(keys != NULL ? gate_member(gate, keys) : gate_value(gate)))
            return FALSE;
        skip_space(gate);
        gchar c = peek(gate);
        if (c != ',' && c != close)
            return refuse(gate, JSON_GATE_ERROR_SYNTAX, "',' or a closing bracket expected");
        gate->p++;
        if (c == close)
            return TRUE;
    }
}

static gboolean gate_container(Gate *gate)
{
    gboolean is_object = peek(gate) == '{';
    g_autoptr(GHashTable) keys = NULL;

    if (gate->depth >= JSON_GATE_MAX_DEPTH)
        return refuse(gate, JSON_GATE_ERROR_TOO_DEEP, "nested too deep");
    if (is_object)
        keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gate->depth++;
    gboolean ok = gate_members(gate, is_object ? '}' : ']', keys);
    gate->depth--;
    return ok;
}

static gboolean gate_value(Gate *gate)
{
    skip_space(gate);
    switch (peek(gate)) {
    case '{':
    case '[':
        return gate_container(gate);
    case '"': {
        g_autoptr(GString) ignored = g_string_new(NULL);
        return gate_string(gate, ignored);
    }
    case 't':
        return gate_literal(gate, "true");
    case 'f':
        return gate_literal(gate, "false");
    case 'n':
        return gate_literal(gate, "null");
    default:
        return gate_number(gate);
    }
}

JsonNode *json_gate_parse(const gchar *text, gsize len, GError **error)
{
    Gate gate = {.p = text, .end = text + len, .error = error};
    g_autoptr(JsonParser) parser = NULL;

    if (!g_utf8_validate_len(text, len, NULL)) { /* also refuses NUL bytes */
        refuse(&gate, JSON_GATE_ERROR_SYNTAX, "not UTF-8");
        return NULL;
    }
    if (!gate_value(&gate))
        return NULL;
    skip_space(&gate);
    if (gate.p != gate.end) {
        refuse(&gate, JSON_GATE_ERROR_SYNTAX, "text after the value");
        return NULL;
    }
    parser = json_parser_new_immutable();
    if (!json_parser_load_from_data(parser, text, (gssize)len, NULL)) {
        refuse(&gate, JSON_GATE_ERROR_SYNTAX, "not JSON");
        return NULL;
    }
    return json_parser_steal_root(parser);
}

JsonObject *json_gate_parse_object(const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonNode) root = json_gate_parse(text, len, error);

    if (root == NULL)
        return NULL;
    if (!JSON_NODE_HOLDS_OBJECT(root)) {
        g_set_error_literal(error, JSON_GATE_ERROR, JSON_GATE_ERROR_SYNTAX, "an object is expected");
        return NULL;
    }
    return json_node_dup_object(root);
}

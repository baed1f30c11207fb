/* JSON gate: strict RFC 8259 in front of every json-glib parse.
 * json-glib 1.6.6 crashes on 80,000 nested brackets, turns 99999999999999999999 into -1 and accepts
 * duplicate keys, 0x10 and trailing text. Pure; no allocation beyond the keys of the open objects.
 */
#pragma once

#include <json-glib/json-glib.h>

#define JSON_GATE_MAX_DEPTH 16

/**
 * JsonGateError:
 * @JSON_GATE_ERROR_SYNTAX: not RFC 8259, not UTF-8, trailing text, empty
 * @JSON_GATE_ERROR_DUPLICATE_KEY: an object names a key twice
 * @JSON_GATE_ERROR_TOO_DEEP: nested deeper than %JSON_GATE_MAX_DEPTH
 * @JSON_GATE_ERROR_NUMBER: an integer outside int64, or a number that no double holds (1e999)
 */
typedef enum {
    JSON_GATE_ERROR_SYNTAX,
    JSON_GATE_ERROR_DUPLICATE_KEY,
    JSON_GATE_ERROR_TOO_DEEP,
    JSON_GATE_ERROR_NUMBER,
} JsonGateError;
#define JSON_GATE_ERROR (json_gate_error_quark())
GQuark json_gate_error_quark(void);

/**
 * json_gate_parse:
 * @text: (array length=len): hostile bytes; need not be NUL-terminated. The caller bounds @len.
 *
 * Returns: (transfer full) (nullable): the root; NULL with a #JsonGateError
 */
JsonNode *json_gate_parse(const gchar *text, gsize len, GError **error);

/* As json_gate_parse(), and the root must be an object: %JSON_GATE_ERROR_SYNTAX otherwise. (transfer full) */
JsonObject *json_gate_parse_object(const gchar *text, gsize len, GError **error);

/* Returns: (transfer full): compact JSON; @len (out) (optional) in bytes. Takes over nothing. */
gchar *json_gate_print(JsonNode *node, gsize *len);

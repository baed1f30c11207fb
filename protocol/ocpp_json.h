/* OCPP JSON: json_read.h with OCPP's error codes and length rules. For the message modules only.
 * Missing -> OccurrenceConstraintViolation, other type -> TypeConstraintViolation, other value ->
 * PropertyConstraintViolation; each error names the field. Unknown fields are ignored.
 */
#pragma once

#include "protocol/json_read.h"
#include "protocol/json_write.h"
#include "protocol/ocpp_error.h"

/* All readers: as in json_read.h: absent and optional leaves *value alone. */

/* @buffer has OCPP_TEXT_BYTES(max_chars); length is counted in characters, as the schemas count. */
gboolean ocpp_read_text(JsonObject *json, const gchar *name, JsonPresence presence, gsize max_chars,
                        gchar *buffer, GError **error);
/* (out) borrowed; for texts too long for a fixed buffer. */
gboolean ocpp_read_long_text(JsonObject *json, const gchar *name, JsonPresence presence, gsize max_chars,
                             const gchar **value, GError **error);
/* @buffer has OCPP_IDENTIFIER_BYTES(max_chars); printable ASCII only (part 2, identifierString). */
gboolean ocpp_read_identifier(JsonObject *json, const gchar *name, JsonPresence presence, gsize max_chars,
                              gchar *buffer, GError **error);
/* OCPP integers have 32 bits. 3.0 is an integer too (JSON Schema draft 6). */
gboolean ocpp_read_int32(JsonObject *json, const gchar *name, JsonPresence presence, gint32 min, gint32 max,
                         gint32 *value, GError **error);
/* Optional, any value; *has tells whether it was there. */
gboolean ocpp_read_maybe_int32(JsonObject *json, const gchar *name, gboolean *has, gint32 *value,
                               GError **error);
gboolean ocpp_read_int64(JsonObject *json, const gchar *name, JsonPresence presence, gint64 min, gint64 max,
                         gint64 *value, GError **error);
gboolean ocpp_read_number(JsonObject *json, const gchar *name, JsonPresence presence, gdouble *value,
                          GError **error);
/* Optional; *has tells whether it was there. */
gboolean ocpp_read_maybe_number(JsonObject *json, const gchar *name, gboolean *has, gdouble *value,
                                GError **error);
gboolean ocpp_read_boolean(JsonObject *json, const gchar *name, JsonPresence presence, gboolean *value,
                           GError **error);
gboolean ocpp_read_time(JsonObject *json, const gchar *name, JsonPresence presence, gint64 *unix_ms,
                        GError **error);
/* @names: (array zero-terminated=1); "" in it stands for "not there" and never matches. */
gboolean ocpp_read_enum(JsonObject *json, const gchar *name, JsonPresence presence, const gchar *const *names,
                        guint *value, GError **error);
/* 1..@max elements into @values; *n is 0 when absent. */
gboolean ocpp_read_int32s(JsonObject *json, const gchar *name, JsonPresence presence, guint max,
                          gint32 *values, guint *n, GError **error);
/* A list of words, each at most once: bit i of *mask for the i-th name; 0 when absent. */
gboolean ocpp_read_enums(JsonObject *json, const gchar *name, JsonPresence presence,
                         const gchar *const *names, guint *mask, GError **error);
/* (out) borrowed */
gboolean ocpp_read_object(JsonObject *json, const gchar *name, JsonPresence presence, JsonObject **value,
                          GError **error);
/* (out) borrowed; 1..@max_elements objects: an empty list is an occurrence violation (part 4, 4.1.5). */
gboolean ocpp_read_objects(JsonObject *json, const gchar *name, JsonPresence presence, guint max_elements,
                           JsonArray **value, GError **error);

/* Nothing is written for an empty list (part 4, 4.1.5). */
void ocpp_write_int32s(JsonObject *json, const gchar *name, const gint32 *values, guint n);
void ocpp_write_enums(JsonObject *json, const gchar *name, const gchar *const *names, guint mask);

/* Puts "@name." before the field that @error names. Returns: FALSE, for the end of a return line. */
gboolean ocpp_json_within(const gchar *name, GError **error);

/* JSON read: fields of a JSON object into checked C values. Pure.
 * One error per wrong field, naming it, so that the sender can mend it. Unknown fields are ignored
 * (both OCPI and REST clients may be newer than we are).
 */
#pragma once

#include <json-glib/json-glib.h>

/**
 * JsonReadError:
 * @JSON_READ_ERROR_MISSING: a required field is absent (or null)
 * @JSON_READ_ERROR_TYPE: present with another JSON type
 * @JSON_READ_ERROR_VALUE: right type, but outside the documented range, length or list
 */
typedef enum {
    JSON_READ_ERROR_MISSING,
    JSON_READ_ERROR_TYPE,
    JSON_READ_ERROR_VALUE,
} JsonReadError;
#define JSON_READ_ERROR (json_read_error_quark())
GQuark json_read_error_quark(void);

typedef enum { JSON_OPTIONAL, JSON_REQUIRED } JsonPresence;

/* All readers: TRUE and *value set; TRUE and *value untouched when an optional field is absent; FALSE and
 * @error. */

/* @max_bytes counts UTF-8 bytes without NUL. (out) borrowed from @object. */
gboolean json_read_string(JsonObject *object, const gchar *name, JsonPresence presence, gsize max_bytes,
                          const gchar **value, GError **error);
/* Copies into @buffer (size in bytes, NUL included); longer text is a VALUE error. Absent leaves @buffer
 * alone. */
gboolean json_read_text(JsonObject *object, const gchar *name, JsonPresence presence, gchar *buffer,
                        gsize size, GError **error);
gboolean json_read_int(JsonObject *object, const gchar *name, JsonPresence presence, gint64 min, gint64 max,
                       gint64 *value, GError **error);
/* Accepts integers and decimals. */
gboolean json_read_number(JsonObject *object, const gchar *name, JsonPresence presence, gdouble min,
                          gdouble max, gdouble *value, GError **error);
gboolean json_read_boolean(JsonObject *object, const gchar *name, JsonPresence presence, gboolean *value,
                           GError **error);
/* RFC 3339, see utc_time.h */
gboolean json_read_time(JsonObject *object, const gchar *name, JsonPresence presence, gint64 *unix_ms,
                        GError **error);
/* @names: (array zero-terminated=1); *value is the index of the text found. */
gboolean json_read_enum(JsonObject *object, const gchar *name, JsonPresence presence,
                        const gchar *const *names, guint *value, GError **error);
/* (out) borrowed */
gboolean json_read_object(JsonObject *object, const gchar *name, JsonPresence presence, JsonObject **value,
                          GError **error);
/* (out) borrowed; every element is an object when @of_objects. */
gboolean json_read_array(JsonObject *object, const gchar *name, JsonPresence presence, guint max_elements,
                         gboolean of_objects, JsonArray **value, GError **error);

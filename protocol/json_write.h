/* JSON write: the few setters that json-glib lacks. Pure. */
#pragma once

#include <json-glib/json-glib.h>

/* RFC 3339 UTC with milliseconds. */
void json_write_time(JsonObject *object, const gchar *name, gint64 unix_ms);

/* Leaves the member out when @text is empty: absent and "" mean the same in our contracts. */
void json_write_text(JsonObject *object, const gchar *name, const gchar *text);

/* Returns: (transfer full): a node that owns @object (transfer full) */
JsonNode *json_write_node(JsonObject *object);

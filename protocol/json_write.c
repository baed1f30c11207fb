#include "protocol/json_write.h"

#include "base/utc_time.h"

void json_write_time(JsonObject *object, const gchar *name, gint64 unix_ms)
{
    gchar text[UTC_TIME_TEXT_BYTES];

    utc_time_format(unix_ms, text);
    json_object_set_string_member(object, name, text);
}

void json_write_text(JsonObject *object, const gchar *name, const gchar *text)
{
    if (*text != '\0')
        json_object_set_string_member(object, name, text);
}

JsonNode *json_write_node(JsonObject *object)
{
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_node_take_object(node, object);
    return node;
}

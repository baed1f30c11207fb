#include "ui-bridge/view/view_json.h"

#include "protocol/json_gate.h"

const gchar *view_say(View *view, const gchar *kind, const gchar *word)
{
    const gchar *text = words_find(view->language, kind, word);

    return text != NULL ? text : word;
}

void view_put(View *view, const gchar *name, const gchar *text)
{
    json_builder_set_member_name(view->json, name);
    json_builder_add_string_value(view->json, text);
}

void view_put_flag(View *view, const gchar *name, gboolean flag)
{
    json_builder_set_member_name(view->json, name);
    json_builder_add_boolean_value(view->json, flag);
}

void view_put_number(View *view, const gchar *name, gint64 number)
{
    json_builder_set_member_name(view->json, name);
    json_builder_add_int_value(view->json, number);
}

void view_put_null(View *view, const gchar *name)
{
    json_builder_set_member_name(view->json, name);
    json_builder_add_null_value(view->json);
}

void view_begin(View *view, const gchar *name)
{
    if (name != NULL)
        json_builder_set_member_name(view->json, name);
    json_builder_begin_object(view->json);
}

void view_begin_list(View *view, const gchar *name)
{
    json_builder_set_member_name(view->json, name);
    json_builder_begin_array(view->json);
}

void view_end(View *view)
{
    json_builder_end_object(view->json);
}

void view_end_list(View *view)
{
    json_builder_end_array(view->json);
}

gchar *view_finish(View *view)
{
    g_autoptr(JsonNode) root = NULL;

    json_builder_end_object(view->json);
    root = json_builder_get_root(view->json);
    return json_gate_print(root, NULL); /* 0.49, where json-glib says 0.48999999999999999 */
}

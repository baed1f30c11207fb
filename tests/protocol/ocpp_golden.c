#include "tests/protocol/ocpp_golden.h"

#include <string.h>

#include "protocol/json_gate.h"

static void golden_free(gpointer data)
{
    OcppGolden *golden = data;

    g_free(golden->text);
    json_node_unref(golden->root);
    g_free(golden);
}

static const gchar *text_of(JsonObject *entry, const gchar *name)
{
    return json_object_get_string_member_with_default(entry, name, NULL);
}

static OcppGolden *golden_new(JsonNode *root, const gchar *file, JsonObject *entry)
{
    OcppGolden *golden = g_new0(OcppGolden, 1);

    golden->root = json_node_ref(root);
    golden->file = file;
    golden->name = text_of(entry, "name");
    golden->answers = text_of(entry, "answers");
    golden->error = text_of(entry, "error");
    golden->id = text_of(entry, "id");
    if (json_object_has_member(entry, "becomes"))
        golden->becomes = json_object_get_object_member(entry, "becomes");
    if (json_object_has_member(entry, "text"))
        golden->text = g_strdup(text_of(entry, "text"));
    else
        golden->text = json_gate_print(json_object_get_member(entry, "frame"), NULL);
    golden->len = strlen(golden->text);
    return golden;
}

GPtrArray *ocpp_golden_load(const gchar *folder)
{
    static const gchar *const files[] = {"authorization.json", "availability.json", "charging_profile.json",
                                         "display.json",       "frames.json",       "local_list.json",
                                         "monitoring.json",    "provisioning.json", "remote_control.json",
                                         "reservation.json",   "transactions.json", "variables.json"};
    GPtrArray *all = g_ptr_array_new_with_free_func(golden_free);

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree gchar *path = g_build_filename(folder, files[i], NULL);
        g_autofree gchar *text = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) root = NULL;
        gsize len = 0;

        if (!g_file_get_contents(path, &text, &len, &error) || !(root = json_gate_parse(text, len, &error)))
            g_error("%s: %s", path, error->message);
        JsonArray *list = json_node_get_array(root);
        for (guint j = 0; j < json_array_get_length(list); j++)
            g_ptr_array_add(all, golden_new(root, files[i], json_array_get_object_element(list, j)));
    }
    return all;
}

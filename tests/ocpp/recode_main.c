/* Prints what our codec makes of every good golden frame, as a message log for schema-check.mjs. */
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/ocpp_frame.h"
#include "tests/protocol/ocpp_golden.h"
#include "tests/protocol/ocpp_recode.h"

static gboolean print_one(const OcppGolden *golden)
{
    g_auto(OcppFrame) frame = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) payload = NULL;
    OcppAction action;

    if (!ocpp_frame_parse(golden->text, golden->len, &frame, &error) ||
        !ocpp_action_from_name(golden->answers != NULL ? golden->answers : frame.action, &action) ||
        !(payload = ocpp_recode(action, golden->answers != NULL, frame.payload, &error))) {
        g_printerr("%s: %s\n", golden->name, error != NULL ? error->message : "unknown action");
        return FALSE;
    }
    g_autofree gchar *text = golden->answers != NULL
                                 ? ocpp_frame_print_result(frame.id, payload)
                                 : ocpp_frame_print_call(frame.id, ocpp_action_name(action), payload);
    g_print("{\"from\":\"%s\",\"action\":\"%s\",\"frame\":%s}\n", golden->answers != NULL ? "server" : "pile",
            ocpp_action_name(action), text);
    return TRUE;
}

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) all = NULL;

    if (argc != 2) {
        g_printerr("usage: %s GOLDEN_FOLDER\n", argv[0]);
        return 2;
    }
    all = ocpp_golden_load(argv[1]);
    for (guint i = 0; i < all->len; i++) {
        const OcppGolden *golden = g_ptr_array_index(all, i);
        if (golden->error == NULL && !print_one(golden))
            return 1;
    }
    return 0;
}

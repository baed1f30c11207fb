/* Any bytes as a script: steps in order and in range, or an error that names a line. */
#include "pile-sim/model/script.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) steps = script_parse("f", (const gchar *)data, size, 3, &error);
    gint64 last_ms = 0;

    if (steps == NULL) {
        g_assert_true(error != NULL && g_str_has_prefix(error->message, "f:"));
        return 0;
    }
    for (guint i = 0; i < steps->len; i++) {
        const ScriptStep *step = &g_array_index(steps, ScriptStep, i);

        g_assert_true(step->at_ms >= last_ms && step->at_ms <= SCRIPT_MAX_SECONDS * G_GINT64_CONSTANT(1000));
        g_assert_true(step->command.evse >= 1 && step->command.evse <= 3);
        last_ms = step->at_ms;
    }
    return 0;
}

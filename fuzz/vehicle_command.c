/* Lines for rearcharge-gear serve: each becomes a value of its property's type, or one line of complaint. */
#include "dbus/vehicle_command.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_value(const VehicleCommand *command)
{
    g_autoptr(GVariant) unknown = g_variant_ref_sink(vehicle_command_unknown(command->property));

    g_assert_true(g_variant_is_of_type(command->value, g_variant_get_type(unknown)));
    if (g_variant_is_of_type(command->value, G_VARIANT_TYPE_DOUBLE))
        g_assert_true(isfinite(g_variant_get_double(command->value)));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 64);

    for (guint i = 0; lines[i] != NULL; i++) {
        VehicleCommand command = {0};
        g_autoptr(GError) error = NULL;

        if (vehicle_command_parse(lines[i], &command, &error)) {
            check_value(&command);
            g_variant_unref(command.value);
        } else {
            g_assert_nonnull(error);
            g_assert_null(strchr(error->message, '\n'));
        }
    }
    return 0;
}

/* Any text typed at a keypad, the first byte days later: read as 16 digits or not, and only a code of this
 * place is accepted. */
#include "protocol/offline_code.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const OfflineCodePlace place = {
        .secret = "0123456789abcdef0123456789abcdef", .station = "CS-1", .evse = 1};
    gchar digits[OFFLINE_CODE_BYTES], again[OFFLINE_CODE_BYTES], made[OFFLINE_CODE_BYTES];
    gint64 floor_s = G_GINT64_CONSTANT(1795244400);
    OfflineCode code = {0};
    guint step = 0;
    g_autofree gchar *grouped = NULL;

    if (size == 0)
        return 0;
    floor_s += (gint64)data[0] * 86400; /* other days, other periods */
    if (!offline_code_read((const gchar *)data + 1, size - 1, digits))
        return 0;
    g_assert_cmpuint(strlen(digits), ==, OFFLINE_CODE_DIGITS);
    grouped = offline_code_group(digits);
    g_assert_true(offline_code_read(grouped, strlen(grouped), again) && g_str_equal(digits, again));
    if (offline_code_check(&place, floor_s, digits, &code) == OFFLINE_CODE_WRONG)
        return 0;
    g_assert_cmpint(offline_code_expires_s(code.slot), >, floor_s - 400 * 86400);
    g_assert_true(offline_code_step_for(offline_code_energy_wh(code.energy_step), &step) &&
                  step == code.energy_step);
    offline_code_make(&place, &code, made); /* whatever is accepted is exactly what would be made */
    g_assert_true(g_str_equal(made, digits));
    return 0;
}

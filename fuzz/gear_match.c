/* The [gear] section, "key=value" a line, and one value of the bus after an empty line (GVariant text). */
#include "dbus/gear_match.h"
#include "fuzz/variant_text.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static GearMatch *match_from_lines(const gchar *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 64);
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    GearMatch *match;

    for (guint i = 0; lines[i] != NULL; i++) {
        const gchar *equals = strchr(lines[i], '=');
        if (equals == NULL)
            continue;
        g_ptr_array_add(pairs, g_strndup(lines[i], (gsize)(equals - lines[i])));
        g_ptr_array_add(pairs, g_strdup(equals + 1));
    }
    g_ptr_array_add(pairs, NULL);
    match = gear_match_new("fuzz", (const gchar *const *)pairs->pdata, &error);
    g_assert((match == NULL) == (error != NULL));
    if (error != NULL)
        g_assert_null(strchr(error->message, '\n'));
    return match;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    gchar *gap = strstr(text, "\n\n");
    g_autoptr(GearMatch) match = NULL;
    g_autoptr(GVariant) value = NULL;
    Gear gear = GEAR_UNKNOWN;
    gdouble kmh = 0;

    if (size > 4096)
        return 0;
    if (gap != NULL)
        *gap = '\0';
    match = match_from_lines(text);
    if (match == NULL || gap == NULL || !variant_text_is_fit(gap + 2)) /* g_variant_parse() wants UTF-8 */
        return 0;
    value = g_variant_parse(NULL, gap + 2, NULL, NULL, NULL);
    if (value == NULL)
        return 0;
    if (gear_match_gear(match, value, &gear))
        g_assert_cmpint(gear, <, GEAR_COUNT);
    if (gear_match_speed(match, value, &kmh))
        g_assert_true(isfinite(kmh) && (kmh >= 0 || (kmh <= SPEED_KMH_UNKNOWN && kmh >= SPEED_KMH_UNKNOWN)));
    return 0;
}

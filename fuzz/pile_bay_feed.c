/* Any bytes as the feed of a bay detector, whole and in pieces: the same commands, in range; a bad line
 * changes nothing of the next.
 */
#include <string.h>

#include "pile-sim/model/bay_feed.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void note(const SimCommand *command, gpointer data)
{
    GString *said = data;

    if (command == NULL) {
        g_string_append(said, "bad\n");
        return;
    }
    g_assert_true(command->action == SIM_BAY && command->evse >= 1 && command->evse <= 3);
    g_assert_true(!(command->on && command->broken));
    g_string_append_printf(said, "%u %d %d\n", command->evse, command->on, command->broken);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GString) whole = g_string_new(NULL), pieces = g_string_new(NULL);
    BayFeed at_once = BAY_FEED_INIT(3), one_by_one = BAY_FEED_INIT(3);

    bay_feed_push(&at_once, (const gchar *)data, size, note, whole);
    for (gsize i = 0; i < size; i++)
        bay_feed_push(&one_by_one, (const gchar *)data + i, 1, note, pieces);
    g_assert_cmpstr(whole->str, ==, pieces->str);
    g_assert_true(at_once.n_bad <= at_once.n_lines && at_once.n_lines == one_by_one.n_lines);
    g_string_truncate(whole, 0);
    bay_feed_push(&at_once, "\n2 free\n", 8, note, whole);
    g_assert_true(g_str_has_suffix(whole->str, "2 0 0\n"));
    return 0;
}

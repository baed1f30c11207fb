/* Any bytes as a stored record of who may charge: name, blank, JSON. As it is (the seal must be judged), and
 * sealed by our own key, so that what lies behind the seal is read too. The station starts whatever it finds.
 */
#include "pile-sim/model/station.h"
#include "pile-sim/model/station_internal.h"
#include "protocol/json_gate.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    StationConfig config = {.identity = "CS-1", .n_evses = 2, .max_power_w = 150000, .speed = 1};
    StationTime now = {1000, G_GINT64_CONSTANT(1795244400000), 5000};
    g_autoptr(Station) station = station_new(&config);
    g_autoptr(GArray) effects = effects_new();
    g_autofree gchar *text = g_strndup((const gchar *)data, MIN(size, 65536));
    gchar *space = strchr(text, ' ');
    g_autoptr(JsonObject) content = NULL;

    if (space == NULL)
        return 0;
    *space = '\0';
    station_restore(station, text, space + 1, now, NULL);
    content = json_gate_parse_object(space + 1, strlen(space + 1), NULL);
    if (content != NULL) {
        g_autoptr(JsonObject) sealed = seal_close(config.device.key, text, content);
        g_autoptr(JsonObject) opened = seal_open(config.device.key, text, sealed, NULL);
        g_autofree gchar *record = station_text(sealed);

        g_assert_nonnull(opened);
        station_restore(station, text, record, now, NULL);
    }
    station_start(station, now, effects);
    station_stop(station, now, effects);
    return 0;
}

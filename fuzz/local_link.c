/* Bodies of the local link against a station without network: a path, a blank, JSON; a line each. "+n" lets n
 * seconds pass. Invariants: an answer for each, energy only for what was admitted, locks never shrink by
 * asking.
 */
#include "pile-sim/model/station.h"
#include "pile-sim/model/station_internal.h"
#include "protocol/json_gate.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void show(Station *station, StationTime now, GArray *effects, const gchar *path, const gchar *json)
{
    g_autoptr(JsonObject) body = json_gate_parse_object(json, strlen(json), NULL);
    ShowingKind kind = 0;
    Showing showing = {0};
    const Admission *answer = NULL;
    g_autoptr(JsonObject) told = NULL;
    gboolean granted = station->evses[0].grant.token.present;

    if (body == NULL || !showing_kind_from_path(path, &kind) ||
        !showing_from_json(kind, body, &showing, NULL))
        return;
    showing.evse = 1;
    answer = station_show(station, &showing, now, effects);
    g_assert_true((answer->outcome == ADMISSION_REFUSED) == (answer->reason != ADMISSION_FINE));
    g_assert_true(answer->reason == ADMISSION_FINE || *admission_reason_word(answer->reason) != '\0');
    if (answer->outcome == ADMISSION_REFUSED)
        g_assert_true(station->evses[0].grant.token.present == granted);
    told = admission_to_json(answer);
    g_array_set_size(effects, 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const gchar *const keys[] = {"DEABCE11"};
    StationConfig config = {
        .identity = "CS-1", .n_evses = 1, .max_power_w = 150000, .speed = 1, .evse_keys = keys};
    StationTime now = {1000, G_GINT64_CONSTANT(1795244400000), 5000};
    g_autoptr(Station) station = station_new(&config);
    g_autoptr(GArray) effects = effects_new();
    g_autofree gchar *text = g_strndup((const gchar *)data, MIN(size, 8192));
    g_auto(GStrv) lines = g_strsplit(text, "\n", 32);
    SimCommand plug = {.action = SIM_PLUG, .evse = 1};
    const gchar *why = NULL;

    variables_put(&station->variables, VARIABLE_OFFLINE_CODE_SECRET, "0123456789abcdef0123456789abcdef");
    variables_put(&station->variables, VARIABLE_OFFLINE_VOUCHER_KEYS,
                  "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"); /* of examples/offline/voucher.json */
    station_start(station, now, effects);
    time_floor_hear_server(&station->offline.floor, now.unix_ms, now.boot_ms);
    vehicle_from_preset("compact", &plug.vehicle);
    station_simulate(station, &plug, now, effects, &why);
    g_array_set_size(effects, 0);
    for (guint i = 0; lines[i] != NULL; i++) {
        gchar *space = strchr(lines[i], ' ');

        if (lines[i][0] == '+') {
            gint64 ms = (gint64)MIN(g_ascii_strtoull(lines[i] + 1, NULL, 10), 100000) * 1000;
            now = (StationTime){now.mono_ms + ms, now.unix_ms + ms, now.boot_ms + ms};
            station_tick(station, now, effects);
            g_array_set_size(effects, 0);
        } else if (space != NULL) {
            *space = '\0';
            show(station, now, effects, lines[i], space + 1);
        }
    }
    return 0;
}

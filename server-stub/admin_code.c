/* Sub-commands: vehicle codes, and what piles need for codes of their own. */
#include "server-stub/admin.h"

#include "base/identifier.h"
#include "base/utc_time.h"
#include "protocol/ocpp_common.h"
#include "server-stub/vehicle_code_input.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

static gboolean wrong(GError **error, const gchar *what)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, what);
    return FALSE;
}

/* --state and the names that follow. (transfer full) (nullable) */
static Store *open_with(gint *argc, gchar ***argv, const GOptionEntry *more, gint n_names, const gchar *usage,
                        GError **error)
{
    g_autofree gchar *state = NULL;
    const GOptionEntry entries[] = {{"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
                                    {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new(usage);

    g_option_context_add_main_entries(context, entries, NULL);
    if (more != NULL)
        g_option_context_add_main_entries(context, more, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return NULL;
    if (*argc != n_names + 1 || state == NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "usage: rearcharge-server %s --state FILE",
                    usage);
        return NULL;
    }
    return store_open(state, error);
}

gboolean admin_code_add(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *type = NULL;
    g_autofree gchar *station = NULL;
    g_autofree gchar *expires = NULL;
    g_autofree gchar *currency = NULL;
    gint64 max_energy_wh = VEHICLE_CODE_DEFAULT_ENERGY_WH, max_cost_minor = VEHICLE_CODE_DEFAULT_COST_MINOR;
    const GOptionEntry entries[] = {
        {"type", 0, 0, G_OPTION_ARG_STRING, &type, "Central (default), MacAddress, eMAID ...", "TYPE"},
        {"station", 0, 0, G_OPTION_ARG_STRING, &station, "only there; default: every pile", "ID"},
        {"expires", 0, 0, G_OPTION_ARG_STRING, &expires, "2026-12-31T00:00:00Z", "TIME"},
        {"max-energy-wh", 0, 0, G_OPTION_ARG_INT64, &max_energy_wh, "per charge", "WH"},
        {"max-cost-minor", 0, 0, G_OPTION_ARG_INT64, &max_cost_minor, "per charge", "MINOR"},
        {"currency", 0, 0, G_OPTION_ARG_STRING, &currency, "default EUR", "EUR"},
        {NULL}};
    g_autoptr(Store) store = open_with(&argc, &argv, entries, 2, "code add VEHICLE ID_TOKEN", error);
    StationRow place;
    VehicleCodeRow row;
    const gchar *complaint;

    if (store == NULL)
        return FALSE;
    complaint = vehicle_code_make(argv[1], type, argv[2], station, g_get_real_time() / 1000, &row);
    if (complaint != NULL)
        return wrong(error, complaint);
    row.max_energy_wh = max_energy_wh;
    row.max_cost_minor = max_cost_minor;
    if (currency != NULL)
        g_strlcpy(row.currency, currency, sizeof row.currency);
    if (expires != NULL && !utc_time_parse(expires, &row.expires_ms))
        return wrong(error, "--expires: want 2026-12-31T00:00:00Z");
    complaint = vehicle_code_complaint(&row);
    if (complaint != NULL)
        return wrong(error, complaint);
    if (station != NULL && !store_station(store, station, &place, error))
        return error != NULL && *error != NULL ? FALSE : wrong(error, "--station: no such station");
    if (!store_vehicle_code_add(store, &row, error)) {
        g_prefix_error(error, "no vehicle %s, or the token is taken? ", argv[1]);
        return FALSE;
    }
    printf("code %s\n", row.code_id);
    return TRUE;
}

/* By its id. */
static gboolean change_code(gint argc, gchar **argv, const gchar *usage,
                            gboolean (*change)(Store *, const gchar *, GError **), GError **error)
{
    g_autoptr(Store) store = open_with(&argc, &argv, NULL, 1, usage, error);
    VehicleCodeRow row;

    if (store == NULL)
        return FALSE;
    if (!store_vehicle_code(store, argv[1], &row, error))
        return error != NULL && *error != NULL ? FALSE : wrong(error, "no such code; see: code list");
    return change(store, argv[1], error);
}

static gboolean block(Store *store, const gchar *code_id, GError **error)
{
    return store_vehicle_code_block(store, code_id, TRUE, error);
}

static gboolean unblock(Store *store, const gchar *code_id, GError **error)
{
    return store_vehicle_code_block(store, code_id, FALSE, error);
}

gboolean admin_code_remove(gint argc, gchar **argv, GError **error)
{
    return change_code(argc, argv, "code remove CODE_ID", store_vehicle_code_remove, error);
}

gboolean admin_code_block(gint argc, gchar **argv, GError **error)
{
    return change_code(argc, argv, "code block CODE_ID", block, error);
}

gboolean admin_code_unblock(gint argc, gchar **argv, GError **error)
{
    return change_code(argc, argv, "code unblock CODE_ID", unblock, error);
}

gboolean admin_code_list(gint argc, gchar **argv, GError **error)
{
    g_autoptr(Store) store = open_with(&argc, &argv, NULL, 0, "code list", error);
    g_autoptr(GArray) rows = NULL;

    if (store == NULL || (rows = store_vehicle_codes(store, NULL, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const VehicleCodeRow *row = &g_array_index(rows, VehicleCodeRow, i);

        printf("%s\t%s\t%s\t%s\t%s\t%s\n", row->code_id, row->vehicle_id, ocpp_id_token_type_names[row->type],
               row->id_token, row->station_id[0] != '\0' ? row->station_id : "every pile",
               row->blocked ? "blocked" : "good");
    }
    return TRUE;
}

gboolean admin_station_codes(gint argc, gchar **argv, GError **error)
{
    g_autoptr(Store) store = open_with(&argc, &argv, NULL, 2, "station codes ID on|off", error);
    g_autofree gchar *secret = identifier_new_secret(32);
    StationRow row;
    gboolean on;

    if (store == NULL)
        return FALSE;
    on = g_str_equal(argv[2], "on");
    if (!on && !g_str_equal(argv[2], "off"))
        return wrong(error, "station codes: want on or off");
    if (!store_station(store, argv[1], &row, error))
        return error != NULL && *error != NULL ? FALSE : wrong(error, "no such station");
    return store_code_secret_set(store, argv[1], on ? secret : NULL, error);
}

gboolean admin_station_link(gint argc, gchar **argv, GError **error)
{
    g_autoptr(Store) store = open_with(&argc, &argv, NULL, 2, "station link ID http://HOST:PORT|none", error);
    StationRow row;
    const gchar *url;

    if (store == NULL)
        return FALSE;
    url = g_str_equal(argv[2], "none") ? "" : argv[2];
    if (url[0] != '\0' && !api_link_url_is_valid(url))
        return wrong(error, "station link: want http://HOST[:PORT] or none");
    if (!store_station(store, argv[1], &row, error))
        return error != NULL && *error != NULL ? FALSE : wrong(error, "no such station");
    return store_station_link_set(store, argv[1], url, error);
}

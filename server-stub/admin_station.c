#include "server-stub/admin.h"

#include "base/identifier.h"
#include "protocol/evse_id.h"
#include "protocol/totp.h"
#include "server-stub/secret.h"
#include "server-stub/store/station_rows.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define TOTP_VALIDITY_S 30
#define TOTP_LENGTH 12

typedef struct {
    gchar *state, *name, *evses, *operator_name, *tariff, *password_file, *secret_file, *connector;
    gdouble latitude, longitude;
    gint64 power_w;
} StationOptions;

static void options_clear(StationOptions *o)
{
    g_free(o->state);
    g_free(o->name);
    g_free(o->evses);
    g_free(o->operator_name);
    g_free(o->tariff);
    g_free(o->password_file);
    g_free(o->secret_file);
    g_free(o->connector);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StationOptions, options_clear)

static gboolean wrong(GError **error, const gchar *what, const gchar *wanted)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: want %s", what, wanted);
    return FALSE;
}

static gboolean read_options(gint *argc, gchar ***argv, StationOptions *o, GError **error)
{
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &o->state, "SQLite file", "FILE"},
        {"name", 0, 0, G_OPTION_ARG_STRING, &o->name, "what drivers see", "TEXT"},
        {"evse", 0, 0, G_OPTION_ARG_STRING, &o->evses, "EVSE ids as printed, by EVSE number", "ID[,ID...]"},
        {"operator", 0, 0, G_OPTION_ARG_STRING, &o->operator_name, "what drivers see", "NAME"},
        {"latitude", 0, 0, G_OPTION_ARG_DOUBLE, &o->latitude, "WGS84 degrees", "DEG"},
        {"longitude", 0, 0, G_OPTION_ARG_DOUBLE, &o->longitude, "WGS84 degrees", "DEG"},
        {"tariff", 0, 0, G_OPTION_ARG_STRING, &o->tariff, "tariff id", "ID"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &o->password_file, "put the password here", "OUT"},
        {"qr-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &o->secret_file, "shared secret of its dynamic codes",
         "F"},
        {"power-w", 0, 0, G_OPTION_ARG_INT64, &o->power_w, "per EVSE", "W"},
        {"connector", 0, 0, G_OPTION_ARG_STRING, &o->connector, "OCPI ConnectorType", "IEC_62196_T2_COMBO"},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("station add ID");

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc != 2)
        return wrong(error, "station add", "one station id");
    if (o->name == NULL || o->operator_name == NULL || o->evses == NULL || o->tariff == NULL)
        return wrong(error, "station add", "--name, --operator, --evse and --tariff");
    if (strlen(o->name) >= API_NAME_BYTES || strlen(o->operator_name) >= API_NAME_BYTES)
        return wrong(error, "--name, --operator", "at most 100 bytes");
    /* OCPP-J 2.0.1 part 4, 3.1.1: identity is an identifierString of at most 48, without colon (Basic auth).
     */
    if (!identifier_is_valid((*argv)[1], STATION_ID_BYTES - 1) || strchr((*argv)[1], ':') != NULL)
        return wrong(error, "station id", "1 to 48 of A-Z a-z 0-9 * + = | @ . _ -");
    if (o->latitude < -90 || o->latitude > 90 || o->longitude < -180 || o->longitude > 180)
        return wrong(error, "--latitude, --longitude", "degrees");
    if (o->power_w < 0 || o->power_w > 10000000)
        return wrong(error, "--power-w", "0 to 10000000");
    if (o->connector != NULL && (!identifier_is_valid(o->connector, 40)))
        return wrong(error, "--connector", "an OCPI ConnectorType");
    return TRUE;
}

/* OCPI PowerType and ConnectorFormat follow from the plug well enough for a register filled by hand. */
static void set_connector(ApiConnector *connector, const StationOptions *o)
{
    const gchar *standard = o->connector != NULL ? o->connector : "IEC_62196_T2_COMBO";
    gboolean dc = g_str_has_suffix(standard, "_COMBO") || g_str_has_prefix(standard, "CHADEMO") ||
                  g_str_has_prefix(standard, "GBT_DC");

    g_strlcpy(connector->id, "1", sizeof connector->id);
    g_strlcpy(connector->standard, standard, sizeof connector->standard);
    g_strlcpy(connector->format, dc ? "CABLE" : "SOCKET", sizeof connector->format);
    g_strlcpy(connector->power_type, dc ? "DC" : "AC_3_PHASE", sizeof connector->power_type);
    connector->max_power_w = o->power_w;
}

static gboolean add_evses(Store *store, const StationRow *station, const StationOptions *o,
                          const gchar *secret, GError **error)
{
    g_auto(GStrv) ids = g_strsplit(o->evses, ",", -1);

    for (guint i = 0; ids[i] != NULL; i++) {
        EvseRow row = {
            .evse_no = (gint)i + 1, .totp_validity_s = TOTP_VALIDITY_S, .totp_length = TOTP_LENGTH};
        g_autofree gchar *uid = identifier_new_uuid();
        EvseId id;

        if (!evse_id_parse(ids[i], strlen(ids[i]), &id, error))
            return FALSE;
        g_strlcpy(row.evse_key, id.key, sizeof row.evse_key);
        g_strlcpy(row.evse_id, id.text, sizeof row.evse_id);
        g_strlcpy(row.evse_uid, uid, sizeof row.evse_uid);
        g_strlcpy(row.station_id, station->station_id, sizeof row.station_id);
        g_strlcpy(row.tariff.id, o->tariff, sizeof row.tariff.id);
        g_strlcpy(row.totp_secret, secret != NULL ? secret : "", sizeof row.totp_secret);
        set_connector(&row.connector, o);
        if (!store_evse_add(store, &row, error)) {
            if (g_error_matches(*error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
                g_prefix_error(error, "no tariff %s yet? ", o->tariff);
            else
                g_prefix_error(error, "%s is registered already? ", ids[i]);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean admin_station_add(gint argc, gchar **argv, GError **error)
{
    g_auto(StationOptions) o = {0};
    g_autofree gchar *password =
        identifier_new_secret(16); /* 32 characters: BasicAuthPassword has 16 to 40 */
    g_autofree gchar *hash = secret_hash(password);
    g_autofree gchar *location_id = identifier_new_uuid();
    g_autofree gchar *secret = NULL;
    g_autoptr(Store) store = NULL;
    g_auto(StoreChange) change = {0};
    StationRow row = {0};

    if (!read_options(&argc, &argv, &o, error))
        return FALSE;
    if (o.state == NULL)
        return wrong(error, "--state", "the server's SQLite file");
    if (o.secret_file != NULL && (secret = secret_read_file(o.secret_file, error)) == NULL)
        return FALSE;
    if (secret != NULL && strlen(secret) >= TOTP_SECRET_BYTES)
        return wrong(error, "--qr-secret-file", "at most 255 bytes");
    g_strlcpy(row.station_id, argv[1], sizeof row.station_id);
    g_strlcpy(row.password_sha256, hash, sizeof row.password_sha256);
    g_strlcpy(row.name, o.name, sizeof row.name);
    g_strlcpy(row.operator_name, o.operator_name, sizeof row.operator_name);
    g_strlcpy(row.location_id, location_id, sizeof row.location_id);
    row.latitude_deg = o.latitude;
    row.longitude_deg = o.longitude;
    row.created_ms = g_get_real_time() / 1000;
    if ((store = store_open(o.state, error)) == NULL || !store_begin(store, &change, error) ||
        !store_station_add(store, &row, error) || !add_evses(store, &row, &o, secret, error))
        return FALSE;
    if (o.password_file == NULL)
        printf("password %s\n", password);
    else if (!secret_write_file(o.password_file, password, error))
        return FALSE;
    return store_commit(&change, error);
}

gboolean admin_station_list(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *state = NULL;
    const GOptionEntry entries[] = {{"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
                                    {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("station list");
    g_autoptr(Store) store = NULL;
    g_autoptr(GArray) stations = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return FALSE;
    if (state == NULL || argc != 1)
        return wrong(error, "station list", "--state FILE");
    if ((store = store_open(state, error)) == NULL || (stations = store_stations(store, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < stations->len; i++) {
        const StationRow *station = &g_array_index(stations, StationRow, i);
        g_autoptr(GArray) evses = store_evses(store, station->station_id, error);

        if (evses == NULL)
            return FALSE;
        for (guint k = 0; k < evses->len; k++) {
            const EvseRow *evse = &g_array_index(evses, EvseRow, k);

            printf("%s\t%s\t%s\t%d\t%s\t%s\n", station->station_id, station->name, evse->evse_id,
                   evse->evse_no, evse->tariff.id,
                   evse->totp_secret[0] != '\0' ? "dynamic code" : "static code");
        }
    }
    return TRUE;
}

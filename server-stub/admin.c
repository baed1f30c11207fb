#include "server-stub/admin.h"

#include "base/identifier.h"
#include "base/utc_time.h"
#include "server-stub/secret.h"
#include "server-stub/store/order_rows.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

/* Options first: then exactly @n_names names are left in @argv[1..]. */
static gboolean read_options(gint *argc, gchar ***argv, const GOptionEntry *entries, gint n_names,
                             const gchar *usage, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new(usage);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc == n_names + 1)
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "usage: rearcharge-server %s", usage);
    return FALSE;
}

static gboolean wrong(GError **error, const gchar *what, const gchar *wanted)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: want %s", what, wanted);
    return FALSE;
}

static Store *open_state(const gchar *path, GError **error)
{
    if (path == NULL) {
        wrong(error, "--state", "the server's SQLite file");
        return NULL;
    }
    return store_open(path, error);
}

/* A secret is shown once: into a file of mode 0600, or on stdout. */
static gboolean hand_over(const gchar *what, const gchar *secret, const gchar *path, GError **error)
{
    if (path != NULL)
        return secret_write_file(path, secret, error);
    printf("%s %s\n", what, secret);
    return TRUE;
}

gboolean admin_vehicle_add(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *state = NULL;
    g_autofree gchar *token_file = NULL;
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
        {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &token_file, "put the token here", "OUT"},
        {NULL}};
    g_autofree gchar *token = identifier_new_secret(32);
    g_autofree gchar *hash = secret_hash(token);
    g_autoptr(Store) store = NULL;
    g_auto(StoreChange) change = {0};

    if (!read_options(&argc, &argv, entries, 1, "vehicle add ID", error))
        return FALSE;
    if (!identifier_is_valid(argv[1], VEHICLE_ID_BYTES - 1))
        return wrong(error, "vehicle id", "1 to 64 of A-Z a-z 0-9 * + = : | @ . _ -");
    /* The row is committed only after the token is in the caller's hands. */
    return (store = open_state(state, error)) != NULL && store_begin(store, &change, error) &&
           store_vehicle_add(store, argv[1], hash, g_get_real_time() / 1000, error) &&
           hand_over("token", token, token_file, error) && store_commit(&change, error);
}

gboolean admin_vehicle_list(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *state = NULL;
    const GOptionEntry entries[] = {{"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
                                    {NULL}};
    g_autoptr(Store) store = NULL;
    g_autoptr(GArray) rows = NULL;

    if (!read_options(&argc, &argv, entries, 0, "vehicle list", error) ||
        (store = open_state(state, error)) == NULL || (rows = store_vehicles(store, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const VehicleRow *row = &g_array_index(rows, VehicleRow, i);
        gchar at[UTC_TIME_TEXT_BYTES];

        utc_time_format(row->created_ms, at);
        printf("%s\t%s\tevents %" G_GINT64_FORMAT "\n", row->vehicle_id, at, row->last_event_seq);
    }
    return TRUE;
}

gboolean admin_tariff_set(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *state = NULL;
    g_autofree gchar *currency = NULL;
    g_autofree gchar *energy = NULL;
    g_autofree gchar *time = NULL;
    g_autofree gchar *flat = NULL;
    g_autofree gchar *no_show = NULL;
    const GOptionEntry entries[] = {
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
        {"currency", 0, 0, G_OPTION_ARG_STRING, &currency, "ISO 4217", "EUR"},
        {"energy", 0, 0, G_OPTION_ARG_STRING, &energy, "per kWh, default 0", "0.49"},
        {"time", 0, 0, G_OPTION_ARG_STRING, &time, "per hour, default 0", "0"},
        {"flat", 0, 0, G_OPTION_ARG_STRING, &flat, "per session, default 0", "0.50"},
        {"no-show", 0, 0, G_OPTION_ARG_STRING, &no_show,
         "per reservation whose driver never comes, default 0", "2.00"},
        {NULL}};
    Tariff tariff = {0};
    gint64 no_show_micro;
    g_autoptr(Store) store = NULL;
    g_auto(StoreChange) change = {0};

    if (!read_options(&argc, &argv, entries, 1, "tariff set ID --currency EUR", error))
        return FALSE;
    if (!identifier_is_valid(argv[1], TARIFF_ID_BYTES - 1))
        return wrong(error, "tariff id", "1 to 36 of A-Z a-z 0-9 * + = : | @ . _ -");
    if (currency == NULL || !money_currency_is_supported(currency))
        return wrong(error, "--currency", "an ISO 4217 code of a currency with two decimals");
    g_strlcpy(tariff.id, argv[1], sizeof tariff.id);
    g_strlcpy(tariff.currency, currency, sizeof tariff.currency);
    tariff.energy_micro_per_kwh = tariff_price_parse(energy != NULL ? energy : "0");
    tariff.time_micro_per_hour = tariff_price_parse(time != NULL ? time : "0");
    tariff.flat_micro = tariff_price_parse(flat != NULL ? flat : "0");
    no_show_micro = tariff_price_parse(no_show != NULL ? no_show : "0");
    if (tariff.energy_micro_per_kwh < 0 || tariff.time_micro_per_hour < 0 || tariff.flat_micro < 0 ||
        no_show_micro < 0)
        return wrong(error, "a price", "a decimal with at most 4 digits after the point, at most 1000");
    return (store = open_state(state, error)) != NULL && store_begin(store, &change, error) &&
           store_tariff_set(store, &tariff, error) &&
           store_tariff_set_no_show(store, tariff.id, money_minor_from_micro(no_show_micro), error) &&
           store_commit(&change, error);
}

gboolean admin_tariff_list(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *state = NULL;
    const GOptionEntry entries[] = {{"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
                                    {NULL}};
    g_autoptr(Store) store = NULL;
    g_autoptr(GArray) rows = NULL;

    if (!read_options(&argc, &argv, entries, 0, "tariff list", error) ||
        (store = open_state(state, error)) == NULL || (rows = store_tariffs(store, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const Tariff *t = &g_array_index(rows, Tariff, i);

        printf("%s\t%s\t%.4f/kWh\t%.4f/h\t%.4f flat\n", t->id, t->currency,
               (gdouble)t->energy_micro_per_kwh / 1e6, (gdouble)t->time_micro_per_hour / 1e6,
               (gdouble)t->flat_micro / 1e6);
    }
    return TRUE;
}

gboolean admin_order_list(gint argc, gchar **argv, GError **error)
{
    g_autofree gchar *state = NULL;
    const GOptionEntry entries[] = {{"state", 0, 0, G_OPTION_ARG_FILENAME, &state, "SQLite file", "FILE"},
                                    {NULL}};
    g_autoptr(Store) store = NULL;
    g_autoptr(GArray) rows = NULL;

    if (!read_options(&argc, &argv, entries, 0, "order list", error) ||
        (store = open_state(state, error)) == NULL || (rows = store_orders_all(store, 1000, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const OrderRow *row = &g_array_index(rows, OrderRow, i);
        g_autofree gchar *cost = money_format(row->order.cost_minor, row->order.limits.currency);
        gchar at[UTC_TIME_TEXT_BYTES];

        utc_time_format(row->order.created_ms, at);
        printf("%s\t%s\t%s\t%s\t%s%s%s\t%" G_GINT64_FORMAT " Wh\t%s\n", row->order.order_id, at,
               row->vehicle_id, row->order.evse_id, order_state_names[row->order.state],
               row->order.reason != ORDER_REASON_NONE ? " " : "", order_reason_names[row->order.reason],
               row->order.energy_wh, cost);
    }
    return TRUE;
}

#include "server-stub/store/order_rows.h"
#include "server-stub/store/sql.h"

gboolean store_scan_add(Store *store, const ScanRow *row, GError **error)
{
    return sql_run(
        store, NULL, error,
        "INSERT INTO scans (scan_ref, vehicle_id, evse_key, token, expires_ms, tariff_id, currency,"
        " flat_micro, energy_micro_per_kwh, time_micro_per_hour, distance_m, offer_id, offer_text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "ssssissiiiiss", row->scan_ref, row->vehicle_id, row->evse_key, row->token, row->expires_ms,
        row->tariff.id, row->tariff.currency, row->tariff.flat_micro, row->tariff.energy_micro_per_kwh,
        row->tariff.time_micro_per_hour, row->distance_m, row->offer.offer_id, row->offer.text);
}

gboolean store_scan(Store *store, const gchar *vehicle_id, const gchar *scan_ref, ScanRow *row,
                    GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT scan_ref, vehicle_id, evse_key, token, expires_ms, order_id, tariff_id, currency, "
                   "flat_micro,"
                   " energy_micro_per_kwh, time_micro_per_hour, distance_m, offer_id, offer_text FROM scans "
                   "WHERE scan_ref = ? AND "
                   "vehicle_id = ?",
                   "ss", scan_ref, vehicle_id) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    *row = (ScanRow){.expires_ms = sql_int(&query, 4), .distance_m = sql_int(&query, 11)};
    sql_read_text(&query, 0, row->scan_ref, sizeof row->scan_ref);
    sql_read_text(&query, 1, row->vehicle_id, sizeof row->vehicle_id);
    sql_read_text(&query, 2, row->evse_key, sizeof row->evse_key);
    sql_read_text(&query, 3, row->token, sizeof row->token);
    sql_read_text(&query, 5, row->order_id, sizeof row->order_id);
    sql_read_tariff(&query, 6, &row->tariff);
    sql_read_text(&query, 12, row->offer.offer_id, sizeof row->offer.offer_id);
    sql_read_text(&query, 13, row->offer.text, sizeof row->offer.text);
    return TRUE;
}

gboolean store_scans_forget(Store *store, gint64 before_ms, GError **error)
{
    return sql_run(store, NULL, error, "DELETE FROM scans WHERE expires_ms < ?", "i", before_ms) &&
           sql_run(store, NULL, error, "DELETE FROM used_tokens WHERE used_ms < ?", "i", before_ms);
}

gboolean store_token_is_used(Store *store, const gchar *evse_key, const gchar *token, gboolean *used,
                             GError **error)
{
    g_auto(SqlQuery) query = {0};
    SqlStep step;

    if (!sql_query(&query, store, error, "SELECT 1 FROM used_tokens WHERE evse_key = ? AND token = ?", "ss",
                   evse_key, token))
        return FALSE;
    step = sql_step(&query, error);
    *used = step == SQL_ROW;
    return step != SQL_FAILED;
}

gboolean store_answer(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                      gchar request_sha256[65], gchar **answer, GError **error)
{
    g_auto(SqlQuery) query = {0};

    if (!sql_query(&query, store, error,
                   "SELECT request_sha256, answer FROM idempotency WHERE vehicle_id = ? AND client_ref = ?",
                   "ss", vehicle_id, client_ref) ||
        sql_step(&query, error) != SQL_ROW)
        return FALSE;
    sql_read_text(&query, 0, request_sha256, 65);
    *answer = g_strdup(sql_text(&query, 1));
    return TRUE;
}

gboolean store_answer_add(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                          const gchar *request_sha256, const gchar *answer, GError **error)
{
    return sql_run(store, NULL, error, "INSERT INTO idempotency VALUES (?, ?, ?, ?)", "ssss", vehicle_id,
                   client_ref, request_sha256, answer);
}

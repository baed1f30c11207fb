/* Rows of scans and orders, and the answers that idempotent requests get again. */
#pragma once

#include "protocol/api_order.h"
#include "server-stub/store/people_rows.h"
#include "server-stub/store/station_rows.h"

typedef struct {
    gchar scan_ref[API_UUID_BYTES];
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar token[API_TOKEN_BYTES];
    gint64 expires_ms;
    gchar order_id[API_UUID_BYTES]; /* "": not used yet */
    Tariff tariff;                  /* as shown */
    OfferRef offer;                 /* that made the tariff */
    gint64 distance_m;              /* from the car to the pile; -1: the car did not say where it is */
} ScanRow;

gboolean store_scan_add(Store *store, const ScanRow *row, GError **error);
/* Returns: FALSE when this vehicle has no such scan, or with @error. */
gboolean store_scan(Store *store, const gchar *vehicle_id, const gchar *scan_ref, ScanRow *row,
                    GError **error);
/* Forgets scans and used tokens that ended before @before_ms. */
gboolean store_scans_forget(Store *store, gint64 before_ms, GError **error);
gboolean store_token_is_used(Store *store, const gchar *evse_key, const gchar *token, gboolean *used,
                             GError **error);

typedef struct {
    Order order; /* the snapshot as it travels */
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gchar station_id[STATION_ID_BYTES];
    gint evse_no;
    gchar operator_name[API_NAME_BYTES];
    gint remote_start_id;
    gchar id_token[37];
    gint start_attempts;
    gint64 due_ms; /* 0: never */
    Tariff tariff;
    OfferRef offer; /* that made the tariff; named by the receipt */
} OrderRow;

/* Inside a change. Uses up the scan (and its token; @scan_ref NULL: a pile made this order); EXISTS when one
 * of them, the EVSE, or the client_ref is taken. */
gboolean store_order_add(Store *store, OrderRow *row, const gchar *scan_ref, const gchar *token,
                         GError **error);
/* Inside a change, when the snapshot changed: also moves the vehicle's event stream on; @row gets the new
 * event_seq. */
gboolean store_order_save(Store *store, OrderRow *row, GError **error);
/* What the car does not see: start_attempts and due_ms. */
gboolean store_order_save_plan(Store *store, const OrderRow *row, GError **error);

/* Lookups return FALSE when there is no such row, or with @error. */
gboolean store_order(Store *store, const gchar *order_id, OrderRow *row, GError **error);
gboolean store_order_by_client_ref(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                                   OrderRow *row, GError **error);
/* Requested, accepted or charging there for this vehicle. */
gboolean store_order_open_of(Store *store, const gchar *vehicle_id, const gchar *evse_key, OrderRow *row,
                             GError **error);
gboolean store_order_set_expiry(Store *store, const gchar *order_id, gint64 expires_ms, GError **error);
gboolean store_order_rename(Store *store, const gchar *order_id, const gchar *client_ref, GError **error);
gboolean store_order_by_start(Store *store, const gchar *station_id, gint remote_start_id, OrderRow *row,
                              GError **error);
gboolean store_order_by_id_token(Store *store, const gchar *station_id, const gchar *id_token, OrderRow *row,
                                 GError **error);
gboolean store_order_next_due(Store *store, OrderRow *row, GError **error);
gboolean store_order_open_on_evse(Store *store, const gchar *evse_key, gboolean *open, GError **error);
gboolean store_order_open_row_on_evse(Store *store, const gchar *evse_key, OrderRow *row, GError **error);
/* A number that no order has had. 31 random bits meet again sooner than one thinks. FALSE with @error */
gboolean store_new_remote_start_id(Store *store, gint *number, GError **error);
/* When another vehicle last ordered here; 0: never. */
gboolean store_order_last_of_others(Store *store, const gchar *evse_key, const gchar *vehicle_id,
                                    gint64 *created_ms, GError **error);

/* (transfer full) (nullable) (element-type OrderRow) */
GArray *store_orders_of(Store *store, const gchar *vehicle_id, gint64 limit,
                        GError **error); /* newest first */
GArray *store_orders_since(Store *store, const gchar *vehicle_id, gint64 event_seq, gint64 limit,
                           GError **error);
GArray *store_orders_all(Store *store, gint64 limit, GError **error); /* newest first */
/* In state code_issued. */
GArray *store_orders_with_code_at(Store *store, const gchar *station_id, GError **error);
/* Requested, accepted, charging or ended ones. */
GArray *store_orders_open_at(Store *store, const gchar *station_id, GError **error);

/* (transfer full): @answer; FALSE when the key is new, or with @error. */
gboolean store_answer(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                      gchar request_sha256[65], gchar **answer, GError **error);
gboolean store_answer_add(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                          const gchar *request_sha256, const gchar *answer, GError **error);

/* Rows of vouchers, and the key that signs them. */
#pragma once

#include "server-stub/store/people_rows.h"

typedef struct {
    gchar voucher_id[37];
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gchar client_ref[37];
    gchar vehicle_key[44];
    gchar voucher[179];
    gint64 issued_ms, expires_ms;
    gint64 energy_cap_wh, max_cost_minor;
    gchar currency[MONEY_CURRENCY_BYTES];
    gint uses; /* transactions that have brought it */
} VoucherRow;

gboolean store_voucher_add(Store *store, const VoucherRow *row, GError **error);
/* Lookups return FALSE when there is no such row, or with @error. */
gboolean store_voucher(Store *store, const gchar *voucher_id, VoucherRow *row, GError **error);
gboolean store_voucher_by_client_ref(Store *store, const gchar *vehicle_id, const gchar *client_ref,
                                     VoucherRow *row, GError **error);
/* Unused, and good beyond @until_ms. */
gboolean store_voucher_open_of(Store *store, const gchar *vehicle_id, gint64 until_ms, VoucherRow *row,
                               GError **error);
gboolean store_voucher_use(Store *store, const gchar *voucher_id, GError **error);
/* (transfer full) (nullable) (element-type VoucherRow): newest first */
GArray *store_vouchers(Store *store, gint64 limit, GError **error);

/* @value: (out) (transfer full). FALSE: no such key, or @error. */
gboolean store_server_key(Store *store, const gchar *name, gchar **value, GError **error);
gboolean store_server_key_set(Store *store, const gchar *name, const gchar *value, GError **error);

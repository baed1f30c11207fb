/* Rows of offline codes, vehicle codes, local lists and the secrets behind them. */
#pragma once

#include "server-stub/store/order_rows.h"

#define CODE_SECRET_BYTES 65
#define ID_TOKEN_BYTES 37

/* ---- offline codes ---- */

typedef struct {
    gchar station_id[STATION_ID_BYTES];
    gint evse_no;
    gint64 slot;
    gchar digits[17];
    gchar order_id[API_UUID_BYTES];
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gint64 energy_wh;
    gint64 issued_ms, expires_ms;
    gchar transaction_id[37]; /* "": not used */
} CodeRow;

/* Whether a station takes codes; @secret "" when it does not. */
typedef enum { CODE_TOLD_NOT_YET, CODE_TOLD_ACCEPTED, CODE_TOLD_UNKNOWN } CodeTold;
typedef struct {
    gchar secret[CODE_SECRET_BYTES];
    CodeTold told;
    gchar link_url[API_LINK_URL_BYTES];
} CodePlaceRow;
gboolean store_code_place(Store *store, const gchar *station_id, CodePlaceRow *row, GError **error);
/* @secret: NULL: no codes there any more */
gboolean store_code_secret_set(Store *store, const gchar *station_id, const gchar *secret, GError **error);
gboolean store_code_secret_told(Store *store, const gchar *station_id, CodeTold told, GError **error);
gboolean store_station_link_set(Store *store, const gchar *station_id, const gchar *link_url, GError **error);

/* (transfer full) (nullable) (element-type gint64): slots of an EVSE from @from on */
GArray *store_code_slots(Store *store, const gchar *station_id, gint evse_no, gint64 from, GError **error);
gboolean store_codes_unused_of(Store *store, const gchar *vehicle_id, guint *n, GError **error);
gboolean store_code_add(Store *store, const CodeRow *row, GError **error);
/* @digits may be held by codes of several places: one of this place if there is one. */
gboolean store_code_by_digits(Store *store, const gchar *station_id, gint evse_no, const gchar *digits,
                              CodeRow *row, GError **error);
gboolean store_code_use(Store *store, const gchar *order_id, const gchar *transaction_id, GError **error);
/* (transfer full) (nullable) (element-type CodeRow): newest first */
GArray *store_codes(Store *store, gint64 limit, GError **error);

/* ---- vehicle codes ---- */

typedef struct {
    gchar code_id[API_UUID_BYTES];
    gchar vehicle_id[VEHICLE_ID_BYTES];
    gint type;                          /* OcppIdTokenType */
    gchar id_token[ID_TOKEN_BYTES];     /* lower case */
    gchar station_id[STATION_ID_BYTES]; /* "": every pile */
    gboolean blocked, removed;
    gint64 expires_ms; /* 0: never */
    gint64 max_energy_wh, max_cost_minor;
    gchar currency[MONEY_CURRENCY_BYTES];
    gint64 created_ms;
} VehicleCodeRow;

gboolean store_vehicle_code_add(Store *store, const VehicleCodeRow *row, GError **error); /* EXISTS: taken */
gboolean store_vehicle_code(Store *store, const gchar *code_id, VehicleCodeRow *row, GError **error);
gboolean store_vehicle_code_block(Store *store, const gchar *code_id, gboolean blocked, GError **error);
gboolean store_vehicle_code_remove(Store *store, const gchar *code_id, GError **error);
/* Whom a token names at a station: one for that station before one for all, one that counts before one that
 * was removed. */
gboolean store_vehicle_code_find(Store *store, const gchar *station_id, gint type, const gchar *id_token,
                                 VehicleCodeRow *row, GError **error);
/* (transfer full) (nullable) (element-type VehicleCodeRow); @station_id: (nullable): those that hold there,
 * else all */
GArray *store_vehicle_codes(Store *store, const gchar *station_id, GError **error);

/* ---- local lists ---- */

typedef struct {
    gint type;
    gchar id_token[ID_TOKEN_BYTES];
    gboolean blocked;
    gint64 expires_ms;
} ListEntryRow;

typedef struct {
    gchar station_id[STATION_ID_BYTES];
    gint version; /* 0: nothing told yet */
    gint64 told_ms;
    gchar problem[64];
    gint64 n_entries;
} ListRow;
/* A station without list reads as version 0. */
gboolean store_list(Store *store, const gchar *station_id, ListRow *row, GError **error);
/* (transfer full) (nullable) (element-type ListRow) */
GArray *store_lists(Store *store, GError **error);
/* (transfer full) (nullable) (element-type ListEntryRow) */
GArray *store_list_entries(Store *store, const gchar *station_id, GError **error);
/* Inside a change: the station has said Accepted to @version. @full: it holds nothing from before. */
gboolean store_list_told(Store *store, const gchar *station_id, gint version, gboolean full, gint64 now_ms,
                         GError **error);
/* Inside a change. @entry->expires_ms < 0: taken off */
gboolean store_list_entry_set(Store *store, const gchar *station_id, const ListEntryRow *entry,
                              GError **error);
gboolean store_list_problem(Store *store, const gchar *station_id, const gchar *problem, GError **error);

/* Changes whenever another process has written to the file (PRAGMA data_version). */
gint64 store_data_version(Store *store);

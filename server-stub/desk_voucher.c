/* Vouchers: the promise to pay for one charge where neither car nor pile has network (protocol/README.md, 2,
 * 9). */
#include "server-stub/desk_private.h"

#include "base/identifier.h"
#include "protocol/voucher.h"
#include "server-stub/store/voucher_rows.h"

#include <string.h>

#define VOUCHER_LIFETIME_S (7 * 24 * 60 * 60)
#define VOUCHER_RENEW_MS (24 * 60 * 60 * G_GINT64_CONSTANT(1000))
/* The loss of an owner who never pays is bounded by this times the piles that are reached offline. */
#define VOUCHER_CAP_WH 30000
/* Not even a kWh: no tariff is known yet. */
#define VOUCHER_MIN_COST_MINOR 100
#define KEY_NAME "voucher"

static gboolean parse_hex(const gchar *text, guint8 *bytes, gsize n)
{
    if (strlen(text) != 2 * n)
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        gint high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return FALSE;
        bytes[i] = (guint8)(high * 16 + low);
    }
    return TRUE;
}

/* Kept as its seed; made on first use. */
static gboolean load_key(Desk *self, guint8 key[VOUCHER_KEY_BYTES], guint8 secret[VOUCHER_SECRET_BYTES],
                         GError **error)
{
    g_autofree gchar *hex = NULL;
    guint8 seed[VOUCHER_SEED_BYTES];
    GError *failure = NULL;

    if (!store_server_key(self->store, KEY_NAME, &hex, &failure)) {
        hex = identifier_new_secret(VOUCHER_SEED_BYTES);
        if (failure != NULL || !store_server_key_set(self->store, KEY_NAME, hex, &failure)) {
            g_propagate_error(error, failure);
            return FALSE;
        }
        g_clear_pointer(&hex, g_free);
        if (!store_server_key(self->store, KEY_NAME, &hex, error)) /* another process may have been first */
            return FALSE;
    }
    if (!parse_hex(hex, seed, sizeof seed)) {
        g_set_error_literal(error, STORE_ERROR, STORE_ERROR_DAMAGED, "the voucher key is damaged");
        return FALSE;
    }
    voucher_key_pair(seed, key, secret);
    return TRUE;
}

gchar *desk_voucher_key(Desk *self, GError **error)
{
    guint8 key[VOUCHER_KEY_BYTES], secret[VOUCHER_SECRET_BYTES];

    return load_key(self, key, secret, error) ? voucher_key_text(key) : NULL;
}

static void to_answer(const VoucherRow *row, VoucherAnswer *answer)
{
    *answer = (VoucherAnswer){.expires_ms = row->expires_ms,
                              .energy_cap_wh = row->energy_cap_wh,
                              .max_cost_minor = row->max_cost_minor,
                              .used = row->uses > 0};
    g_strlcpy(answer->client_ref, row->client_ref, sizeof answer->client_ref);
    g_strlcpy(answer->voucher_id, row->voucher_id, sizeof answer->voucher_id);
    g_strlcpy(answer->voucher, row->voucher, sizeof answer->voucher);
    g_strlcpy(answer->currency, row->currency, sizeof answer->currency);
}

static gboolean new_voucher(Desk *self, const gchar *vehicle_id, const VoucherRequest *request, gint64 now_ms,
                            VoucherRow *row, GError **error)
{
    guint8 key[VOUCHER_KEY_BYTES], secret[VOUCHER_SECRET_BYTES];
    const OrderLimits *limits = &request->limits;
    g_autofree gchar *id = identifier_new_uuid();
    g_autofree gchar *text = NULL;
    Voucher voucher = {.issued_s = now_ms / 1000,
                       .expires_s = now_ms / 1000 + VOUCHER_LIFETIME_S,
                       .energy_cap_wh = limits->max_energy_wh > 0 ? MIN(limits->max_energy_wh, VOUCHER_CAP_WH)
                                                                  : VOUCHER_CAP_WH};

    if (limits->max_cost_minor < VOUCHER_MIN_COST_MINOR) {
        desk_set_error(error, DESK_ERROR_LIMITS_TOO_SMALL, "the limits do not pay for anything");
        return FALSE;
    }
    if (!voucher_key_parse(request->vehicle_key, voucher.vehicle_key, NULL)) {
        desk_set_error(error, DESK_ERROR_BAD_FIELD, "vehicle_key: not an Ed25519 public key");
        return FALSE;
    }
    if (!load_key(self, key, secret, error))
        return FALSE;
    g_strlcpy(voucher.id, id, sizeof voucher.id);
    text = voucher_sign(&voucher, secret);
    *row = (VoucherRow){.issued_ms = voucher.issued_s * 1000,
                        .expires_ms = voucher.expires_s * 1000,
                        .energy_cap_wh = voucher.energy_cap_wh,
                        .max_cost_minor = limits->max_cost_minor};
    g_strlcpy(row->voucher_id, id, sizeof row->voucher_id);
    g_strlcpy(row->vehicle_id, vehicle_id, sizeof row->vehicle_id);
    g_strlcpy(row->client_ref, request->client_ref, sizeof row->client_ref);
    g_strlcpy(row->vehicle_key, request->vehicle_key, sizeof row->vehicle_key);
    g_strlcpy(row->voucher, text, sizeof row->voucher);
    g_strlcpy(row->currency, limits->currency, sizeof row->currency);
    return store_voucher_add(self->store, row, error);
}

gboolean desk_issue_voucher(Desk *self, const gchar *vehicle_id, const VoucherRequest *request, gint64 now_ms,
                            VoucherAnswer *answer, gboolean *first, GError **error)
{
    g_autofree VoucherRow *row = g_new0(VoucherRow, 1);
    GError *failure = NULL;
    gboolean known = store_voucher_by_client_ref(self->store, vehicle_id, request->client_ref, row, &failure);

    *first = FALSE;
    if (known && !g_str_equal(row->vehicle_key, request->vehicle_key)) {
        desk_set_error(error, DESK_ERROR_KEY_REUSED, "this client_ref stands for another voucher");
        return FALSE;
    }
    if (!known && failure == NULL &&
        store_voucher_open_of(self->store, vehicle_id, now_ms + VOUCHER_RENEW_MS, row, &failure)) {
        known = TRUE;
        if (!g_str_equal(row->vehicle_key, request->vehicle_key)) {
            desk_set_error(error, DESK_ERROR_VOUCHER_OUTSTANDING,
                           "this vehicle holds an unused voucher of another key");
            return FALSE;
        }
    }
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    if (!known) {
        if (!new_voucher(self, vehicle_id, request, now_ms, row, error))
            return FALSE;
        *first = TRUE;
        g_message("voucher %s for %s", row->voucher_id, vehicle_id);
    }
    to_answer(row, answer);
    return TRUE;
}

/* Who pays for what a pile has started by itself: the holder of a code, of a voucher, or a vehicle that the
 * pile knew. What was delivered is charged whenever somebody got the means for it; what nobody got is told to
 * the operator (the transaction's flag). threats.md 8; docs/offline.md. */
#include "server-stub/desk_private.h"

#include "base/identifier.h"
#include "protocol/voucher.h"
#include "server-stub/store/voucher_rows.h"

#include <string.h>

static gboolean no_payer(DeskPayer *payer, TransactionRow *row, LedgerFlag flag,
                         OcppAuthorizationStatus status)
{
    row->flag = (gint)flag;
    payer->status = status;
    return TRUE;
}

/* A row that must be there; FALSE without @error when it is not. */
static gboolean store_broke(GError *failure, GError **error)
{
    if (failure == NULL)
        return FALSE;
    g_propagate_error(error, failure);
    return TRUE;
}

static gboolean find_code(Desk *self, TransactionRow *row, gint64 started_ms, gint64 now_ms, DeskPayer *payer,
                          GError **error)
{
    GError *failure = NULL;
    CodeRow held = {0};
    gboolean known =
        store_code_by_digits(self->store, row->station_id, row->evse_no, row->id_token, &held, &failure);
    LedgerCode code = {.known = known,
                       .same_place = known && g_str_equal(held.station_id, row->station_id) &&
                                     (row->evse_no == 0 || held.evse_no == row->evse_no),
                       .used_by = held.transaction_id,
                       .expires_ms = held.expires_ms};
    gboolean pays = FALSE;
    LedgerFlag flag;

    if (store_broke(failure, error))
        return FALSE;
    flag = code_ledger_judge(&code, row->transaction_id, started_ms, &pays);
    if (!pays)
        return no_payer(payer, row, flag,
                        flag == LEDGER_FLAG_USED_TWICE ? OCPP_AUTHORIZATION_CONCURRENT_TX
                                                       : OCPP_AUTHORIZATION_INVALID);
    row->flag = (gint)flag;
    if (!store_order(self->store, held.order_id, &payer->order, error))
        return FALSE;
    /* The start of the order, whose answer was lost, had reached the pile: that transaction is the order's.
     */
    if (payer->order.order.state != ORDER_CODE_ISSUED && payer->order.order.transaction_id[0] != '\0' &&
        !g_str_equal(payer->order.order.transaction_id, row->transaction_id))
        return no_payer(payer, row, LEDGER_FLAG_SECOND_TRANSACTION, OCPP_AUTHORIZATION_CONCURRENT_TX);
    payer->found = row->transaction_id[0] != '\0';
    payer->status = payer->order.order.state == ORDER_CODE_ISSUED && now_ms < held.expires_ms
                        ? OCPP_AUTHORIZATION_ACCEPTED
                        : OCPP_AUTHORIZATION_EXPIRED;
    if (payer->found && payer->order.order.state == ORDER_CODE_ISSUED)
        payer->status = OCPP_AUTHORIZATION_ACCEPTED;
    return TRUE;
}

/* A new order for what runs already, or ran. */
static gboolean make_order(Desk *self, const TransactionRow *row, const gchar *vehicle_id,
                           const gchar *client_ref, const OrderLimits *limits, OrderOrigin origin,
                           gint64 now_ms, DeskPayer *payer, GError **error)
{
    OrderRequest request = {.limits = *limits};
    EvseRow evse;

    if (!store_evse_by_number(self->store, row->station_id, MAX(row->evse_no, 1), &evse, error))
        return FALSE;
    g_strlcpy(request.client_ref, client_ref, sizeof request.client_ref);
    /* The price is the one that holds there when the pile tells of it: nobody was shown another. */
    if (!desk_row_at(self, vehicle_id, &request, &evse, &evse.tariff, now_ms, &payer->order, error))
        return FALSE;
    payer->order.order.state = ORDER_ACCEPTED;
    payer->order.order.origin = origin;
    payer->found = payer->made = TRUE;
    return TRUE;
}

/* Did the car's key sign the pile's challenge? A pile cannot invent the use of a voucher. */
static gboolean is_proven(const VoucherRow *voucher, const OcppOfflineProof *proof, const TransactionRow *row,
                          const gchar *evse_key)
{
    guint8 challenge[VOUCHER_CHALLENGE_BYTES], key[VOUCHER_KEY_BYTES];
    const VoucherQuestion question = {challenge, row->station_id, evse_key, voucher->voucher_id};

    return g_str_equal(proof->voucher, voucher->voucher) &&
           voucher_key_parse(proof->challenge, challenge, NULL) &&
           voucher_key_parse(voucher->vehicle_key, key, NULL) &&
           voucher_answer_verify(&question, proof->answer, key, NULL);
}

static gboolean find_voucher(Desk *self, TransactionRow *row, const VoucherRow *voucher,
                             const OcppOfflineProof *proof, gboolean now_known, gint64 started_ms,
                             gint64 now_ms, DeskPayer *payer, GError **error)
{
    OrderLimits limits = {.max_cost_minor = voucher->max_cost_minor, .max_energy_wh = voucher->energy_cap_wh};
    g_autofree gchar *other_ref = identifier_new_uuid();
    EvseRow evse;

    if (row->flag == LEDGER_FLAG_UNKNOWN_VOUCHER)
        return no_payer(payer, row, LEDGER_FLAG_UNKNOWN_VOUCHER, OCPP_AUTHORIZATION_INVALID);
    if (proof != NULL &&
        (!store_evse_by_number(self->store, row->station_id, MAX(row->evse_no, 1), &evse, error) ||
         !is_proven(voucher, proof, row, evse.evse_key)))
        return error == NULL || *error == NULL
                   ? no_payer(payer, row, LEDGER_FLAG_UNKNOWN_VOUCHER, OCPP_AUTHORIZATION_INVALID)
                   : FALSE;
    payer->status = voucher->uses > 0 ? OCPP_AUTHORIZATION_CONCURRENT_TX : OCPP_AUTHORIZATION_ACCEPTED;
    if (voucher->uses > 0)
        row->flag = LEDGER_FLAG_USED_TWICE;
    else if (started_ms > voucher->expires_ms)
        row->flag = LEDGER_FLAG_EXPIRED;
    if (!now_known)
        return TRUE;
    g_strlcpy(limits.currency, voucher->currency, sizeof limits.currency);
    g_strlcpy(payer->voucher_id, voucher->voucher_id, sizeof payer->voucher_id);
    /* Used twice is charged twice: the loss of an owner who never pays is bounded by the cap. */
    return make_order(self, row, voucher->vehicle_id, voucher->uses > 0 ? other_ref : voucher->voucher_id,
                      &limits, ORDER_ORIGIN_VOUCHER, now_ms, payer, error);
}

static gboolean find_vehicle(Desk *self, TransactionRow *row, gboolean now_known, gint64 started_ms,
                             gint64 now_ms, DeskPayer *payer, GError **error)
{
    GError *failure = NULL;
    g_autofree gchar *client_ref = identifier_new_uuid();
    VehicleCodeRow code;
    TransactionRow other;
    EvseRow evse;
    OrderLimits limits;

    if (!store_vehicle_code_find(self->store, row->station_id, row->id_type, row->id_token, &code, &failure))
        return store_broke(failure, error)
                   ? FALSE
                   : no_payer(payer, row, LEDGER_FLAG_UNKNOWN_VEHICLE, OCPP_AUTHORIZATION_UNKNOWN);
    payer->status = code.blocked   ? OCPP_AUTHORIZATION_BLOCKED
                    : code.removed ? OCPP_AUTHORIZATION_INVALID
                                   : OCPP_AUTHORIZATION_ACCEPTED;
    if (code.blocked)
        row->flag = LEDGER_FLAG_BLOCKED;
    else if (code.expires_ms > 0 && started_ms > code.expires_ms)
        row->flag = LEDGER_FLAG_EXPIRED;
    if (!now_known)
        return TRUE;
    /* Its order was on the way, or had got lost on it: that is this charge. */
    if (store_evse_by_number(self->store, row->station_id, MAX(row->evse_no, 1), &evse, &failure) &&
        store_order_open_of(self->store, code.vehicle_id, evse.evse_key, &payer->order, &failure) &&
        !store_transaction_of_order(self->store, payer->order.order.order_id, &other, &failure)) {
        payer->found = TRUE;
        payer->status = OCPP_AUTHORIZATION_ACCEPTED;
        return TRUE;
    }
    if (store_broke(failure, error))
        return FALSE;
    limits = (OrderLimits){.max_cost_minor = code.max_cost_minor, .max_energy_wh = code.max_energy_wh};
    g_strlcpy(limits.currency, code.currency, sizeof limits.currency);
    return make_order(self, row, code.vehicle_id, client_ref, &limits, ORDER_ORIGIN_VEHICLE_CODE, now_ms,
                      payer, error);
}

gboolean desk_find_payer(Desk *self, TransactionRow *row, const OcppOfflineProof *proof, gboolean now_known,
                         gint64 started_ms, gint64 now_ms, DeskPayer *payer, GError **error)
{
    GError *failure = NULL;
    VoucherRow voucher;

    *payer = (DeskPayer){.status = OCPP_AUTHORIZATION_UNKNOWN};
    if (row->id_type == OCPP_ID_TOKEN_KEY_CODE)
        return find_code(self, row, started_ms, now_ms, payer, error);
    if (row->id_type == OCPP_ID_TOKEN_CENTRAL &&
        store_voucher(self->store, row->id_token, &voucher, &failure))
        return find_voucher(self, row, &voucher, proof, now_known, started_ms, now_ms, payer, error);
    if (store_broke(failure, error))
        return FALSE;
    if (proof != NULL && proof->voucher[0] != '\0')
        return no_payer(payer, row, LEDGER_FLAG_UNKNOWN_VOUCHER, OCPP_AUTHORIZATION_INVALID);
    /* The operator started it by hand: nobody's car, nobody's bill. */
    if (store_operator_start_known(self->store, row->station_id, row->id_token))
        return no_payer(payer, row, LEDGER_FLAG_NONE, OCPP_AUTHORIZATION_ACCEPTED);
    return find_vehicle(self, row, now_known, started_ms, now_ms, payer, error);
}

gboolean desk_payer_store(Desk *self, const TransactionRow *row, DeskPayer *payer, GError **error)
{
    if (payer->made && !store_order_add(self->store, &payer->order, NULL, "", error))
        return FALSE;
    if (payer->voucher_id[0] != '\0' && !store_voucher_use(self->store, payer->voucher_id, error))
        return FALSE;
    return payer->order.order.origin != ORDER_ORIGIN_OFFLINE_CODE ||
           store_code_use(self->store, payer->order.order.order_id, row->transaction_id, error);
}

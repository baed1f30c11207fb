/* Events that piles have not told yet, or never will, and codes that were never used: the pile is asked
 * (OCPP 2.0.1 part 2, E14), and only its word that it holds no more messages ends the waiting. */
#include "server-stub/desk_private.h"

void desk_talk_clear_sent(DeskTalk *talk)
{
    if (talk->sent != NULL)
        ocpp_send_local_list_request_clear(talk->sent);
    g_clear_pointer(&talk->sent, g_free);
}

void desk_talk_free(gpointer data)
{
    desk_talk_clear_sent(data);
    g_free(data);
}

DeskTalk *desk_talk(Desk *self, const gchar *station_id)
{
    DeskTalk *talk = g_hash_table_lookup(self->talks, station_id);

    if (talk == NULL) {
        talk = g_new0(DeskTalk, 1);
        g_hash_table_insert(self->talks, g_strdup(station_id), talk);
    }
    return talk;
}

gint64 desk_gap_due_ms(Desk *self)
{
    gint64 due_ms = G_MAXINT64;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->talks);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const DeskTalk *talk = value;

        if (talk->ask_ms > 0)
            due_ms = MIN(due_ms, talk->ask_ms);
        if (talk->ready_ms > 0)
            due_ms = MIN(due_ms, talk->ready_ms);
    }
    return due_ms;
}

void desk_gap_arm(Desk *self, const gchar *station_id, gint64 due_ms, gboolean all)
{
    DeskTalk *talk = desk_talk(self, station_id);

    talk->ask_ms = talk->ask_ms > 0 ? MIN(talk->ask_ms, due_ms) : due_ms;
    talk->ask_all |= all;
}

gboolean desk_gap_station_ready(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GArray) unclosed = store_transactions_unclosed(self->store, station_id, NULL);
    g_autoptr(GArray) codes = store_orders_with_code_at(self->store, station_id, NULL);

    if (unclosed == NULL || codes == NULL)
        return FALSE;
    if (unclosed->len > 0 || codes->len > 0)
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_ASK_MS, TRUE);
    return TRUE;
}

/* The order of a transaction that is closed now. */
static gboolean close_order(Desk *self, TransactionRow *row, const Transaction *transaction, gint64 now_ms,
                            GError **error)
{
    g_autofree OrderRow *order = g_new0(OrderRow, 1);
    g_auto(StoreChange) change = {0};
    DeskPayer payer = {0};
    OrderEffects effects = ORDER_EFFECT_NONE;
    OrderState before;
    OrderReason reason_before;
    gboolean changed;

    row->closed = TRUE;
    if (row->order_id[0] == '\0' && row->id_token[0] != '\0' && row->flag == LEDGER_FLAG_NONE) {
        /* Told offline without its end: until now nobody knew that it was over. */
        if (!desk_find_payer(self, row, NULL, TRUE, transaction->started_ms, now_ms, &payer, error))
            return FALSE;
        if (payer.found)
            g_strlcpy(row->order_id, payer.order.order.order_id, sizeof row->order_id);
    }
    if (row->order_id[0] == '\0')
        return store_transaction_save_plan(self->store, row, error);
    if (payer.found)
        *order = payer.order;
    else if (!store_order(self->store, row->order_id, order, error))
        return FALSE;
    before = order->order.state;
    reason_before = order->order.reason;
    changed = before == ORDER_SETTLED ? order_session_correct(&order->order, row->transaction_id, transaction,
                                                              &order->tariff, now_ms, &effects)
                                      : order_session_close(&order->order, row->transaction_id, transaction,
                                                            &order->tariff, now_ms, &effects);
    if (effects & ORDER_EFFECT_SETTLE)
        desk_settle(order, transaction);
    order->due_ms = order_session_due_ms(&order->order);
    if (!store_begin(self->store, &change, error) ||
        (payer.found && !desk_payer_store(self, row, &payer, error)) ||
        !store_transaction_save_plan(self->store, row, error) ||
        ((changed || payer.made) && !store_order_save(self->store, order, error)) ||
        !store_commit(&change, error))
        return FALSE;
    if (changed || payer.made)
        desk_tell(self, order, before, reason_before);
    return TRUE;
}

static void take_word(Desk *self, const gchar *station_id, const gchar *transaction_id,
                      const TransactionGapWord *word, gint64 now_ms)
{
    g_autofree TransactionRow *row = g_new0(TransactionRow, 1);
    g_autoptr(GError) error = NULL;
    Transaction transaction;

    if (!store_transaction(self->store, transaction_id, row, &error) || row->closed ||
        !transaction_from_text(&transaction, row->folded))
        return;
    if (row->gap_ms == 0)
        row->gap_ms = now_ms;
    switch (transaction_gap_judge(&transaction, word, now_ms - row->gap_ms)) {
    case TRANSACTION_GAP_LEAVE:
        return;
    case TRANSACTION_GAP_WAIT:
        store_transaction_save_plan(self->store, row, &error);
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_AGAIN_MS, FALSE);
        break;
    case TRANSACTION_GAP_CLOSE:
        g_message("station %s: transaction %s is closed, %" G_GINT64_FORMAT " events missing", station_id,
                  transaction_id, transaction_gap_missing(&transaction));
        close_order(self, row, &transaction, now_ms, &error);
        break;
    }
    if (error != NULL) {
        g_warning("station %s: transaction %s: %s", station_id, transaction_id, error->message);
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_AGAIN_MS, FALSE); /* disk full: keep trying */
    }
}

/* The pile holds no more messages, so codes that have expired were not used there. */
static void end_codes(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = store_orders_with_code_at(self->store, station_id, &error);

    for (guint i = 0; rows != NULL && i < rows->len && error == NULL; i++) {
        OrderRow *row = &g_array_index(rows, OrderRow, i);
        TransactionRow served;
        gboolean cancelled = row->order.reason == ORDER_REASON_BY_DRIVER;

        if (row->order.expires_ms > now_ms ||
            store_transaction_of_order(self->store, row->order.order_id, &served, &error))
            continue;
        desk_apply(self, row, cancelled ? ORDER_EVENT_CODE_RETURNED : ORDER_EVENT_DEADLINE,
                   ORDER_REASON_NOT_PLUGGED, now_ms, &error);
    }
    if (error != NULL) {
        g_warning("station %s: %s", station_id, error->message);
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_AGAIN_MS, FALSE); /* disk full: keep trying */
    }
}

static void on_status(Desk *self, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                      gpointer data)
{
    const gchar *transaction_id = data;
    OcppGetTransactionStatusResponse response = {0};
    TransactionGapWord word = {0};

    if (event->type == OCPP_RPC_EVENT_RESULT &&
        ocpp_get_transaction_status_response_from_json(event->payload, &response, NULL))
        word = (TransactionGapWord){.answered = TRUE,
                                    .messages_in_queue = response.messages_in_queue,
                                    .ongoing = response.has_ongoing_indicator && response.ongoing_indicator};
    else if (event->type != OCPP_RPC_EVENT_ERROR) {
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_AGAIN_MS, TRUE);
        desk_rearm(self);
        return; /* no answer is no word */
    }
    if (transaction_id[0] != '\0')
        take_word(self, station_id, transaction_id, &word, now_ms);
    else if (word.answered && !word.messages_in_queue)
        end_codes(self, station_id, now_ms);
    else if (word.answered)
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_AGAIN_MS, FALSE);
    desk_rearm(self);
}

static void ask(Desk *self, const gchar *station_id, const gchar *transaction_id)
{
    OcppGetTransactionStatusRequest request = {0};

    g_strlcpy(request.transaction_id, transaction_id, sizeof request.transaction_id);
    self->ports.call(station_id, OCPP_ACTION_GET_TRANSACTION_STATUS,
                     ocpp_get_transaction_status_request_to_json(&request), on_status,
                     g_strdup(transaction_id), self->data);
}

static void ask_station(Desk *self, const gchar *station_id, gboolean all, gint64 now_ms)
{
    g_autoptr(GArray) unclosed = store_transactions_unclosed(self->store, station_id, NULL);
    g_autoptr(GArray) codes = store_orders_with_code_at(self->store, station_id, NULL);
    gboolean over = FALSE;

    if (unclosed == NULL || codes == NULL) {
        desk_gap_arm(self, station_id, now_ms + TRANSACTION_GAP_ASK_MS, all);
        return;
    }
    for (guint i = 0; i < unclosed->len; i++) {
        const TransactionRow *row = &g_array_index(unclosed, TransactionRow, i);

        if (all || row->ended || row->gap_ms > 0)
            ask(self, station_id, row->transaction_id);
    }
    for (guint i = 0; i < codes->len; i++)
        over |= g_array_index(codes, OrderRow, i).order.expires_ms <= now_ms;
    if (over)
        ask(self, station_id, "");
}

void desk_gap_tick(Desk *self, gint64 now_ms)
{
    g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) ready = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, self->talks);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const DeskTalk *talk = value;

        if (talk->ask_ms > 0 && talk->ask_ms <= now_ms)
            g_ptr_array_add(due, g_strdup(key));
        if (talk->ready_ms > 0 && talk->ready_ms <= now_ms)
            g_ptr_array_add(ready, g_strdup(key));
    }
    for (guint i = 0; i < ready->len; i++) {
        desk_talk(self, ready->pdata[i])->ready_ms = 0;
        if (self->ports.reachable(ready->pdata[i], self->data))
            desk_station_ready(self, ready->pdata[i], now_ms);
    }
    for (guint i = 0; i < due->len; i++) {
        DeskTalk *talk = desk_talk(self, due->pdata[i]);
        gboolean all = talk->ask_all;

        talk->ask_ms = 0;
        talk->ask_all = FALSE;
        /* Away: desk_station_ready() comes back to it. */
        if (self->ports.call != NULL && self->ports.reachable(due->pdata[i], self->data))
            ask_station(self, due->pdata[i], all, now_ms);
    }
}

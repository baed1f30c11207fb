/* The rules of codes, lists and gaps. */
#include "protocol/json_gate.h"
#include "protocol/json_write.h"
#include "server-stub/model/code_ledger.h"
#include "server-stub/model/local_list.h"
#include "server-stub/model/transaction_gap.h"

#include <criterion/criterion.h>
#include <string.h>

#define NOW_MS G_GINT64_CONSTANT(1790000000000)
static const Tariff tariff = {
    .id = "day", .currency = "EUR", .flat_micro = 500000, .energy_micro_per_kwh = 490000};

Test(code_ledger, the_newest_free_serial_number_of_the_last_12_hours_is_taken)
{
    g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(gint64));
    gint64 newest = offline_code_slot(NOW_MS / 1000);

    for (gint64 i = 0; i <= OFFLINE_CODE_BACK_SLOTS; i++) {
        gint64 slot = code_ledger_slot(used, NOW_MS);

        cr_assert_eq(slot, newest - i);
        g_array_append_val(used, slot);
    }
    cr_assert_eq(code_ledger_slot(used, NOW_MS), -1, "none is left");
    cr_assert_eq(code_ledger_slot(used, NOW_MS + OFFLINE_CODE_SLOT_S * 1000), newest + 1);
}

Test(code_ledger, a_code_never_allows_more_than_energy_or_money_of_the_order)
{
    OrderLimits limits = {.max_cost_minor = 5000, .currency = "EUR", .max_energy_wh = 39999};
    guint step = 99;

    cr_assert(code_ledger_step(&limits, &tariff, &step));
    cr_assert_eq(offline_code_energy_wh(step), 30000);
    limits.max_cost_minor = 600; /* 5.50 for energy: 11.2 kWh */
    cr_assert(code_ledger_step(&limits, &tariff, &step));
    cr_assert_eq(offline_code_energy_wh(step), 10000);
    limits.max_cost_minor = 98; /* 0.48: not one kWh */
    cr_assert_not(code_ledger_step(&limits, &tariff, &step));
    limits = (OrderLimits){.max_cost_minor = 100000, .currency = "EUR"};
    cr_assert(code_ledger_step(&limits, &tariff, &step));
    cr_assert_eq(offline_code_energy_wh(step), 100000);
}

Test(code_ledger, what_comes_back_is_charged_once_and_only_where_it_was_meant)
{
    LedgerCode code = {.known = TRUE, .same_place = TRUE, .used_by = "", .expires_ms = NOW_MS};
    gboolean pays = FALSE;

    cr_assert_eq(code_ledger_judge(&code, "tx-1", NOW_MS - 1000, &pays), LEDGER_FLAG_NONE);
    cr_assert(pays);
    code.used_by = "tx-1";
    cr_assert_eq(code_ledger_judge(&code, "tx-1", NOW_MS - 1000, &pays), LEDGER_FLAG_NONE, "the same again");
    cr_assert(pays);
    cr_assert_eq(code_ledger_judge(&code, "tx-2", NOW_MS - 1000, &pays), LEDGER_FLAG_USED_TWICE);
    cr_assert_not(pays);
    code.used_by = "";
    cr_assert_eq(code_ledger_judge(&code, "tx-1", NOW_MS + 3600 * 1000, &pays), LEDGER_FLAG_EXPIRED);
    cr_assert(pays, "delivered is delivered");
    code.same_place = FALSE;
    cr_assert_eq(code_ledger_judge(&code, "tx-1", NOW_MS - 1000, &pays), LEDGER_FLAG_WRONG_PILE);
    cr_assert_not(pays);
    code.known = FALSE;
    cr_assert_eq(code_ledger_judge(&code, "tx-1", NOW_MS - 1000, &pays), LEDGER_FLAG_UNKNOWN_CODE);
    cr_assert_not(pays);
}

/* ---- gaps ---- */

static Transaction told(guint n, ...)
{
    Transaction transaction;
    va_list values;

    transaction_init(&transaction);
    va_start(values, n);
    for (guint i = 0; i < n; i++) {
        gint seq = va_arg(values, gint);
        TransactionEvent event = {.seq_no = ABS(seq),
                                  .at_ms = NOW_MS + seq,
                                  .meter_first_wh = -1,
                                  .meter_last_wh = -1,
                                  .power_w = -1,
                                  .soc_percent = -1};

        /* A negative number is the end. */
        event.kind = seq < 0    ? OCPP_TRANSACTION_ENDED
                     : seq == 0 ? OCPP_TRANSACTION_STARTED
                                : OCPP_TRANSACTION_UPDATED;
        transaction_add(&transaction, &event);
    }
    va_end(values);
    return transaction;
}

Test(transaction_gap, missing_events_are_counted_between_and_at_the_ends)
{
    Transaction whole = told(3, 0, 1, -2), hole = told(3, 0, 2, -5), no_end = told(2, 0, 1),
                no_start = told(2, 3, -4);

    cr_assert_eq(transaction_gap_missing(&whole), 0);
    cr_assert_eq(transaction_gap_missing(&hole), 3);
    cr_assert_eq(transaction_gap_missing(&no_end), 1);
    cr_assert_eq(transaction_gap_missing(&no_start), 3);
}

/* citrineos-core#1053: closed on ongoingIndicator=false although messagesInQueue=true, and the queued Ended
 * was dropped, so nobody paid. */
Test(transaction_gap, not_ongoing_says_nothing_while_messages_are_queued)
{
    Transaction no_end = told(2, 0, 1), hole = told(2, 0, -5);
    TransactionGapWord queued = {.answered = TRUE, .messages_in_queue = TRUE, .ongoing = FALSE};
    TransactionGapWord empty = {.answered = TRUE};
    TransactionGapWord running = {.answered = TRUE, .ongoing = TRUE};

    cr_assert_eq(transaction_gap_judge(&no_end, &queued, G_MAXINT32), TRANSACTION_GAP_WAIT);
    cr_assert_eq(transaction_gap_judge(&hole, &queued, G_MAXINT32), TRANSACTION_GAP_WAIT);
    cr_assert_eq(transaction_gap_judge(&no_end, &empty, 0), TRANSACTION_GAP_CLOSE);
    cr_assert_eq(transaction_gap_judge(&hole, &empty, 0), TRANSACTION_GAP_CLOSE);
    cr_assert_eq(transaction_gap_judge(&no_end, &running, 0), TRANSACTION_GAP_LEAVE);
}

Test(transaction_gap, a_pile_that_does_not_serve_the_question_gets_an_hour)
{
    Transaction hole = told(2, 0, -5), no_end = told(2, 0, 1);
    TransactionGapWord dumb = {.answered = FALSE};

    cr_assert_eq(transaction_gap_judge(&hole, &dumb, TRANSACTION_GAP_PATIENCE_MS - 1), TRANSACTION_GAP_WAIT);
    cr_assert_eq(transaction_gap_judge(&hole, &dumb, TRANSACTION_GAP_PATIENCE_MS), TRANSACTION_GAP_CLOSE);
    cr_assert_eq(transaction_gap_judge(&no_end, &dumb, G_MAXINT32), TRANSACTION_GAP_LEAVE,
                 "it may be running");
}

/* ---- local list ---- */

static void add(GArray *list, const gchar *id_token, gboolean blocked, gint64 expires_ms)
{
    LocalListEntry entry = {.type = OCPP_ID_TOKEN_CENTRAL, .blocked = blocked, .expires_ms = expires_ms};

    g_strlcpy(entry.id_token, id_token, sizeof entry.id_token);
    g_array_append_val(list, entry);
}

static GArray *list_new(void)
{
    return g_array_new(FALSE, TRUE, sizeof(LocalListEntry));
}

static const LocalListRules generous = {.items = 100, .bytes = 65536, .knows_expiry = TRUE};

static const OcppSendLocalListRequest *message(const GPtrArray *plan, guint i)
{
    return plan->pdata[i];
}

Test(local_list, what_a_pile_is_not_known_to_hold_is_sent_in_full)
{
    g_autoptr(GArray) wanted = list_new();
    g_autoptr(GPtrArray) plan = NULL;

    add(wanted, "vin1", FALSE, 0);
    add(wanted, "vin2", TRUE, 0);
    plan = local_list_plan(NULL, 7, wanted, &generous);
    cr_assert_eq(plan->len, 1);
    cr_assert_eq(message(plan, 0)->update, OCPP_LOCAL_LIST_FULL);
    cr_assert_eq(message(plan, 0)->version_number, 8, "above what it holds (D01.FR.18)");
    cr_assert_eq(message(plan, 0)->entries->len, 2);
    cr_assert_eq(g_array_index(message(plan, 0)->entries, OcppLocalListEntry, 1).info.status,
                 OCPP_AUTHORIZATION_BLOCKED);
}

Test(local_list, an_empty_list_is_emptied_by_a_full_update_without_entries)
{
    g_autoptr(GArray) wanted = list_new();
    g_autoptr(GPtrArray) plan = local_list_plan(NULL, 0, wanted, &generous);

    cr_assert_eq(plan->len, 1);
    cr_assert_eq(message(plan, 0)->entries->len, 0);
    cr_assert_gt(message(plan, 0)->version_number, 0, "0 means that there is no list");
}

Test(local_list, differences_only_travel_and_a_removed_token_goes_without_info)
{
    g_autoptr(GArray) held = list_new();
    g_autoptr(GArray) wanted = list_new();
    g_autoptr(GPtrArray) plan = NULL;
    const OcppLocalListEntry *entry;

    add(held, "a", FALSE, 0);
    add(held, "b", FALSE, 0);
    add(held, "d", FALSE, 0);
    add(wanted, "b", TRUE, 0);
    add(wanted, "c", FALSE, NOW_MS);
    add(wanted, "d", FALSE, 0);
    plan = local_list_plan(held, 3, wanted, &generous);
    cr_assert_eq(plan->len, 1);
    cr_assert_eq(message(plan, 0)->update, OCPP_LOCAL_LIST_DIFFERENTIAL);
    cr_assert_eq(message(plan, 0)->version_number, 4);
    cr_assert_eq(message(plan, 0)->entries->len, 3);
    entry = &g_array_index(message(plan, 0)->entries, OcppLocalListEntry, 0);
    cr_assert_str_eq(entry->id_token.id_token, "a");
    cr_assert_not(entry->info.present, "D01.FR.17");
    entry = &g_array_index(message(plan, 0)->entries, OcppLocalListEntry, 2);
    cr_assert_eq(entry->info.cache_expiry_ms, NOW_MS);
}

Test(local_list, nothing_changed_sends_nothing)
{
    g_autoptr(GArray) held = list_new();
    g_autoptr(GPtrArray) plan = NULL;

    add(held, "a", FALSE, 5);
    plan = local_list_plan(held, 3, held, &generous);
    cr_assert_eq(plan->len, 0);
}

Test(local_list, items_and_bytes_per_message_are_kept_and_every_message_has_its_own_version)
{
    g_autoptr(GArray) wanted = list_new();
    LocalListRules narrow = {.items = 1000, .bytes = 700, .knows_expiry = TRUE};
    guint total = 0;

    for (guint i = 0; i < 50; i++) {
        g_autofree gchar *id_token = g_strdup_printf("vin%014u", i);

        add(wanted, id_token, FALSE, NOW_MS + i);
    }
    {
        LocalListRules seven = {.items = 7, .bytes = 65536};
        g_autoptr(GPtrArray) plan = local_list_plan(NULL, 0, wanted, &seven);

        cr_assert_eq(plan->len, 8);
        for (guint i = 0; i < plan->len; i++) {
            cr_assert_eq(message(plan, i)->version_number, (gint32)i + 1);
            cr_assert_eq(message(plan, i)->update,
                         i == 0 ? OCPP_LOCAL_LIST_FULL : OCPP_LOCAL_LIST_DIFFERENTIAL);
            cr_assert_leq(message(plan, i)->entries->len, 7);
        }
    }
    {
        g_autoptr(GPtrArray) plan = local_list_plan(NULL, 0, wanted, &narrow);

        cr_assert_gt(plan->len, 5);
        for (guint i = 0; i < plan->len; i++) {
            g_autoptr(JsonNode) node =
                json_write_node(ocpp_send_local_list_request_to_json(message(plan, i)));
            g_autofree gchar *text = json_gate_print(node, NULL);
            g_autofree gchar *frame = g_strdup_printf("[2,\"%36s\",\"SendLocalList\",%s]", "", text);

            cr_assert_leq(strlen(frame), 700);
            total += message(plan, i)->entries->len;
        }
        cr_assert_eq(total, 50);
    }
}

Test(local_list, expired_entries_go_and_one_token_has_one_entry)
{
    g_autoptr(GArray) list = list_new();

    add(list, "b", FALSE, NOW_MS - 1);
    add(list, "a", FALSE, NOW_MS + 5);
    add(list, "a", TRUE, NOW_MS + 9);
    add(list, "c", TRUE, NOW_MS - 1);
    local_list_normalise(list, NOW_MS);
    cr_assert_eq(list->len, 2);
    cr_assert(g_array_index(list, LocalListEntry, 0).blocked, "blocked beats admitted");
    cr_assert_str_eq(g_array_index(list, LocalListEntry, 1).id_token, "c", "blocked has no end");
    cr_assert_eq(local_list_next_expiry_ms(list), G_MAXINT64);
}

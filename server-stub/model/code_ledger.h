/* Code ledger: which offline code a driver gets, and what a code that comes back from a pile means. Pure.
 * The code itself: protocol/offline_code.h. Who holds which is the store's (server-stub/store/code_rows.h);
 * here are the rules. threats.md 8.
 */
#pragma once

#include "protocol/api_order.h"
#include "protocol/offline_code.h"

/* One driver cannot use up the serial numbers of a garage, nor hold a heap of codes to pass on. */
#define CODE_LEDGER_MAX_PER_VEHICLE 3

/**
 * code_ledger_slot:
 * @used: (element-type gint64): slots of this EVSE that are taken, in any order
 * @now_ms: unix ms
 *
 * Returns: the newest free slot of the last 12 h, or -1: none is left
 */
gint64 code_ledger_slot(const GArray *used, gint64 now_ms);

/* The energy step that neither the order's energy nor, by @tariff, its cost exceeds. FALSE: not even the
 * smallest. Time has its price too, but nobody knows it beforehand: what runs over the maximum is waived. */
gboolean code_ledger_step(const OrderLimits *limits, const Tariff *tariff, guint *step);

/* Why nobody pays for a transaction, or why somebody must look at it. The words of "flag" in
 * protocol/README.md, section 3. */
typedef enum {
    LEDGER_FLAG_NONE,
    LEDGER_FLAG_UNKNOWN_CODE,       /* no row: invented, or made by somebody who has read the pile's secret */
    LEDGER_FLAG_WRONG_PILE,         /* a code of another pile or EVSE: a pile that did not check */
    LEDGER_FLAG_USED_TWICE,         /* code or voucher: another transaction came first */
    LEDGER_FLAG_SECOND_TRANSACTION, /* the order it names is served by another one */
    LEDGER_FLAG_UNKNOWN_VEHICLE,
    LEDGER_FLAG_BLOCKED, /* known and charged for, but the code had been blocked */
    LEDGER_FLAG_EXPIRED, /* known and charged for, but started after the code's end */
    LEDGER_FLAG_UNKNOWN_VOUCHER,
    LEDGER_N_FLAGS
} LedgerFlag;
extern const gchar *const ledger_flag_names[]; /* "" for none */

typedef struct {
    gboolean known;       /* the server made it */
    gboolean same_place;  /* for this station and EVSE */
    const gchar *used_by; /* transaction that has used it; "" none */
    gint64 expires_ms;
} LedgerCode;

/**
 * code_ledger_judge:
 * @transaction_id: that brings the code
 * @started_ms: by the pile's clock
 * @pays: (out): the holder's order is settled by this transaction
 *
 * A pile refuses what is expired, used or another's; what comes back all the same was delivered, so it is
 * charged where somebody got the code for this place, and flagged.
 */
LedgerFlag code_ledger_judge(const LedgerCode *code, const gchar *transaction_id, gint64 started_ms,
                             gboolean *pays);

/* Transaction gap: events that a pile has not told yet, or never will. Pure.
 * A transaction is over when Started(a), Ended(o) and every seqNo between are in (OCPP 2.0.1 part 2, 1.3.2).
 * A pile may drop Updated events when its memory is short (E12.FR.04) and any event after its attempts (E13):
 * then it is asked (E14, GetTransactionStatus), and only its own word that it holds no more messages closes
 * the gap. "Not ongoing" alone says nothing: its Ended may still be in the queue.
 */
#pragma once

#include "server-stub/model/transaction.h"

#define TRANSACTION_GAP_ASK_MS                                                                               \
    5000 /* after Ended with a gap, and after a pile is back: it may be sending them now */
#define TRANSACTION_GAP_AGAIN_MS (30 * 1000)
/* A pile that does not serve GetTransactionStatus says nothing, ever. */
#define TRANSACTION_GAP_PATIENCE_MS (60 * 60 * 1000)

typedef enum {
    TRANSACTION_GAP_NONE,     /* complete, or running and told without a hole */
    TRANSACTION_GAP_HOLE,     /* Ended is in, others are missing */
    TRANSACTION_GAP_OPEN_END, /* not ended as far as we know */
} TransactionGap;
TransactionGap transaction_gap(const Transaction *self);

/* Events known to be missing: numbers between the first and the last that are not in, and the ends that are
 * not (each counts one: how many lie behind an unknown end nobody knows). */
gint64 transaction_gap_missing(const Transaction *self);

typedef struct {
    gboolean answered; /* FALSE: it does not serve the question */
    gboolean messages_in_queue;
    gboolean ongoing; /* taken as FALSE when not said */
} TransactionGapWord;

typedef enum {
    TRANSACTION_GAP_WAIT,  /* ask again */
    TRANSACTION_GAP_LEAVE, /* it runs, and nothing is missing: its next events will tell */
    TRANSACTION_GAP_CLOSE, /* nothing more will come */
} TransactionGapVerdict;
TransactionGapVerdict transaction_gap_judge(const Transaction *self, const TransactionGapWord *word,
                                            gint64 waited_ms);

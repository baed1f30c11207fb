#include "server-stub/model/transaction_gap.h"

TransactionGap transaction_gap(const Transaction *self)
{
    if (transaction_is_complete(self))
        return TRANSACTION_GAP_NONE;
    return transaction_has_ended(self) ? TRANSACTION_GAP_HOLE : TRANSACTION_GAP_OPEN_END;
}

gint64 transaction_gap_missing(const Transaction *self)
{
    gint64 missing = 0;

    for (guint i = 1; i < self->seqs.n_ranges; i++)
        missing += self->seqs.ranges[i].first - self->seqs.ranges[i - 1].last - 1;
    /* A station numbers from 0 (E01.FR.07): what is before the first number is missing too. */
    if (self->started_seq < 0)
        missing += self->seqs.n_ranges > 0 ? MAX(self->seqs.ranges[0].first, 1) : 1;
    return missing + (self->ended_seq < 0 ? 1 : 0);
}

TransactionGapVerdict transaction_gap_judge(const Transaction *self, const TransactionGapWord *word,
                                            gint64 waited_ms)
{
    TransactionGap gap = transaction_gap(self);

    if (gap == TRANSACTION_GAP_NONE)
        return TRANSACTION_GAP_LEAVE;
    if (!word->answered) {
        if (gap == TRANSACTION_GAP_OPEN_END)
            return TRANSACTION_GAP_LEAVE;
        return waited_ms >= TRANSACTION_GAP_PATIENCE_MS ? TRANSACTION_GAP_CLOSE : TRANSACTION_GAP_WAIT;
    }
    if (word->messages_in_queue)
        return TRANSACTION_GAP_WAIT;
    if (gap == TRANSACTION_GAP_OPEN_END && word->ongoing)
        return TRANSACTION_GAP_LEAVE;
    return TRANSACTION_GAP_CLOSE;
}

/* Seq set: which sequence numbers of a transaction are in. Pure value.
 * TransactionEvents come in any order and more than once; a transaction may be closed only when Started(a),
 * Ended(o) and every number between are in (OCPP 2.0.1 part 2, 1.3.2). Kept as ranges, so a transaction in
 * order costs one range however long it is: judging an event never reads the events before it.
 */
#pragma once

#include <glib.h>

#define SEQ_SET_MAX_RANGES 64 /* that many gaps at once is not a network fault */

typedef struct {
    struct {
        gint64 first, last;
    } ranges[SEQ_SET_MAX_RANGES]; /* rising, never touching */
    guint n_ranges;
} SeqSet;

typedef enum { SEQ_SET_ADDED, SEQ_SET_DUPLICATE, SEQ_SET_FULL } SeqSetResult;

SeqSetResult seq_set_add(SeqSet *self, gint64 seq);

/* Every number from @first to @last is in. */
gboolean seq_set_covers(const SeqSet *self, gint64 first, gint64 last);

/* "0-41,43"; (transfer full). from_text returns FALSE when @text is nothing to_text() writes. */
gchar *seq_set_to_text(const SeqSet *self);
gboolean seq_set_from_text(SeqSet *self, const gchar *text);

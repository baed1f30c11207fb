/* Operator feed: the open event streams of the operator's pages. What has changed is only marked; every
 * OPERATOR_FEED_PAUSE_MS the marked things are read once and sent whole, at most OPERATOR_FEED_BATCH at a
 * time: a thousand stations that come back at once are a second of traffic, not a full queue. Nobody looks:
 * nothing is marked and no timer runs.
 */
#pragma once

#include "weblink/sse_hub.h"

#define OPERATOR_FEED_PAUSE_MS 200
#define OPERATOR_FEED_BATCH 60 /* of up to 1 KiB; half of a stream's queue when nobody reads for a second */
#define OPERATOR_FEED_MESSAGES 20 /* of up to 4 KiB */

typedef enum {
    OPERATOR_STATION,
    OPERATOR_ORDER,
    OPERATOR_RESERVATION,
    OPERATOR_TRANSACTION,
    OPERATOR_N_KINDS
} OperatorKind;

typedef struct {
    /* (transfer full) (nullable): the thing as it is now */
    JsonNode *(*item)(OperatorKind kind, const gchar *id, gpointer data);
    /* (transfer full): messages after @seq, the newest @limit; @seq: (inout) */
    JsonNode *(*messages)(gint64 *seq, guint limit, gpointer data);
} OperatorFeedPorts;

typedef struct _OperatorFeed OperatorFeed;

OperatorFeed *operator_feed_new(const OperatorFeedPorts *ports, gpointer data);
void operator_feed_free(OperatorFeed *self);

/* Answers @request with an event stream. */
void operator_feed_open(OperatorFeed *self, WebRequest *request);
void operator_feed_mark(OperatorFeed *self, OperatorKind kind, const gchar *id);
void operator_feed_messages(OperatorFeed *self); /* there are new ones */

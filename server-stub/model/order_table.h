/* Order table: which state follows which event, and what must be done about it.
 * Pure. The caller persists the new state first, then carries out the effects. A pair that is not in the
 * table is a late or repeated message: nothing moves; tests/server-stub/order_table.c lists every missing
 * pair with the reason why ignoring it is right. States: protocol/README.md, section 2.
 */
#pragma once

#include "protocol/api_order.h"

typedef enum {
    ORDER_EVENT_START_ACCEPTED, /* RequestStartTransaction answered Accepted, or a transaction waits for the
                                   cable */
    ORDER_EVENT_START_REJECTED, /* the first RequestStartTransaction answered Rejected */
    ORDER_EVENT_PLUGGED,        /* the transaction has (or had) the cable in */
    ORDER_EVENT_PROGRESS,       /* a reading, a charging state: the snapshot may change, the state does not */
    ORDER_EVENT_DRIVER_STOP,    /* cancel or stop: the same wish, before or after the race with the cable */
    ORDER_EVENT_LIMIT_REACHED,  /* cost, energy or duration */
    ORDER_EVENT_DEADLINE,       /* nothing plugged in before expires_at */
    ORDER_EVENT_CONNECT_TIMEOUT, /* the pile gave up waiting for the cable (EVConnectTimeout) */
    ORDER_EVENT_ENDED_UNPLUGGED, /* transaction over for another reason before a cable came */
    ORDER_EVENT_ENDED,           /* Ended is in, the cable had been in */
    ORDER_EVENT_COMPLETE,        /* Ended and every seqNo before it are in: nothing more can come */
    ORDER_EVENT_CODE_ISSUED,     /* the pile is silent or away: the order goes on as an offline code */
    ORDER_EVENT_CODE_RETURNED,   /* cancelled by the driver, and the pile holds nothing that could use it */
    ORDER_EVENT_END_LOST,        /* no Ended, the pile runs nothing and says that it holds no more messages */
    ORDER_EVENT_NO_MORE,   /* Ended is in, some before it are not, and the pile holds no more messages */
    ORDER_EVENT_CORRECTED, /* settled with a gap, and late events have come after all */
    ORDER_N_EVENTS
} OrderEvent;

typedef enum {
    ORDER_EFFECT_NONE = 0,
    ORDER_EFFECT_STOP = 1 << 0,   /* RequestStopTransaction, if the pile has a transaction of this order */
    ORDER_EFFECT_SETTLE = 1 << 1, /* make the receipt */
} OrderEffects;

/**
 * order_table_next:
 * @state: (inout): untouched when the pair is not in the table
 * @effects: (out): what to do once @state is stored
 *
 * Returns: TRUE when the pair is in the table
 */
gboolean order_table_next(OrderState *state, OrderEvent event, OrderEffects *effects);

/* Bay feed: what a real detector says about the bays, one line each time it knows something:
 *
 *   1 occupied
 *   2 free
 *   1 broken        it cannot tell any more
 *
 * The number counts EVSEs from 1. Bytes come as they come; a line ends with a newline and has at most 24
 * bytes. Strict: one blank, lower case, nothing else; an empty line says nothing. A bad line is reported and
 * changes nothing, and the next line is read as if it had not been there. Pure.
 */
#pragma once

#include "pile-sim/model/sim_command.h"

#define BAY_FEED_LINE_BYTES 24

typedef struct {
    gchar line[BAY_FEED_LINE_BYTES + 1];
    gsize len;
    gboolean too_long; /* the line in hand; the rest of it is skipped */
    guint n_evses;
    guint64 n_lines, n_bad;
} BayFeed;
#define BAY_FEED_INIT(evses)                                                                                 \
    {                                                                                                        \
        .n_evses = (evses)                                                                                   \
    }

/* @command: NULL for a bad line */
typedef void (*BayFeedLine)(const SimCommand *command, gpointer data);

/* Calls @line for each line that @bytes completes. */
void bay_feed_push(BayFeed *self, const gchar *bytes, gsize len, BayFeedLine line, gpointer data);

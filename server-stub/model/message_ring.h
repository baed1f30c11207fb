/* Message ring: the OCPP messages of the last minutes, of all stations, for the operator's page. Bounded in
 * number and bytes: the oldest go. Pure.
 */
#pragma once

#include <glib.h>

#define MESSAGE_RING_MAX 2000
#define MESSAGE_RING_MAX_BYTES (4 * 1024 * 1024)
#define MESSAGE_RING_TEXT_MAX_BYTES (4 * 1024) /* what is longer is cut */

typedef struct {
    gint64 seq; /* 1, 2, 3 ... in this life of the server */
    gint64 at_ms;
    gchar *station_id;
    gboolean received;
    gchar *text; /* valid UTF-8 */
    gboolean cut;
} RingMessage;

typedef struct _MessageRing MessageRing;

MessageRing *message_ring_new(void);
void message_ring_free(MessageRing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageRing, message_ring_free)

void message_ring_add(MessageRing *self, const gchar *station_id, gboolean received, const gchar *text,
                      gsize len, gint64 at_ms);
gint64 message_ring_last_seq(MessageRing *self);

/**
 * message_ring_find:
 * @after_seq: only newer ones
 * @station: (nullable): part of the station's identity, any ASCII case
 * @text: (nullable): part of the message
 *
 * Returns: (transfer container) (element-type RingMessage): the newest @limit that fit, oldest first; valid
 * until the next message_ring_add()
 */
GPtrArray *message_ring_find(MessageRing *self, gint64 after_seq, const gchar *station, const gchar *text,
                             guint limit);

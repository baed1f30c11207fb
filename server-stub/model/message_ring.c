#include "server-stub/model/message_ring.h"

#include <string.h>

struct _MessageRing {
    GQueue *messages; /* of RingMessage, oldest at the head */
    gsize bytes;
    gint64 last_seq;
};

static void message_free(gpointer data)
{
    RingMessage *message = data;

    g_free(message->station_id);
    g_free(message->text);
    g_free(message);
}

static gsize message_bytes(const RingMessage *message)
{
    return sizeof *message + strlen(message->station_id) + strlen(message->text) + 2;
}

MessageRing *message_ring_new(void)
{
    MessageRing *self = g_new0(MessageRing, 1);

    self->messages = g_queue_new();
    return self;
}

void message_ring_free(MessageRing *self)
{
    if (self == NULL)
        return;
    g_queue_free_full(self->messages, message_free);
    g_free(self);
}

void message_ring_add(MessageRing *self, const gchar *station_id, gboolean received, const gchar *text,
                      gsize len, gint64 at_ms)
{
    RingMessage *message = g_new0(RingMessage, 1);
    g_autofree gchar *head = g_strndup(text, MIN(len, MESSAGE_RING_TEXT_MAX_BYTES));
    const gchar *valid_end = NULL;

    message->seq = ++self->last_seq;
    message->at_ms = at_ms;
    message->station_id = g_strdup(station_id);
    message->received = received;
    message->cut = len > MESSAGE_RING_TEXT_MAX_BYTES;
    /* Cutting may have split the last character. */
    if (message->cut && !g_utf8_validate(head, -1, &valid_end))
        head[valid_end - head] = '\0';
    message->text = g_utf8_make_valid(head, -1);
    self->bytes += message_bytes(message);
    g_queue_push_tail(self->messages, message);
    while (self->messages->length > MESSAGE_RING_MAX || self->bytes > MESSAGE_RING_MAX_BYTES) {
        RingMessage *oldest = g_queue_pop_head(self->messages);

        self->bytes -= message_bytes(oldest);
        message_free(oldest);
    }
}

gint64 message_ring_last_seq(MessageRing *self)
{
    return self->last_seq;
}

static gboolean contains(const gchar *whole, const gchar *lower_part)
{
    g_autofree gchar *lower = g_ascii_strdown(whole, -1);

    return strstr(lower, lower_part) != NULL;
}

GPtrArray *message_ring_find(MessageRing *self, gint64 after_seq, const gchar *station, const gchar *text,
                             guint limit)
{
    GPtrArray *found = g_ptr_array_new();
    g_autofree gchar *station_part = station != NULL ? g_ascii_strdown(station, -1) : NULL;

    for (GList *i = self->messages->tail; i != NULL && found->len < limit; i = i->prev) {
        RingMessage *message = i->data;

        if (message->seq <= after_seq)
            break;
        if ((station_part == NULL || contains(message->station_id, station_part)) &&
            (text == NULL || strstr(message->text, text) != NULL))
            g_ptr_array_add(found, message);
    }
    for (guint i = 0; i < found->len / 2; i++) {
        gpointer swap = found->pdata[i];

        found->pdata[i] = found->pdata[found->len - 1 - i];
        found->pdata[found->len - 1 - i] = swap;
    }
    return found;
}

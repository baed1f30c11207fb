#include "pile-sim/model/outbox.h"

#include <string.h>

void outbox_entry_free(OutboxEntry *self)
{
    g_free(self->payload);
    g_free(self->subject);
    g_free(self);
}

void outbox_init(Outbox *self)
{
    *self = (Outbox){.next_id = 1};
    g_queue_init(&self->entries);
}

void outbox_clear(Outbox *self)
{
    g_queue_clear_full(&self->entries, (GDestroyNotify)outbox_entry_free);
    self->in_flight = 0;
}

/* In our own words, as station_text() prints them. An event that brings the token or the proof of a start
 * tells what no other does. */
static gboolean is_dispensable(const gchar *payload)
{
    return strstr(payload, "\"eventType\":\"Updated\"") != NULL && strstr(payload, "\"idToken\"") == NULL;
}

static OutboxEntry *append(Outbox *self, gint64 id, OcppAction action, gchar *payload, const gchar *subject)
{
    OutboxEntry *entry = g_new0(OutboxEntry, 1);

    entry->id = id;
    entry->action = action;
    entry->payload = payload;
    entry->subject = g_strdup(subject != NULL ? subject : "");
    entry->durable = subject != NULL;
    entry->dispensable = entry->durable && is_dispensable(payload);
    g_queue_push_tail(&self->entries, entry);
    self->next_id = MAX(self->next_id, id + 1);
    return entry;
}

OutboxEntry *outbox_push(Outbox *self, OcppAction action, gchar *payload, const gchar *subject)
{
    return append(self, self->next_id, action, payload, subject);
}

void outbox_hurry(Outbox *self, const OutboxEntry *entry)
{
    GList *own = g_queue_find(&self->entries, entry);
    GList *first = self->entries.head;

    while (first != NULL && !((OutboxEntry *)first->data)->durable)
        first = first->next;
    g_return_if_fail(own != NULL && !entry->durable);
    if (first == NULL)
        return;
    g_queue_unlink(&self->entries, own);
    g_queue_insert_before_link(&self->entries, first, own);
}

void outbox_restore(Outbox *self, gint64 id, OcppAction action, const gchar *payload, const gchar *subject)
{
    append(self, id, action, g_strdup(payload), subject);
}

const OutboxEntry *outbox_take(Outbox *self, gboolean pending, gint64 mono_ms)
{
    gboolean durable_waits = FALSE;

    if (self->in_flight != 0)
        return NULL;
    for (GList *link = self->entries.head; link != NULL; link = link->next) {
        OutboxEntry *entry = link->data;

        if (pending && !entry->while_pending)
            continue;
        /* A refused event holds up the events after it, but not the station's other business. */
        if (mono_ms < entry->not_before_ms || (entry->durable && durable_waits)) {
            durable_waits = durable_waits || entry->durable;
            continue;
        }
        self->in_flight = entry->id;
        return entry;
    }
    return NULL;
}

static GList *find_in_flight(Outbox *self, gint64 id)
{
    GList *link = id != 0 && self->in_flight == id ? self->entries.head : NULL;

    while (link != NULL && ((OutboxEntry *)link->data)->id != id)
        link = link->next;
    return link;
}

OutboxEntry *outbox_in_flight(Outbox *self, gint64 id)
{
    GList *link = find_in_flight(self, id);

    return link != NULL ? link->data : NULL;
}

OutboxEntry *outbox_done(Outbox *self, gint64 id)
{
    GList *link = find_in_flight(self, id);
    OutboxEntry *entry = NULL;

    if (link == NULL)
        return NULL;
    entry = link->data;
    self->in_flight = 0;
    g_queue_delete_link(&self->entries, link);
    return entry;
}

void outbox_postpone(Outbox *self, gint64 id, gint64 retry_at_ms)
{
    OutboxEntry *entry = outbox_in_flight(self, id);

    g_return_if_fail(entry != NULL);
    self->in_flight = 0;
    entry->not_before_ms = retry_at_ms;
}

gboolean outbox_has(const Outbox *self, OcppAction action)
{
    for (const GList *link = self->entries.head; link != NULL; link = link->next) {
        if (((const OutboxEntry *)link->data)->action == action)
            return TRUE;
    }
    return FALSE;
}

void outbox_link_lost(Outbox *self)
{
    GList *next = NULL;

    self->in_flight = 0;
    for (GList *link = self->entries.head; link != NULL; link = next) {
        OutboxEntry *entry = link->data;

        next = link->next;
        entry->not_before_ms = 0;
        if (entry->durable)
            continue;
        outbox_entry_free(entry);
        g_queue_delete_link(&self->entries, link);
    }
}

static gboolean is_outdone(const Outbox *self, const OutboxEntry *entry)
{
    for (const GList *link = self->entries.head; link != NULL; link = link->next) {
        const OutboxEntry *other = link->data;

        if (other->id > entry->id && other->action == entry->action && other->evse_id == entry->evse_id)
            return TRUE;
    }
    return FALSE;
}

void outbox_drop_outdone(Outbox *self)
{
    GList *next = NULL;

    for (GList *link = self->entries.head; link != NULL; link = next) {
        OutboxEntry *entry = link->data;

        next = link->next;
        if (entry->durable || entry->refused == 0 || entry->id == self->in_flight || !is_outdone(self, entry))
            continue;
        outbox_entry_free(entry);
        g_queue_delete_link(&self->entries, link);
    }
}

void outbox_thin(Outbox *self, GArray *dropped)
{
    GList *next = NULL;
    guint seen = 0;

    for (GList *link = self->entries.head; link != NULL; link = next) {
        OutboxEntry *entry = link->data;

        next = link->next;
        if (!entry->dispensable || entry->id == self->in_flight || seen++ % 2 == 0)
            continue;
        g_array_append_val(dropped, entry->id);
        outbox_entry_free(entry);
        g_queue_delete_link(&self->entries, link);
    }
}

gint64 outbox_deadline_ms(const Outbox *self)
{
    gint64 deadline_ms = STATION_TIME_NEVER;
    gboolean durable_waits = FALSE;

    if (self->in_flight != 0)
        return deadline_ms;
    for (const GList *link = self->entries.head; link != NULL; link = link->next) {
        const OutboxEntry *entry = link->data;

        if (!entry->durable || !durable_waits) /* a later event waits for the first */
            deadline_ms = MIN(deadline_ms, entry->not_before_ms);
        durable_waits = durable_waits || entry->durable;
    }
    return deadline_ms;
}

guint outbox_n_durable(const Outbox *self, const gchar *subject)
{
    guint n = 0;

    for (const GList *link = self->entries.head; link != NULL; link = link->next) {
        const OutboxEntry *entry = link->data;

        n += entry->durable && (subject == NULL || g_str_equal(subject, entry->subject));
    }
    return n;
}

/* Outbox: the calls that a station wants to make, in order, one in flight.
 * Durable entries (TransactionEvent) are kept until they are answered, over lost connections and
 * restarts; the others describe the present and die with the connection, because the station tells its
 * present state anew when it is back. Pure: what must be stored is reported, not stored.
 * OCPP 2.0.1 part 4, 4.1.1 (one CALL outstanding), 4.1.4 (a retry is a new message id: the link's work);
 * part 2 E13 (MessageAttempts, MessageAttemptInterval).
 */
#pragma once

#include "pile-sim/model/station_time.h"
#include "protocol/ocpp_action.h"

typedef struct {
    gint64 id; /* rises; the order */
    OcppAction action;
    gchar *payload;        /* owned: JSON object */
    gchar *subject;        /* owned: transaction id of a TransactionEvent, "" otherwise */
    gint32 evse_id;        /* whom it or its answer concerns; 0: nobody */
    gint32 reservation_id; /* of a ReservationStatusUpdate */
    gboolean durable;
    gboolean while_pending; /* asked for by the CSMS: may go out before it accepts the station (B02.FR.02) */
    gboolean
        dispensable; /* an Updated event with nothing but readings: may be dropped when memory is short */
    guint refused;   /* how often the peer answered with CALLERROR, or not at all to what is not durable */
    gint64 not_before_ms; /* monotonic; set by a refusal */
} OutboxEntry;

typedef struct {
    GQueue entries; /* of OutboxEntry, owned */
    gint64 next_id;
    gint64 in_flight; /* id; 0: none */
} Outbox;

void outbox_init(Outbox *self);
void outbox_clear(Outbox *self);

/* Returns: (transfer none): the new entry, last in line; its other fields are the caller's to set.
 * @payload: (transfer full); @subject: (nullable): a transaction's id makes the entry durable */
OutboxEntry *outbox_push(Outbox *self, OcppAction action, gchar *payload, const gchar *subject);

/* Moves an entry that is not durable in front of all that are: news of the present before history. */
void outbox_hurry(Outbox *self, const OutboxEntry *entry);

/* Puts a stored entry back, in the order of ids, before any outbox_push(). @payload: (transfer none) */
void outbox_restore(Outbox *self, gint64 id, OcppAction action, const gchar *payload, const gchar *subject);

/**
 * outbox_take:
 * @pending: the CSMS has not accepted the station yet: only what it asked for
 *
 * Returns: (transfer none) (nullable): the entry to send now; it is in flight until outbox_done() or
 *   outbox_release(). %NULL: one is in flight already, none waits, or the first must wait for its retry
 */
const OutboxEntry *outbox_take(Outbox *self, gboolean pending, gint64 mono_ms);

/* The entry in flight was answered (or is given up). Returns: (transfer full) (nullable): NULL when @id is
 * not in flight: a late answer. */
OutboxEntry *outbox_done(Outbox *self, gint64 id);

/* Returns: (transfer none) (nullable): the entry in flight if that is @id */
OutboxEntry *outbox_in_flight(Outbox *self, gint64 id);

/* @id is in flight: it stays where it is and waits until @retry_at_ms; nothing durable overtakes one that is.
 */
void outbox_postpone(Outbox *self, gint64 id, gint64 retry_at_ms);

/* What was refused, is not durable and waits for its retry: dropped when something newer tells the same
 * (action and EVSE), which would otherwise be taken back by it. */
void outbox_drop_outdone(Outbox *self);

/* Returns: TRUE when a call of @action waits or is in flight. */
gboolean outbox_has(const Outbox *self, OcppAction action);

/* The connection is gone: what was in flight will be sent again, what is not durable is dropped. */
void outbox_link_lost(Outbox *self);

/**
 * outbox_thin:
 * @dropped: (element-type gint64): ids are appended
 *
 * Memory is short: drops every second dispensable event that is not in flight; the others keep their numbers
 * (OCPP 2.0.1 part 2, E12.FR.04-05).
 */
void outbox_thin(Outbox *self, GArray *dropped);

/* Monotonic time at which outbox_take() is worth calling again; STATION_TIME_NEVER: not by time. */
gint64 outbox_deadline_ms(const Outbox *self);

/* TransactionEvents waiting or in flight; @subject: only of that transaction, %NULL: all. */
guint outbox_n_durable(const Outbox *self, const gchar *subject);

void outbox_entry_free(OutboxEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxEntry, outbox_entry_free)

/* Store: the daemon's memory in one SQLite file: the journey, the outbox of calls that must reach the server,
 * the history of orders with their receipts, the driver's consent, and how far the event stream was read.
 * WAL with synchronous=FULL: what store_commit() acknowledged survives a power cut. One commit, one
 * transaction: new state and the calls that follow from it are never apart.
 */
#pragma once

#include "protocol/api_order.h"

/**
 * StoreError:
 * @STORE_ERROR_OPEN: folder or file cannot be used (permissions, a second daemon, a newer version's file)
 * @STORE_ERROR_WRITE: not written: disk full, I/O error; nothing of the commit happened. What the server has
 *   said in it (order, event id, the answered row) is owed: it goes into the next commit that succeeds
 * @STORE_ERROR_READ: a row could not be read
 */
typedef enum { STORE_ERROR_OPEN, STORE_ERROR_WRITE, STORE_ERROR_READ } StoreError;
#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);

typedef struct Store Store;

/**
 * store_open:
 * @folder: created with mode 0700 when missing
 * @rebuilt: (out): a broken file was put aside ("car.db.broken-TIME") and a new one begun; the server's list
 *   of orders then tells what is under way
 */
Store *store_open(const gchar *folder, gboolean *rebuilt, GError **error);
void store_close(Store *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* A call that must reach the server. @kind: an OrderCallKind of daemon/net/order_client.h, as a number. */
typedef struct {
    gint64 id;
    gint kind;
    gchar *reference; /* client_ref or order_id; one row per kind and reference */
    gchar *body;      /* (nullable) */
} OutboxRow;
void outbox_row_free(OutboxRow *row);

/* One transaction; whatever is NULL or 0 stays as it is. */
typedef struct {
    const gchar *record;     /* of the journey, trip_record.h */
    const Order *order;      /* into the history; an older snapshot than the stored one changes nothing */
    const Tariff *offered;   /* (nullable): the tariff that was shown before @order was placed */
    gint64 last_event_id;    /* never goes down */
    const OutboxRow *add[2]; /* id is ignored; an equal row is kept */
    gint64 remove_outbox_id;
    const gchar *withdrawn_ref; /* (nullable): requests with this client_ref leave the outbox */
    const gchar *consent;       /* JSON text */
    const gchar *telling;       /* of journey/telling.h */
    const gchar *offers;        /* of journey/offer_list.h */
} StoreCommit;

gboolean store_commit(Store *self, const StoreCommit *commit, GError **error);

/* (transfer full) (nullable): NULL: nothing stored */
gchar *store_load_record(Store *self);
gchar *store_load_consent(Store *self);
/* The reservation and the driver's wish about it, as booking.h prints them. */
gchar *store_load_booking(Store *self);
/* The vehicle's key and its voucher, as voucher_box.h prints them. */
gchar *store_load_voucher(Store *self);
gboolean store_save_voucher(Store *self, const gchar *text, GError **error);
/* Some order of the history is a code that is out. */
gboolean store_has_open_code(Store *self);
gboolean store_save_booking(Store *self, const gchar *text, GError **error);
gchar *store_load_telling(Store *self);
gchar *store_load_offers(Store *self);
gint64 store_load_last_event_id(Store *self);
/* (transfer full) (element-type OutboxRow): oldest first, without rows whose removal is owed */
GPtrArray *store_load_outbox(Store *self);

typedef struct {
    Order order;
    gboolean has_offered;
    Tariff offered;
} StoredOrder;
/* (transfer full) (nullable) (element-type StoredOrder): newest first; NULL with %STORE_ERROR_READ */
GArray *store_history(Store *self, guint limit, GError **error);
/* FALSE without @error: no such order */
gboolean store_find_order(Store *self, const gchar *order_id, StoredOrder *found, GError **error);

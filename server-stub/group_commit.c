#include "server-stub/group_commit.h"

#include "weblink/ws_poller.h"

typedef enum {
    HELD_START,
    HELD_STOP,
    HELD_CHANGED,
    HELD_RESERVE,
    HELD_RELEASE,
    HELD_RESERVATION_CHANGED,
    HELD_EVSE_CHANGED,
    HELD_CALL,
    HELD_THEN,
} HeldKind;

/* An effect that waits for the commit. What is not used by its kind is NULL. */
typedef struct {
    HeldKind kind;
    gpointer row; /* owned: OrderRow or ReservationRow */
    gchar *station_id, *transaction_id;
    OcppAction action;
    JsonObject *payload;
    DeskAnswer answer;
    gpointer answer_data; /* owned */
    void (*then)(gboolean committed, gpointer data);
    gpointer data;
} Held;

struct _GroupCommit {
    Store *store;
    Desk *desk;
    DeskPorts ports;
    gpointer data;
    GPtrArray *held; /* of Held, in order */
    gboolean open;
};

static void held_free(gpointer data)
{
    Held *held = data;

    g_free(held->row);
    g_free(held->station_id);
    g_free(held->transaction_id);
    g_clear_pointer(&held->payload, json_object_unref);
    g_free(held->answer_data);
    g_free(held);
}

GroupCommit *group_commit_new(Store *store, const DeskPorts *ports, gpointer data)
{
    GroupCommit *self = g_new0(GroupCommit, 1);

    self->store = store;
    self->ports = *ports;
    self->data = data;
    self->held = g_ptr_array_new_with_free_func(held_free);
    return self;
}

void group_commit_free(GroupCommit *self)
{
    if (self == NULL)
        return;
    group_commit_flush(self);
    g_ptr_array_unref(self->held);
    g_free(self);
}

void group_commit_set_desk(GroupCommit *self, Desk *desk)
{
    self->desk = desk;
}

/* A call that the desk believes to be on its way has an answer all the same. */
static void answer_lost(GroupCommit *self, const Held *held)
{
    const OcppRpcEvent lost = {.type = OCPP_RPC_EVENT_LOST, .action = held->action};

    held->answer(self->desk, held->station_id, &lost, g_get_real_time() / 1000, held->answer_data);
}

static void act(GroupCommit *self, Held *held)
{
    const DeskPorts *ports = &self->ports;

    switch (held->kind) {
    case HELD_START:
        ports->start(held->row, self->data);
        break;
    case HELD_STOP:
        ports->stop(held->station_id, held->transaction_id, self->data);
        break;
    case HELD_CHANGED:
        ports->changed(held->row, self->data);
        break;
    case HELD_RESERVE:
        ports->reserve(held->row, self->data);
        break;
    case HELD_RELEASE:
        ports->release(held->row, self->data);
        break;
    case HELD_RESERVATION_CHANGED:
        ports->reservation_changed(held->row, self->data);
        break;
    case HELD_EVSE_CHANGED:
        ports->evse_changed(held->station_id, self->data);
        break;
    case HELD_CALL: {
        gpointer answer_data = g_steal_pointer(&held->answer_data);

        if (!ports->reachable(held->station_id, self->data)) {
            held->answer_data = answer_data;
            answer_lost(self, held);
        } else {
            ports->call(held->station_id, held->action, g_steal_pointer(&held->payload), held->answer,
                        answer_data, self->data);
        }
        break;
    }
    case HELD_THEN:
        held->then(TRUE, held->data);
        break;
    }
}

void group_commit_flush(GroupCommit *self)
{
    g_autoptr(GPtrArray) held = NULL;
    g_autoptr(GError) error = NULL;
    gboolean committed;

    if (!self->open)
        return;
    committed = store_group_commit(self->store, &error);
    if (!committed)
        g_warning("store: a group of %u was not stored: %s", self->held->len, error->message);
    self->open = FALSE;
    held = g_steal_pointer(&self->held);
    self->held = g_ptr_array_new_with_free_func(held_free);
    for (guint i = 0; i < held->len; i++) {
        Held *one = g_ptr_array_index(held, i);

        if (committed)
            act(self, one);
        else if (one->kind == HELD_THEN)
            one->then(FALSE, one->data);
        else if (one->kind == HELD_CALL)
            answer_lost(self, one);
    }
}

static void on_batch_over(gpointer data)
{
    group_commit_flush(data);
}

gboolean group_commit_join(GroupCommit *self)
{
    g_autoptr(GError) error = NULL;

    if (self->open)
        return TRUE;
    if (!ws_poller_after_batch(NULL, NULL))
        return FALSE;
    if (!store_group_begin(self->store, &error)) {
        g_warning("store: %s", error->message);
        return FALSE; /* each change will say the same for itself */
    }
    self->open = TRUE;
    ws_poller_after_batch(on_batch_over, self);
    return TRUE;
}

void group_commit_after(GroupCommit *self, void (*then)(gboolean committed, gpointer data), gpointer data)
{
    Held *held;

    if (!self->open) {
        then(TRUE, data);
        return;
    }
    held = g_new0(Held, 1);
    held->kind = HELD_THEN;
    held->then = then;
    held->data = data;
    g_ptr_array_add(self->held, held);
}

/* Returns: (nullable): NULL: no group is open, act now */
static Held *hold(GroupCommit *self, HeldKind kind, gconstpointer row, gsize size)
{
    Held *held;

    if (!self->open)
        return NULL;
    held = g_new0(Held, 1);
    held->kind = kind;
    held->row = row != NULL ? g_memdup2(row, size) : NULL;
    g_ptr_array_add(self->held, held);
    return held;
}

static gboolean group_reachable(const gchar *station_id, gpointer data)
{
    GroupCommit *self = data;

    return self->ports.reachable(station_id, self->data);
}

static void group_start(const OrderRow *row, gpointer data)
{
    GroupCommit *self = data;

    if (hold(self, HELD_START, row, sizeof *row) == NULL)
        self->ports.start(row, self->data);
}

static void group_stop(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    GroupCommit *self = data;
    Held *held = hold(self, HELD_STOP, NULL, 0);

    if (held == NULL) {
        self->ports.stop(station_id, transaction_id, self->data);
        return;
    }
    held->station_id = g_strdup(station_id);
    held->transaction_id = g_strdup(transaction_id);
}

static void group_changed(const OrderRow *row, gpointer data)
{
    GroupCommit *self = data;

    if (hold(self, HELD_CHANGED, row, sizeof *row) == NULL)
        self->ports.changed(row, self->data);
}

/* Only a timer: it may be set by what is not stored yet. */
static void group_rearm(gint64 due_ms, gpointer data)
{
    GroupCommit *self = data;

    self->ports.rearm(due_ms, self->data);
}

static gboolean group_rearm_later(gpointer data)
{
    GroupCommit *self = data;

    return self->ports.rearm_later != NULL && self->ports.rearm_later(self->data);
}

static void group_reserve(const ReservationRow *row, gpointer data)
{
    GroupCommit *self = data;

    if (hold(self, HELD_RESERVE, row, sizeof *row) == NULL)
        self->ports.reserve(row, self->data);
}

static void group_release(const ReservationRow *row, gpointer data)
{
    GroupCommit *self = data;

    if (hold(self, HELD_RELEASE, row, sizeof *row) == NULL)
        self->ports.release(row, self->data);
}

static void group_reservation_changed(const ReservationRow *row, gpointer data)
{
    GroupCommit *self = data;

    if (hold(self, HELD_RESERVATION_CHANGED, row, sizeof *row) == NULL)
        self->ports.reservation_changed(row, self->data);
}

static void group_evse_changed(const gchar *station_id, gpointer data)
{
    GroupCommit *self = data;
    Held *held = hold(self, HELD_EVSE_CHANGED, NULL, 0);

    if (held == NULL)
        self->ports.evse_changed(station_id, self->data);
    else
        held->station_id = g_strdup(station_id);
}

static gboolean group_instead_of(const gchar *evse_key, Place *other, gpointer data)
{
    GroupCommit *self = data;

    return self->ports.instead_of(evse_key, other, self->data);
}

static gboolean group_call(const gchar *station_id, OcppAction action, JsonObject *payload, DeskAnswer answer,
                           gpointer answer_data, gpointer data)
{
    GroupCommit *self = data;
    Held *held;

    if (self->open && !self->ports.reachable(station_id, self->data)) {
        json_object_unref(payload);
        g_free(answer_data);
        return FALSE;
    }
    held = hold(self, HELD_CALL, NULL, 0);
    if (held == NULL)
        return self->ports.call(station_id, action, payload, answer, answer_data, self->data);
    held->station_id = g_strdup(station_id);
    held->action = action;
    held->payload = payload;
    held->answer = answer;
    held->answer_data = answer_data;
    return TRUE;
}

const DeskPorts group_commit_ports = {.reachable = group_reachable,
                                      .start = group_start,
                                      .stop = group_stop,
                                      .changed = group_changed,
                                      .rearm = group_rearm,
                                      .rearm_later = group_rearm_later,
                                      .reserve = group_reserve,
                                      .release = group_release,
                                      .reservation_changed = group_reservation_changed,
                                      .evse_changed = group_evse_changed,
                                      .instead_of = group_instead_of,
                                      .call = group_call};

/* Every row of the order table, walked with a real store: the server stops right after the new state is
 * stored or right after it acted, another one opens the same file, the pile sends again what was not
 * answered, and the order ends as it would have ended without the stop. */
#include "server-stub/model/order_table.h"
#include "server-stub/model/transaction_gap.h"
#include "server-stub/store/code_rows.h"
#include "tests/server-stub/desk_world.h"

#include <string.h>

/* The linker leads every call of the table through here: a row counts as walked only when the provoked input
 * took it. */
gboolean __real_order_table_next(OrderState *state, OrderEvent event, OrderEffects *effects);
gboolean __wrap_order_table_next(OrderState *state, OrderEvent event, OrderEffects *effects);

static gboolean taken[ORDER_N_STATES][ORDER_N_EVENTS];

gboolean __wrap_order_table_next(OrderState *state, OrderEvent event, OrderEffects *effects)
{
    OrderState from = *state;
    gboolean row = __real_order_table_next(state, event, effects);

    taken[from][event] |= row;
    return row;
}

typedef enum { NO_STOP, STOP_BEFORE_ACTING, STOP_AFTER_ACTING, N_STOPS } Stop;

typedef struct {
    OcppTransactionEventType kind;
    gint seq;
    OcppChargingState state;
    gint64 wh;
    OcppTriggerReason trigger;
    OcppStoppedReason reason;
} Said;

/* What a pile has told, in the order in which it told it; the last one may be unanswered. */
typedef struct {
    World *w;
    Said said[8];
    guint n_said;
    gboolean lost;       /* it knows nothing that it has not told */
    const gchar *digits; /* what the driver typed in; NULL: started from afar */
} Teller;

/* Only the first event names the order (OCPP 2.0.1 part 2, E02.FR.15). */
static void tell_who(const Teller *self, OcppTransactionEventRequest *request)
{
    const OrderRow *started = &self->w->started;
    gboolean typed = self->digits != NULL;

    request->has_remote_start_id = !typed;
    request->remote_start_id = typed ? 0 : started->remote_start_id;
    request->id_token =
        (OcppIdToken){.present = TRUE, .type = typed ? OCPP_ID_TOKEN_KEY_CODE : OCPP_ID_TOKEN_CENTRAL};
    g_strlcpy(request->id_token.id_token, typed ? self->digits : started->id_token,
              sizeof request->id_token.id_token);
}

static void tell(Teller *self, const Said *said)
{
    World *w = self->w;
    g_auto(OcppTransactionEventRequest) request = {0};
    OcppSample sample = {.timestamp_ms = w->now_ms, .value = said->wh, .unit = OCPP_UNIT_WH};
    OcppTransactionEventResponse response;

    ocpp_transaction_event_request_init(&request);
    request.event_type = said->kind;
    request.seq_no = said->seq;
    request.timestamp_ms = w->now_ms;
    request.charging_state = said->state;
    request.trigger_reason = said->trigger;
    request.stopped_reason = said->reason;
    g_strlcpy(request.transaction_id, "tx-1", sizeof request.transaction_id);
    request.evse = (OcppEvse){TRUE, 1, 1};
    if (said->seq == 0)
        tell_who(self, &request);
    g_array_append_val(request.samples, sample);
    cr_assert(desk_transaction_event(w->desk, "PILE1", &request, w->now_ms, &response, NULL));
}

static void say(Teller *self, OcppTransactionEventType kind, gint seq, OcppChargingState state, gint64 wh)
{
    Said said = {kind, seq, state, wh, OCPP_TRIGGER_METER_VALUE_PERIODIC, OCPP_STOPPED_NONE};

    if (kind == OCPP_TRANSACTION_ENDED)
        said.reason = OCPP_STOPPED_EV_DISCONNECTED;
    self->said[self->n_said++] = said;
    tell(self, &said);
}

/* A transaction that saw no cable. The pile tells in order; the server may know the order only when the first
 * event comes in last. */
static void say_unplugged(Teller *self, gboolean first_last, OcppTriggerReason trigger,
                          OcppStoppedReason reason)
{
    const Said both[] = {{OCPP_TRANSACTION_STARTED, 0, OCPP_CHARGING_STATE_IDLE, 0, OCPP_TRIGGER_REMOTE_START,
                          OCPP_STOPPED_NONE},
                         {OCPP_TRANSACTION_ENDED, 1, OCPP_CHARGING_STATE_IDLE, 0, trigger, reason}};

    for (guint i = 0; i < G_N_ELEMENTS(both); i++) {
        self->said[self->n_said++] = both[first_last ? 1 - i : i];
        tell(self, &self->said[self->n_said - 1]);
    }
}

#define STARTED OCPP_TRANSACTION_STARTED
#define UPDATED OCPP_TRANSACTION_UPDATED
#define ENDED OCPP_TRANSACTION_ENDED
#define IDLE OCPP_CHARGING_STATE_IDLE
#define CHARGING OCPP_CHARGING_STATE_CHARGING

/* The pile is back, is asked what it still holds, and holds nothing. */
static void say_no_more(Teller *self)
{
    World *w = self->w;
    OcppGetTransactionStatusResponse nothing = {.has_ongoing_indicator = TRUE};
    g_autoptr(JsonObject) payload = ocpp_get_transaction_status_response_to_json(&nothing);

    w->called = OCPP_ACTION_HEARTBEAT;
    desk_station_ready(w->desk, "PILE1", w->now_ms);
    w->now_ms += TRANSACTION_GAP_ASK_MS;
    desk_tick(w->desk, w->now_ms);
    cr_assert_eq(w->called, OCPP_ACTION_GET_TRANSACTION_STATUS);
    world_answer(w, payload);
}

static void code_expires(Teller *self)
{
    self->w->now_ms = stored(self->w).order.expires_ms + 1000;
    say_no_more(self);
}

static void issue_code(World *w)
{
    g_autoptr(GError) error = NULL;
    gboolean first;
    Order order;

    desk_started(w->desk, w->started.order.order_id, DESK_START_UNKNOWN, w->now_ms);
    cr_assert(desk_issue_code(w->desk, "car-1", &w->placed, w->now_ms, &order, &first, &error), "%s",
              error != NULL ? error->message : "");
}

static void go_to(Teller *self, OrderState state)
{
    World *w = self->w;
    const gchar *id = w->started.order.order_id;
    Order order;

    switch (state) {
    case ORDER_ACCEPTED:
        desk_started(w->desk, id, DESK_START_ACCEPTED, w->now_ms);
        break;
    case ORDER_CHARGING:
        desk_started(w->desk, id, DESK_START_ACCEPTED, w->now_ms);
        say(self, STARTED, 0, CHARGING, 0);
        break;
    case ORDER_ENDED: /* two readings are still under way */
        say(self, STARTED, 0, CHARGING, 0);
        say(self, ENDED, 3, IDLE, 10000);
        break;
    case ORDER_REJECTED:
        desk_started(w->desk, id, DESK_START_REJECTED, w->now_ms);
        break;
    case ORDER_EXPIRED:
        w->now_ms += DESK_PLUG_TIMEOUT_MS;
        desk_tick(w->desk, w->now_ms);
        break;
    case ORDER_CANCELLED:
        cr_assert(desk_stop(w->desk, "car-1", id, w->now_ms, &order, NULL));
        break;
    case ORDER_SETTLED: /* with a gap */
        say(self, STARTED, 0, CHARGING, 0);
        say(self, ENDED, 2, IDLE, 10000);
        say_no_more(self);
        break;
    case ORDER_CODE_ISSUED:
        issue_code(w);
        break;
    default:
        break;
    }
    cr_assert_eq(stored(w).order.state, state, "%s: the way there", order_state_names[state]);
}

/* The world's part of one row. */
static void provoke(Teller *self, OrderState from, OrderEvent event)
{
    World *w = self->w;
    const gchar *id = w->started.order.order_id;
    Order order;

    switch (event) {
    case ORDER_EVENT_START_ACCEPTED:
        desk_started(w->desk, id, DESK_START_ACCEPTED, w->now_ms);
        break;
    case ORDER_EVENT_START_REJECTED:
        desk_started(w->desk, id, DESK_START_REJECTED, w->now_ms);
        break;
    case ORDER_EVENT_PLUGGED:
        say(self, STARTED, 0, CHARGING, 0);
        break;
    case ORDER_EVENT_PROGRESS:
        if (from == ORDER_CHARGING || from == ORDER_ENDED)
            say(self, UPDATED, 1, CHARGING, 5000);
        else
            say(self, STARTED, 0, from == ORDER_ACCEPTED || from == ORDER_CODE_ISSUED ? IDLE : CHARGING, 0);
        break;
    case ORDER_EVENT_DRIVER_STOP:
        cr_assert(desk_stop(w->desk, "car-1", id, w->now_ms, &order, NULL));
        break;
    case ORDER_EVENT_LIMIT_REACHED:
        say(self, UPDATED, 1, CHARGING, 110000); /* 54 EUR of at most 50 */
        break;
    case ORDER_EVENT_DEADLINE:
        if (from == ORDER_CODE_ISSUED) {
            code_expires(self);
            break;
        }
        w->now_ms += DESK_PLUG_TIMEOUT_MS;
        desk_tick(w->desk, w->now_ms);
        break;
    case ORDER_EVENT_CONNECT_TIMEOUT:
        say_unplugged(self, from == ORDER_REQUESTED, OCPP_TRIGGER_EV_CONNECT_TIMEOUT, OCPP_STOPPED_TIMEOUT);
        break;
    case ORDER_EVENT_ENDED_UNPLUGGED:
        say_unplugged(self, from == ORDER_REQUESTED, OCPP_TRIGGER_STOP_AUTHORIZED, OCPP_STOPPED_LOCAL);
        break;
    case ORDER_EVENT_ENDED:
        say(self, ENDED, 1, IDLE, 10000);
        break;
    case ORDER_EVENT_COMPLETE:
        say(self, UPDATED, 1, CHARGING, 5000);
        say(self, UPDATED, 2, CHARGING, 9000);
        break;
    case ORDER_EVENT_CODE_ISSUED:
        issue_code(w);
        break;
    case ORDER_EVENT_CODE_RETURNED:
        cr_assert(desk_stop(w->desk, "car-1", id, w->now_ms, &order, NULL));
        code_expires(self);
        break;
    case ORDER_EVENT_END_LOST:
    case ORDER_EVENT_NO_MORE:
        self->lost = TRUE;
        say_no_more(self);
        break;
    case ORDER_EVENT_CORRECTED:
        say(self, UPDATED, 1, CHARGING, 5000);
        break;
    case ORDER_N_EVENTS:
        cr_assert_fail("%u", event);
    }
}

static gboolean has_said(const Teller *self, OcppTransactionEventType kind)
{
    for (guint i = 0; i < self->n_said; i++) {
        if (self->said[i].kind == kind)
            return TRUE;
    }
    return FALSE;
}

static gboolean has_said_seq(const Teller *self, gint seq)
{
    for (guint i = 0; i < self->n_said; i++) {
        if (self->said[i].seq == seq)
            return TRUE;
    }
    return FALSE;
}

/* The pile goes on to its end: a running transaction is charged out unless the pile was told to stop it, and
 * every number up to the last is told. */
static void finish(Teller *self, gint64 full_wh)
{
    World *w = self->w;
    gint last = -1;

    if (self->lost)
        return;
    if (stored(w).order.state == ORDER_CODE_ISSUED && stored(w).order.reason == ORDER_REASON_BY_DRIVER)
        code_expires(self);
    if (stored(w).order.state == ORDER_CODE_ISSUED && !has_said(self, STARTED))
        say(self, STARTED, 0, CHARGING, 0);
    if (stored(w).order.state == ORDER_REQUESTED)
        desk_started(w->desk, w->started.order.order_id, DESK_START_ACCEPTED, w->now_ms);
    if (stored(w).order.state == ORDER_ACCEPTED && !has_said(self, STARTED))
        say(self, STARTED, 0, CHARGING, 0);
    if (!has_said(self, STARTED) || has_said(self, ENDED)) {
        for (guint i = 0; i < self->n_said; i++)
            last = MAX(last, self->said[i].seq);
    } else {
        for (last = 1; has_said_seq(self, last); last++)
            continue;
        if (w->stops == 0)
            say(self, UPDATED, last++, CHARGING, full_wh - 1000);
        say(self, ENDED, last, IDLE, w->stops == 0 ? full_wh : self->said[self->n_said - 1].wh);
    }
    for (gint seq = 0; seq <= last; seq++) {
        if (!has_said_seq(self, seq))
            say(self, UPDATED, seq, CHARGING, 5000);
    }
    desk_tick(w->desk, w->now_ms + 2 * DESK_HOLD_MS);
}

/* @typed: the pile was not started from afar: the driver typed his code in */
static gchar *walk(OrderState from, OrderEvent event, gboolean typed, Stop stop)
{
    g_autoptr(World) w = world_new();
    Teller pile = {.w = w};
    gint64 full_wh = event == ORDER_EVENT_LIMIT_REACHED ? 112000 : 10000;
    OrderRow row, end;

    cr_assert(store_code_secret_set(w->store, "PILE1", "0123456789abcdef0123456789abcdef", NULL));
    cr_assert(store_code_secret_told(w->store, "PILE1", CODE_TOLD_ACCEPTED, NULL));
    place(w, "ref-1");
    go_to(&pile, from);
    row = stored(w);
    if (typed)
        pile.digits = row.order.code.digits;
    memset(taken, 0, sizeof taken);
    w->dead = stop == STOP_BEFORE_ACTING;
    provoke(&pile, from, event);
    w->dead = FALSE;
    cr_expect(taken[from][event], "%s on %u: the row was not taken", order_state_names[from], event);
    if (stop != NO_STOP) {
        world_restart(w);
        if (pile.n_said > 0)
            tell(&pile, &pile.said[pile.n_said - 1]); /* its answer may not have arrived */
    }
    finish(&pile, full_wh);
    end = stored(w);
    return g_strdup_printf("%s %s, %" G_GINT64_FORMAT " Wh, %d, total %" G_GINT64_FORMAT "%s",
                           order_state_names[end.order.state], order_reason_names[end.order.reason],
                           end.order.energy_wh, end.order.has_receipt, end.order.receipt.cost.total_minor,
                           w->stops > 0 ? ", the pile was told to stop" : "");
}

static void walk_with_and_without(OrderState from, OrderEvent event, gboolean typed)
{
    g_autofree gchar *undisturbed = NULL;
    OrderState to = from;
    OrderEffects effects;

    if (!__real_order_table_next(&to, event, &effects))
        return;
    undisturbed = walk(from, event, typed, NO_STOP);
    cr_expect(!(effects & ORDER_EFFECT_STOP) || to == ORDER_CANCELLED || to == ORDER_EXPIRED ||
                  to == ORDER_CODE_ISSUED || strstr(undisturbed, "told to stop") != NULL,
              "%s on %u: %s", order_state_names[from], event, undisturbed);
    for (Stop stop = STOP_BEFORE_ACTING; stop < N_STOPS; stop++) {
        g_autofree gchar *stopped = walk(from, event, typed, stop);

        cr_expect_str_eq(stopped, undisturbed, "%s on %u, stop %d: %s / %s", order_state_names[from], event,
                         (gint)stop, stopped, undisturbed);
    }
}

Test(order_walk, a_stop_after_any_row_leads_to_the_same_end)
{
    for (guint from = 0; from < ORDER_N_STATES; from++) {
        for (guint event = 0; event < ORDER_N_EVENTS; event++) {
            walk_with_and_without(from, event, FALSE);
            if (from == ORDER_CODE_ISSUED)
                walk_with_and_without(from, event, TRUE);
        }
    }
}

/* Before the table begins: the order is stored, and the server stops before it asks the pile. */
Test(order_walk, an_order_that_was_only_stored_is_started_by_the_next_life)
{
    g_autoptr(World) w = world_new();
    Teller pile = {.w = w};

    w->dead = TRUE;
    place(w, "ref-1");
    w->dead = FALSE;
    cr_assert_eq(w->starts, 0);
    world_restart(w);
    cr_assert_eq(w->starts, 1);
    finish(&pile, 10000);
    cr_assert_eq(stored(w).order.state, ORDER_SETTLED);
    cr_assert_eq(stored(w).order.receipt.cost.total_minor, 540);
}

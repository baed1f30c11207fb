/* A car with its store and its server, for the walk over the journey's table. Virtual time, no process. */
#pragma once

#include <criterion/criterion.h>

#include "tests/daemon/trip_world.h"

#define MAX_ORDERS 4

/* The server: knows an order by its client_ref, whatever how often it is asked. */
typedef struct {
    Order orders[MAX_ORDERS];
    gboolean
        returned[MAX_ORDERS]; /* its code is wanted back: over when the pile can say that it was not used */
    guint n_orders;
    gint64 last_seq;
} WalkServer;

typedef struct {
    Trip trip;
    WalkServer server;
    gdouble now_s;
    gboolean following, asked, sending; /* the stream; a lookup, the outbox in flight */
    /* What the store holds: the record, the outbox and the history. */
    gchar *record;
    gboolean owes_withdraw, owes_place, owes_code;
    OrderRequest place;      /* of all three */
    gboolean owes_end;       /* cancel or stop */
    Order known[MAX_ORDERS]; /* as the history has them; order_id "" none */
} WalkCar;

/* The order of this client_ref; made, REQUESTED, when the server has none. */
Order *walk_order(WalkCar *car, const gchar *client_ref);
/* The pile tells the server: a new state, a new event_seq. */
void walk_move(WalkCar *car, Order *order, OrderState state);
/* Persist, then act: the only two things a step does. @heard: (nullable): goes into the history with it */
void walk_persist(WalkCar *car, JourneyEffects effects, const Order *heard);
void walk_act(WalkCar *car, JourneyEffects effects);
/* Another process: what was stored, then what conductor_start() does. */
void walk_restart(WalkCar *car, Gear lever);
/* The driver leaves; everything comes to its end. */
void walk_leave(WalkCar *car);
/* Whatever has happened: the driver ends with one charge here. */
void walk_charge(WalkCar *car);
/* A client_ref that was never given before. */
gchar *walk_ref(void);
/* The entry about the order of @like. (nullable) */
Order *walk_find(Order *orders, const Order *like);

/* A desk with a real store, virtual time and no socket: what the tests of cars and piles share. */
#pragma once

#include "server-stub/desk.h"
#include "server-stub/model/reservation_rules.h"

#include <criterion/criterion.h>

#define T0 G_GINT64_CONSTANT(1790000000000)
#define EVSE "DE*ABC*E12345*1"

typedef struct {
    gchar *folder, *path;
    Store *store;
    Desk *desk;
    gboolean reachable;
    gboolean loses_calls; /* the connection has just ended: whatever is sent is lost at once */
    gboolean dead;        /* the process stops after storing: nothing acts any more */
    guint starts, stops, changes;
    OrderRow started;    /* of the last RequestStart */
    OrderRequest placed; /* by place() */
    gchar stopped[37];
    guint reserves, releases, tellings;
    ReservationRow reserved, released, told; /* of the last ReserveNow, CancelReservation, event to a car */
    gboolean has_other;                      /* another bay is free */
    Place other;
    OcppAction called; /* the last other call to a station, not answered yet */
    JsonObject *payload;
    gchar called_station[49];
    DeskAnswer answer;
    gpointer answer_data;
    gint64 due_ms;
    gint64 now_ms;
} World;

/* Above 0 while a test itself reads the store, not the program under test. */
extern guint world_looks;

/* PILE1 has a static code (EVSE), PILE2 a dynamic one; car-1 and car-2 are known. */
World *world_new(void);
void world_free(World *w);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* The last call is answered with @payload (borrowed), or fails: ERROR, TIMEOUT, LOST. */
void world_answer(World *w, JsonObject *payload);
void world_fail(World *w, OcppRpcEventType type);

/* The process dies; another one opens the same file. */
void world_restart(World *w);

gboolean scan(World *w, const gchar *vehicle, const gchar *evse_id, const gchar *token, ScanAnswer *answer,
              GError **error);
OrderRequest request_for(const ScanAnswer *answer, const gchar *client_ref);
/* Scans and orders at EVSE for car-1; the order's id stays in w->started. */
void place(World *w, const gchar *client_ref);
/* The order of w->started as the store has it. */
OrderRow stored(World *w);

/* One event of transaction tx-1. @response: (nullable) */
gboolean deliver(World *w, const gchar *station_id, OcppTransactionEventType kind, gint seq,
                 OcppChargingState state, gint64 wh, OcppTransactionEventResponse *response, GError **error);
#define DELIVER(kind, seq, state, wh)                                                                        \
    cr_assert(deliver(w, "PILE1", OCPP_TRANSACTION_##kind, seq, OCPP_CHARGING_STATE_##state, wh, NULL, NULL))

/* Race oracle: what must be true of every answer and every word to a car, written from the contract
 * (protocol/README.md) and from what was told, never from the desk's code or store. */
#pragma once

#include "server-stub/desk.h"

#define RACE_EVSES 4
#define RACE_CARS 5

typedef struct {
    gboolean connected;      /* the pile's line */
    ConnectorStatus status;  /* as the pile told it last */
    BaySensor bay;           /* as told on this line */
    gboolean in_transaction; /* Started is in, Ended is not */
} RacePoint;

typedef struct {
    RacePoint points[RACE_EVSES];
    GHashTable *orders;       /* order id -> Told (owned) */
    GHashTable *reservations; /* reservation id -> Told */
    gint64 seq[RACE_CARS];    /* newest event of each car */
    gchar complaint[256];     /* "": all is well */
} RaceOracle;

void race_oracle_init(RaceOracle *self);
void race_oracle_clear(RaceOracle *self);

/* The word that a wish of this car must be refused with; NULL: it must be granted. */
const gchar *race_oracle_reserve(RaceOracle *self, guint car, guint point);
const gchar *race_oracle_order(RaceOracle *self, guint car, guint point);

/* What the desk tells; complains when it may not. */
void race_oracle_order_told(RaceOracle *self, guint car, guint point, const Order *order, gint64 now_ms);
void race_oracle_reservation_told(RaceOracle *self, guint car, guint point, const Reservation *r,
                                  gint64 now_ms);
void race_oracle_started(RaceOracle *self, const Order *order);

/* A pile refused to start @order_id while it keeps its point for reservation @kept. */
void race_oracle_turned_away(RaceOracle *self, const gchar *order_id, const gchar *kept);

/* After everything was answered and nothing is under way: does the pile keep what is promised, and only that?
 * @kept_reservation_id: what the pile keeps this point for, "" nothing */
void race_oracle_at_rest(RaceOracle *self, guint point, const gchar *kept_reservation_id, gboolean working);

void race_complain(RaceOracle *self, const gchar *format, ...) G_GNUC_PRINTF(2, 3);

/* Race pile: a charging point of the race, as OCPP wants it, with a line that breaks and answers that get
 * lost. */
#pragma once

#include "server-stub/desk.h"

typedef enum { RACE_CALL_RESERVE, RACE_CALL_CANCEL, RACE_CALL_START, RACE_CALL_STOP } RaceCallKind;

typedef struct {
    RaceCallKind kind;
    gchar id[37];    /* reservation, order or transaction */
    gchar token[37]; /* of reserve and start */
    gint number;     /* ReserveNow.id, remoteStartId */
    gint64 until_ms;
} RaceCall;

typedef struct {
    OcppTransactionEventType kind;
    gint seq;
    gboolean plugged, timeout;
    gchar transaction_id[37], token[37];
    gint remote_start_id;
} RaceEvent;

typedef struct {
    guint point;
    gboolean connected, bay, cable, faulted;
    gint held_number; /* 0: none */
    gchar held_id[37], held_token[37];
    gint64 held_until_ms;
    gboolean charging; /* a transaction runs */
    gchar transaction_id[37], token[37];
    gint remote_start_id, seq;
    gint64 started_ms;
    GQueue calls;  /* of RaceCall: sent, not read yet */
    GQueue events; /* of RaceEvent: not acknowledged yet */
    gint last_transaction;
} RacePile;

ConnectorStatus race_pile_status(const RacePile *self);
/* Carries out one call. Returns: what it answers (Accepted or not) */
gboolean race_pile_obey(RacePile *self, const RaceCall *call, gint64 now_ms);
/* TRUE: a reservation ran out just now */
gboolean race_pile_tick(RacePile *self, gint64 now_ms);
void race_pile_plug(RacePile *self, gboolean in);

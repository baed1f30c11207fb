/* OCPP RPC: the calls and answers of one connection, either end. Sans-I/O: text and time in, text and events
 * out, never a socket and never a clock, so that tests own both.
 *
 * Rules kept here so that neither program can break them (OCPP-J 2.0.1 part 4): one CALL of ours outstanding,
 * the next waits in a queue (4.1.1); every CALL, also a repeated one, has a new unguessable id (4.1.4);
 * answers are matched by id only, unknown ones are ignored and counted; what cannot be read gets the right
 * CALLERROR (4.2.3, 4.3); unknown actions NotImplemented, those that the owner does not serve NotSupported;
 * every incoming call is answered exactly once.
 *
 * The owner's loop, after each receive/answer/call/tick:
 *   while ((text = ocpp_rpc_pop_outgoing(rpc))) send it;
 *   while (ocpp_rpc_pop_event(rpc, &event)) { ...; ocpp_rpc_event_clear(&event); }
 *   arm a timer for ocpp_rpc_deadline_ms(), then ocpp_rpc_tick().
 * All times are CLOCK_MONOTONIC milliseconds.
 */
#pragma once

#include "protocol/ocpp_action.h"
#include "protocol/ocpp_frame.h"

#define OCPP_RPC_MAX_QUEUED 256 /* own calls waiting; more are refused */
#define OCPP_RPC_MAX_UNANSWERED                                                                              \
    16                            /* peer's calls that the owner has not answered yet; 4.1.1 allows it one   \
                                   */
#define OCPP_RPC_TIMEOUT_MS 30000 /* a usual message timeout */

typedef struct _OcppRpc OcppRpc;

/**
 * OcppRpcEventType:
 * @OCPP_RPC_EVENT_CALL: the peer asks; answer under @id, now or later, exactly once
 * @OCPP_RPC_EVENT_RESULT: CALLRESULT for our call @tag; @payload is not checked yet
 * @OCPP_RPC_EVENT_ERROR: CALLERROR for our call @tag: @code, @description
 * @OCPP_RPC_EVENT_TIMEOUT: no answer for @tag in time. It may have arrived: repeat only what is idempotent
 * @OCPP_RPC_EVENT_LOST: the connection went (or was not there) before @tag was answered
 * @OCPP_RPC_EVENT_REFUSED: %OCPP_RPC_MAX_QUEUED calls wait already; @tag was never sent
 */
typedef enum {
    OCPP_RPC_EVENT_CALL,
    OCPP_RPC_EVENT_RESULT,
    OCPP_RPC_EVENT_ERROR,
    OCPP_RPC_EVENT_TIMEOUT,
    OCPP_RPC_EVENT_LOST,
    OCPP_RPC_EVENT_REFUSED,
} OcppRpcEventType;

typedef struct {
    OcppRpcEventType type;
    OcppAction action;
    gchar id[OCPP_MESSAGE_ID_BYTES]; /* CALL: the handle for ocpp_rpc_answer() */
    guint64 tag;                     /* others: as given to ocpp_rpc_call() */
    JsonObject *payload;             /* owned (nullable); CALL and RESULT */
    OcppErrorCode code;              /* ERROR */
    gchar *description;              /* owned (nullable); ERROR */
} OcppRpcEvent;
void ocpp_rpc_event_clear(OcppRpcEvent *event);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OcppRpcEvent, ocpp_rpc_event_clear)

typedef struct {
    guint64 sent, received;  /* frames */
    guint64 unreadable;      /* frames answered with a CALLERROR by the engine, or broken answers */
    guint64 unknown_answers; /* CALLRESULT or CALLERROR that no open call waits for */
    guint64 timeouts;
} OcppRpcCounters;

/**
 * ocpp_rpc_new:
 * @served: (array length=n_served): actions that reach the owner as %OCPP_RPC_EVENT_CALL
 *
 * Starts without connection. Returns: (transfer full): free with ocpp_rpc_free()
 */
OcppRpc *ocpp_rpc_new(const OcppAction *served, gsize n_served);
void ocpp_rpc_free(OcppRpc *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OcppRpc, ocpp_rpc_free)

/* A WebSocket with subprotocol ocpp2.0.1 is open. Forgets what an earlier connection left behind. */
void ocpp_rpc_connected(OcppRpc *self);
/* It is gone: every open or queued own call ends with %OCPP_RPC_EVENT_LOST, the peer's calls are forgotten.
 */
void ocpp_rpc_disconnected(OcppRpc *self);
gboolean ocpp_rpc_is_connected(const OcppRpc *self);

/* One text message from the peer. Never fails: what is wrong is answered and counted. */
void ocpp_rpc_receive(OcppRpc *self, const gchar *text, gsize len, gint64 now_ms);

/**
 * ocpp_rpc_call:
 * @payload: (transfer full):
 * @timeout_ms: from sending (not from queueing) to the answer
 * @tag: comes back in exactly one RESULT, ERROR, TIMEOUT, LOST or REFUSED event
 */
void ocpp_rpc_call(OcppRpc *self, OcppAction action, JsonObject *payload, gint64 timeout_ms, guint64 tag,
                   gint64 now_ms);
/* Own calls sent and not answered, or queued. */
guint ocpp_rpc_n_calls(const OcppRpc *self);

/* Answers the call @id. Returns: FALSE when no such call waits (answered before, or its connection is gone).
 * @payload: (transfer full). */
gboolean ocpp_rpc_answer(OcppRpc *self, const gchar *id, JsonObject *payload);
gboolean ocpp_rpc_answer_error(OcppRpc *self, const gchar *id, OcppErrorCode code, const gchar *description);
/* As above from a decoder's GError: its code when it is an #OCPP_ERROR, InternalError otherwise. */
gboolean ocpp_rpc_answer_gerror(OcppRpc *self, const gchar *id, const GError *error);

/* When ocpp_rpc_tick() has work to do; %G_MAXINT64: never. */
gint64 ocpp_rpc_deadline_ms(const OcppRpc *self);
void ocpp_rpc_tick(OcppRpc *self, gint64 now_ms);

/* Returns: (transfer full) (nullable): the next text to send, NULL when there is none */
gchar *ocpp_rpc_pop_outgoing(OcppRpc *self);
/* Returns: FALSE when there is none; else clear @event with ocpp_rpc_event_clear(). */
gboolean ocpp_rpc_pop_event(OcppRpc *self, OcppRpcEvent *event);
const OcppRpcCounters *ocpp_rpc_counters(const OcppRpc *self);

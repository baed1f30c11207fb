/* Effect: what the station wants done in the world. The program first stores everything of one list in one
 * transaction (STORE, ENQUEUE, DEQUEUE), then carries out the rest in order: persist, then act.
 */
#pragma once

#include "protocol/ocpp_action.h"
#include "protocol/ocpp_error.h"

#include <json-glib/json-glib.h>

typedef enum {
    EFFECT_STORE,     /* record @name becomes @text */
    EFFECT_ENQUEUE,   /* keep call @id: @action, payload @text, of transaction @name */
    EFFECT_DEQUEUE,   /* forget call @id */
    EFFECT_SEAL,      /* the device's own store notes: generation @number of @name is the newest */
    EFFECT_CALL,      /* send @action with payload @text; report the outcome under @id */
    EFFECT_ANSWER,    /* answer the request in hand with @payload */
    EFFECT_REFUSE,    /* answer it with CALLERROR @code, @text */
    EFFECT_SET_CLOCK, /* @number is UTC now, Unix ms */
    EFFECT_RESTART,   /* drop the connection and come back as after a reboot */
    EFFECT_UPLINK,    /* @number 0: cut the connection and keep it cut; 1: allow it again */
    EFFECT_PASSWORD,  /* connections from now on: HTTP Basic password @text */
    EFFECT_NOTE,      /* one line for the log */
} EffectType;

typedef struct {
    EffectType type;
    gint64 id;
    gint64 number;
    OcppAction action;
    OcppErrorCode code;
    gchar *name;         /* owned (nullable) */
    gchar *text;         /* owned (nullable) */
    JsonObject *payload; /* owned (nullable) */
} Effect;

/* (transfer full) (element-type Effect) */
GArray *effects_new(void);

/* All append to @effects; @text, @payload: (transfer full). */
void effects_store(GArray *effects, const gchar *name, gchar *text);
void effects_enqueue(GArray *effects, gint64 id, OcppAction action, const gchar *payload,
                     const gchar *subject);
void effects_dequeue(GArray *effects, gint64 id);
void effects_seal(GArray *effects, const gchar *name, gint64 generation);
void effects_call(GArray *effects, gint64 id, OcppAction action, const gchar *payload);
void effects_answer(GArray *effects, JsonObject *payload);
void effects_refuse(GArray *effects, OcppErrorCode code, const gchar *why);
void effects_password(GArray *effects, const gchar *password);
void effects_simple(GArray *effects, EffectType type, gint64 number);
void effects_note(GArray *effects, const gchar *format, ...) G_GNUC_PRINTF(2, 3);

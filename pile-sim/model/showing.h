/* Showing: what a car or a driver shows at an EVSE without the CSMS: an id, a code, a voucher, or the answer
 * to the pile's challenge. From the local link or the panel (protocol/README.md, section 5b). A plain value.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/ocpp_common.h"
#include "protocol/voucher.h"

#define SHOWING_CODE_BYTES 64 /* 16 digits and whatever somebody puts between them */

typedef enum { SHOWING_ID, SHOWING_CODE, SHOWING_VOUCHER, SHOWING_ANSWER } ShowingKind;

typedef struct {
    ShowingKind kind;
    gint32 evse;                               /* from 1 */
    OcppIdToken id_token;                      /* SHOWING_ID */
    gchar code[SHOWING_CODE_BYTES];            /* SHOWING_CODE */
    gchar order_id[OCPP_IDENTIFIER_BYTES(36)]; /* SHOWING_CODE: "" or what it was issued for */
    gchar voucher[VOUCHER_TEXT_CHARS + 1];     /* SHOWING_VOUCHER; anything longer is none */
    gchar voucher_id[VOUCHER_ID_BYTES];        /* SHOWING_ANSWER */
    gchar answer[VOUCHER_ANSWER_CHARS + 1];
} Showing;

/* @path: "/local/v1/code", "/sim/keypad" ... Returns: FALSE when it is none of them */
gboolean showing_kind_from_path(const gchar *path, ShowingKind *kind);

/**
 * showing_from_json:
 * @body: hostile; "evse" is not looked at
 * @error: #JsonReadError, names the field
 */
gboolean showing_from_json(ShowingKind kind, JsonObject *body, Showing *showing, GError **error);

/* Admission: how the pile answered somebody who showed an id, a code or a voucher at an EVSE, in the words of
 * protocol/README.md, section 5b. A plain value.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/ocpp_common.h"

typedef enum {
    ADMISSION_BY_NONE, /* nobody has asked yet */
    ADMISSION_BY_LIST,
    ADMISSION_BY_CACHE,
    ADMISSION_BY_CSMS,
    ADMISSION_BY_UNKNOWN, /* OfflineTxForUnknownIdEnabled */
    ADMISSION_BY_CODE,
    ADMISSION_BY_VOUCHER,
} AdmissionBy;

typedef enum { ADMISSION_ADMITTED, ADMISSION_ASKED, ADMISSION_REFUSED } AdmissionOutcome;

typedef enum {
    ADMISSION_FINE,
    ADMISSION_BAD_CODE,
    ADMISSION_WRONG_PILE,
    ADMISSION_WRONG_EVSE,
    ADMISSION_USED,
    ADMISSION_EXPIRED,
    ADMISSION_CLOCK,
    ADMISSION_LOCKED,
    ADMISSION_NO_CABLE,
    ADMISSION_BUSY,
    ADMISSION_ORDER_ENDED,
    ADMISSION_UNAVAILABLE,
    ADMISSION_NOT_CONFIGURED,
    ADMISSION_UNKNOWN_ID,
    ADMISSION_BLOCKED,
    ADMISSION_ID_EXPIRED,
    ADMISSION_OFFLINE_NOT_ALLOWED,
    ADMISSION_BAD_VOUCHER,
    ADMISSION_NO_CHALLENGE,
    ADMISSION_BAD_ANSWER,
    ADMISSION_STORAGE_FULL,
    ADMISSION_N_REASONS,
} AdmissionReason;

typedef struct {
    AdmissionBy by;
    AdmissionOutcome outcome;
    AdmissionReason reason;
    gint64 at_ms;           /* Unix ms */
    gint64 energy_limit_wh; /* 0: none */
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES];
    gboolean has_tries_left;
    guint tries_left;
    gint64 locked_ms; /* 0: not locked */
} Admission;

/* "wrong_pile"; "" for ADMISSION_FINE */
const gchar *admission_reason_word(AdmissionReason reason);
/* A sentence for the driver. */
const gchar *admission_reason_text(AdmissionReason reason);
/* HTTP status of a refusal. */
guint admission_reason_status(AdmissionReason reason);
const gchar *admission_by_word(AdmissionBy by);

/* (transfer full) */
JsonObject *admission_to_json(const Admission *self);

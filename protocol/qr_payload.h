/* QR payload: the text printed on a charging pile, turned into a checked value, and back.
 * The input is hostile: anyone can print a sticker. A parser of raw bytes against an allow-list, no URL
 * library: what it does not know it refuses, so nothing is decoded, normalised or guessed (threats.md 1, 3).
 * The car never opens the URL. Wire contract: protocol/README.md section 1.
 * Pure: no I/O, no globals, no clock; safe on any thread.
 */
#pragma once

#include "protocol/evse_id.h"
#include "protocol/qr_operators.h"

#define QR_PAYLOAD_MAX_BYTES 512
#define QR_PAYLOAD_HOST_MAX_BYTES 253
#define QR_PAYLOAD_TOKEN_MAX_BYTES 64

/**
 * QrPayloadError:
 * @QR_PAYLOAD_ERROR_NOT_OURS: some other QR code; keep scanning, say nothing
 * @QR_PAYLOAD_ERROR_MALFORMED: names an operator's host but breaks the contract; count it, keep scanning.
 *   Messages say which rule, never what was read
 */
typedef enum {
    QR_PAYLOAD_ERROR_NOT_OURS,
    QR_PAYLOAD_ERROR_MALFORMED,
} QrPayloadError;
#define QR_PAYLOAD_ERROR (qr_payload_error_quark())
GQuark qr_payload_error_quark(void);

/* What a pile's code says. A plain value: copy it, nothing to free. */
typedef struct {
    gchar host[QR_PAYLOAD_HOST_MAX_BYTES + 1]; /* the operator, lower case */
    EvseId evse;
    gchar
        token[QR_PAYLOAD_TOKEN_MAX_BYTES + 1]; /* one-time password, case kept; "" when the code is static */
} PileCode;

/**
 * qr_payload_parse:
 * @bytes: (array length=len): decoder output; need not be NUL-terminated and may hold NULs
 * @out: (out): filled on success, untouched on failure
 *
 * Returns: FALSE with a #QrPayloadError
 */
gboolean qr_payload_parse(const gchar *bytes, gsize len, const QrOperators *operators, PileCode *out,
                          GError **error);

/**
 * qr_payload_print:
 * @host: the operator's host
 * @path_template: (nullable): as for qr_operators_add(); NULL: the default, with /{token} when there is one
 * @evse: whose code it is
 * @token: (nullable): NULL or "" for a static code
 *
 * The text for a pile to print: in upper case, except the token, so that QR alphanumeric mode keeps the code
 * small. Reading it back with the same host and template gives the same pile.
 *
 * Returns: (transfer full) (nullable): NULL with a #QrOperatorsError (host, template),
 *   or %QR_PAYLOAD_ERROR_MALFORMED (token that breaks the rules or has no place in the template; text too
 * long)
 */
gchar *qr_payload_print(const gchar *host, const gchar *path_template, const EvseId *evse, const gchar *token,
                        GError **error);

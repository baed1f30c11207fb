/* EVSE id: the name of one charging point, as printed on the pile and as compared on the server.
 * ISO 15118-2 Annex H and eMI3: country (2 letters), operator (3 alphanumerics), "E", then an outlet id of
 * 1..31 alphanumerics. '*' may stand between any two parts and inside the outlet id, one at a time; it
 * carries no meaning, and neither does the case. The DIN SPEC 91286 form (+49*123*456) is not accepted.
 * Pure. A plain value: copy it, nothing to free.
 */
#pragma once

#include <glib.h>

#define EVSE_ID_TEXT_MAX_BYTES 48 /* OCPI 2.2.1 EVSE.evse_id: CiString(48) */
#define EVSE_ID_KEY_MAX_BYTES 37  /* ISO 15118-2 evseIDType: 7..37 */

typedef struct {
    gchar text[EVSE_ID_TEXT_MAX_BYTES + 1]; /* as printed: "DE*ABC*E12345*1" */
    gchar key[EVSE_ID_KEY_MAX_BYTES + 1];   /* upper case without '*': "DEABCE123451"; the identity */
} EvseId;

typedef enum {
    EVSE_ID_ERROR_MALFORMED,
} EvseIdError;
#define EVSE_ID_ERROR (evse_id_error_quark())
GQuark evse_id_error_quark(void);

/**
 * evse_id_parse:
 * @text: (array length=len): hostile bytes; need not be NUL-terminated
 * @out: (out) (optional): filled on success, untouched on failure
 *
 * Returns: FALSE with %EVSE_ID_ERROR_MALFORMED
 */
gboolean evse_id_parse(const gchar *text, gsize len, EvseId *out, GError **error);

/* Same charging point, however it was printed. */
gboolean evse_id_equal(const EvseId *a, const EvseId *b);

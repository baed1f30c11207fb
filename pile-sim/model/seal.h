/* Seal: what a pile stores about who may charge, so that the file neither tells whom nor can be edited: ids
 * only as keyed hashes, and a MAC over each record (threats.md 10). The key is the device's own, made at its
 * first start and kept apart from the records. Pure.
 */
#pragma once

#include "protocol/ocpp_common.h"

#define SEAL_KEY_BYTES 32
#define SEAL_ID_BYTES 33 /* 128 bits in hex and NUL */

typedef enum { SEAL_ERROR_BROKEN } SealError; /* not ours, edited, cut short */
#define SEAL_ERROR (seal_error_quark())
GQuark seal_error_quark(void);

/* @domain: what the record is, so that none can stand in for another.
 * Returns: (transfer full): a record that holds @content (transfer none) */
JsonObject *seal_close(const guint8 key[SEAL_KEY_BYTES], const gchar *domain, JsonObject *content);
/* Returns: (transfer full) (nullable): the content; NULL with %SEAL_ERROR_BROKEN */
JsonObject *seal_open(const guint8 key[SEAL_KEY_BYTES], const gchar *domain, JsonObject *record,
                      GError **error);

/* The name under which @token is remembered: the same for tokens that OCPP calls equal. */
void seal_id(const guint8 key[SEAL_KEY_BYTES], const OcppIdToken *token, gchar hash[SEAL_ID_BYTES]);

/* Id book: what is known about id tokens, by their keyed hash: the local authorization list and the
 * authorization cache are one each (OCPP 2.0.1 part 2, blocks C10-C14 and D). Pure.
 */
#pragma once

#include "pile-sim/model/seal.h"

typedef struct {
    gchar hash[SEAL_ID_BYTES];
    OcppAuthorizationStatus status;
    gint64 expiry_ms;                        /* Unix ms; 0: none */
    gint32 evse_ids[OCPP_MAX_ALLOWED_EVSES]; /* only there; n_evse_ids 0: everywhere */
    guint n_evse_ids;
    gint64 stamp; /* rises with every id_book_put(): the oldest goes first when room is needed */
} IdRule;

typedef struct {
    GHashTable *rules; /* hash -> IdRule, owned */
    gint64 next_stamp;
} IdBook;

void id_book_init(IdBook *self);
void id_book_clear(IdBook *self);

guint id_book_size(const IdBook *self);
/* (transfer none) (nullable) */
const IdRule *id_book_find(const IdBook *self, const gchar *hash);
void id_book_put(IdBook *self, const gchar *hash, const OcppIdTokenInfo *info);
void id_book_remove(IdBook *self, const gchar *hash);
/* Drops the oldest until at most @size are left. Returns: TRUE when there was one to drop */
gboolean id_book_shrink(IdBook *self, guint size);
/* Deep copy. */
void id_book_copy(const IdBook *from, IdBook *to);

/* May @rule charge at @evse, when the time is at least @floor_ms? */
typedef enum { ID_RULE_GOOD, ID_RULE_BLOCKED, ID_RULE_EXPIRED } IdRuleVerdict;
IdRuleVerdict id_rule_judge(const IdRule *rule, gint32 evse, gint64 floor_ms);

/* Member "ids". */
void id_book_write(const IdBook *self, JsonObject *json);
/* @self: empty */
gboolean id_book_read(IdBook *self, JsonObject *json, guint max_entries, GError **error);

/* Local list: which vehicles a pile may admit without asking, and the messages that bring the pile's list
 * from what it holds to what it should hold. Pure. OCPP 2.0.1 part 2, D01.
 *
 * A blocked vehicle stays on the list, as Blocked: taken off, an Accepted entry of the pile's cache would
 * count again, for the list beats the cache (C13.FR.01) only where it says something.
 */
#pragma once

#include "protocol/ocpp_local_list.h"

/* When the pile does not say: small enough for any. */
#define LOCAL_LIST_DEFAULT_ITEMS 20
#define LOCAL_LIST_DEFAULT_BYTES 8192

typedef struct {
    OcppIdTokenType type;
    gchar id_token[OCPP_ID_TOKEN_BYTES]; /* lower case: identifiers are compared without case */
    gboolean blocked;
    gint64 expires_ms; /* unix ms; 0: never */
} LocalListEntry;

/* Sorts, and joins entries of one token: blocked beats admitted, then the later expiry counts. Drops what has
 * expired at @now_ms. @entries: (element-type LocalListEntry) (inout) */
void local_list_normalise(GArray *entries, gint64 now_ms);
gboolean local_list_equal(const GArray *a, const GArray *b);
/* When the first entry expires; G_MAXINT64: never */
gint64 local_list_next_expiry_ms(const GArray *entries);

typedef struct {
    guint items;           /* ItemsPerMessage */
    gsize bytes;           /* BytesPerMessage, of the whole message */
    gboolean knows_expiry; /* SupportsExpiryDateTime (C13.FR.05) */
} LocalListRules;

/**
 * local_list_plan:
 * @held: (element-type LocalListEntry) (nullable): normalised; what the pile holds as version @held_version;
 * NULL: not known, so everything is sent anew (Full)
 * @wanted: (element-type LocalListEntry): normalised
 *
 * Returns: (transfer full) (element-type OcppSendLocalListRequest): messages to send one after the other,
 * each when the one before was Accepted; versions rise by one from @held_version + 1. Empty: nothing to do.
 */
GPtrArray *local_list_plan(const GArray *held, gint32 held_version, const GArray *wanted,
                           const LocalListRules *rules);

/* Offer list: what operators offer this car now, newest first. Pure; stored as one JSON text, so that a
 * restart shows the driver what was told before (each offer is told once). Times are unix ms.
 */
#pragma once

#include "protocol/api_offer.h"

#define OFFER_LIST_MAX 20 /* the oldest goes: nobody reads more */

typedef struct {
    guint n;
    Offer offers[OFFER_LIST_MAX];
} OfferList;

/* New, or in place of what was known of it; one that is no longer open or accepted goes. Returns: TRUE:
 * changed */
gboolean offer_list_take(OfferList *self, const Offer *offer, gint64 now_ms);
gboolean offer_list_remove(OfferList *self, const gchar *offer_id);
/* (nullable) (transfer none) */
const Offer *offer_list_find(const OfferList *self, const gchar *offer_id);
/* Drops what has ended. Returns: TRUE: changed */
gboolean offer_list_expire(OfferList *self, gint64 now_ms);
/* When the next one ends; G_MAXINT64: none */
gint64 offer_list_next_end_ms(const OfferList *self);

gchar *offer_list_print(const OfferList *self); /* (transfer full) */
/* What cannot be read is left out: a list of offers is no promise. */
void offer_list_read(OfferList *self, const gchar *text);

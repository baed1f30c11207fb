/* Shared by the offer_*.c files only. */
#pragma once

#include "server-stub/offer_desk.h"
#include "server-stub/store/offer_rows.h"

#define OFFER_DESK_LOOK_MS 250 /* changes of a station are looked at together */

struct _OfferDesk {
    Store *store;
    Desk *desk;
    OfferDeskPorts ports;
    gpointer data;
    GHashTable *dirty;    /* set of station ids to look at */
    GHashTable *deferred; /* vehicle id -> gint64*: told too often, look again then */
    gint64 look_ms;       /* when to look at the dirty ones; G_MAXINT64: never */
    gint64 rules_due_ms;  /* the next rule by what was last seen; G_MAXINT64: none */
    gint64 forget_ms;
    gboolean started;
    gboolean has_rules; /* an enabled one: else nobody cares which point is idle */
};

/* An offer with its terms read. NULL when they are damaged (logged). */
typedef struct {
    OfferRow *row; /* owned */
    OfferTerms terms;
} LiveOffer;
LiveOffer *live_offer_new(OfferRow *row); /* (transfer full) (nullable); takes @row */
void live_offer_free(LiveOffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiveOffer, live_offer_free)

/* offer_news.c */
/* Tells @live to whom it concerns and marks it open. */
gboolean offer_news_open(OfferDesk *self, LiveOffer *live, gint64 now_ms, GError **error);
/* Tells @vehicle_id of every open offer that concerns it and that it does not know. */
gboolean offer_news_catch_up(OfferDesk *self, const gchar *vehicle_id, gint64 now_ms, GError **error);
/* Tells those that know the offer what became of it. */
gboolean offer_news_withdrawn(OfferDesk *self, LiveOffer *live, gint64 now_ms, GError **error);
/* The offer as @vehicle_id sees it. FALSE: never told, or with @error */
gboolean offer_news_view(OfferDesk *self, LiveOffer *live, const gchar *vehicle_id, gint64 now_ms,
                         Offer *offer, GError **error);

/* offer_watch.c */
void offer_watch_rules_changed(OfferDesk *self, gint64 now_ms);
/* Looks at the dirty stations and makes what the rules want. */
gboolean offer_watch_look(OfferDesk *self, gint64 now_ms, GError **error);
/* Stores and opens a new offer. @offer_id: (out): API_UUID_BYTES */
gboolean offer_desk_make(OfferDesk *self, const OfferTerms *terms, const gchar *rule_id, gint64 now_ms,
                         gchar *offer_id, GError **error);
gboolean offer_desk_withdraw(OfferDesk *self, const gchar *offer_id, gint64 now_ms, GError **error);
void offer_desk_rearm(OfferDesk *self);
/* Returns: FALSE */
gboolean offer_desk_refuse(GError **error, DeskError code, const gchar *text);

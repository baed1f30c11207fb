/* Shared by news_desk.c and news_offers.c only. */
#pragma once

#include "daemon/news_desk.h"

struct NewsDesk {
    NewsDeskParts parts;
    GCancellable *cancellable;
    Telling telling;
    OfferList offers;
    Subscription sent; /* what the server has confirmed */
    gboolean sent_known;
    Subscription sending;
    gboolean is_sending;
    gint64 sent_us;   /* CLOCK_MONOTONIC, of the last sending; 0 never */
    gint64 minute_us; /* CLOCK_MONOTONIC, when this minute of news began */
    guint n_news;     /* in it */
    guint retry, expiry;
    gulong facts;
};

/* FALSE with CHARGING_ERROR_STORAGE */
gboolean news_desk_store(NewsDesk *self, StoreCommit *commit, GError **error);

/* An event of the stream. Returns: FALSE: could not be stored */
gboolean news_offers_take(NewsDesk *self, JsonObject *object);
/* One timer for the next offer that ends. */
void news_offers_arm_expiry(NewsDesk *self);

/* Offer desk: operators' offers and rules, drivers' subscriptions, and who is told of what, once.
 * The pure model (model/offer_terms.h, offer_rule.h, news_limit.h) decides; what is decided is stored before
 * anybody is told. Time is an argument (unix ms UTC). Runs on one thread.
 *
 *   offer_write.c    operators write             offer_desk.c    drivers subscribe and accept, what is due
 *   offer_news.c     who is told                 offer_watch.c   which points are idle, what the rules make
 * of it
 */
#pragma once

#include "server-stub/desk.h"
#include "server-stub/model/offer_rule.h"

typedef struct {
    void (*told)(const gchar *vehicle_id, gpointer data); /* its event stream has something new */
    void (*rearm)(gint64 due_ms, gpointer data);          /* call offer_desk_tick() then; G_MAXINT64: never */
} OfferDeskPorts;

typedef struct _OfferDesk OfferDesk;

/* @store, @desk: borrowed */
OfferDesk *offer_desk_new(Store *store, Desk *desk, const OfferDeskPorts *ports, gpointer data);
void offer_desk_free(OfferDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OfferDesk, offer_desk_free)

/* Operators. Errors: #DeskError, #StoreError. */
typedef enum { OFFER_DESK_OFFERS, OFFER_DESK_RULES } OfferDeskKind;

/**
 * offer_desk_write:
 * @id: (nullable): NULL: a new one
 *
 * Returns: (transfer full) (nullable): OperatorOffer, or the rule, of protocol/README.md section 3
 */
JsonNode *offer_desk_write(OfferDesk *self, OfferDeskKind kind, const gchar *id, JsonObject *input,
                           gint64 now_ms, GError **error);
/* Withdraws an offer, ends a rule. Idempotent; what is not there is NOT_FOUND. */
gboolean offer_desk_remove(OfferDesk *self, OfferDeskKind kind, const gchar *id, gint64 now_ms,
                           GError **error);
JsonNode *offer_desk_list(OfferDesk *self, OfferDeskKind kind, gint64 now_ms, GError **error);

/* Drivers. */
gboolean offer_desk_subscribe(OfferDesk *self, const gchar *vehicle_id, const Subscription *subscription,
                              gint64 now_ms, GError **error);
gboolean offer_desk_subscription(OfferDesk *self, const gchar *vehicle_id, Subscription *subscription,
                                 GError **error);
/* (transfer full) (nullable) (element-type Offer): told and still good, newest first */
GArray *offer_desk_offers_of(OfferDesk *self, const gchar *vehicle_id, gint64 now_ms, GError **error);
gboolean offer_desk_accept(OfferDesk *self, const gchar *vehicle_id, const gchar *offer_id, gint64 now_ms,
                           Offer *offer, GError **error);

/* Something about the charging points of @station_id may have changed; cheap, looked at with the next tick.
 */
void offer_desk_station_changed(OfferDesk *self, const gchar *station_id, gint64 now_ms);

/* Does what is due, and arms the next time; also call it once at start. */
void offer_desk_tick(OfferDesk *self, gint64 now_ms);

/* News desk: the operator's offers and questions in the car. Keeps what the driver allows (journey/telling.h)
 * and what was offered (journey/offer_list.h), sends the subscription, answers questions. Stored before it is
 * shown or sent.
 */
#pragma once

#include "daemon/journey/offer_list.h"
#include "daemon/journey/telling.h"
#include "daemon/net/http_client.h"
#include "daemon/store/store.h"
#include "dbus/gear_watcher.h"

typedef struct {
    Store *store;                               /* borrowed */
    HttpClient *http;                           /* (nullable): a reference is kept */
    GearWatcher *gear;                          /* a reference is kept */
    void (*changed)(gpointer data);             /* what is shown has changed */
    void (*follow)(gboolean on, gpointer data); /* the event stream is wanted */
    void (*repriced)(gpointer data);            /* an offer was accepted: the price on show may be another */
    gpointer data;
} NewsDeskParts;

typedef struct NewsDesk NewsDesk;

NewsDesk *news_desk_new(const NewsDeskParts *parts);
void news_desk_free(NewsDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NewsDesk, news_desk_free)

/* Takes up what was stored. */
void news_desk_start(NewsDesk *self);
/* The server answers again: what it does not know yet is sent. */
void news_desk_online(NewsDesk *self);

/* An event of the stream. Returns: FALSE: could not be stored */
gboolean news_desk_take(NewsDesk *self, const gchar *name, JsonObject *object);

/* The driver's words. FALSE with #ChargingError: nothing was done. @dict: a{sv}, keys and types were checked
 */
gboolean news_desk_set_subscription(NewsDesk *self, GVariant *dict, GError **error);
gboolean news_desk_set_sharing(NewsDesk *self, GVariant *dict, GError **error);
gboolean news_desk_dismiss(NewsDesk *self, const gchar *offer_id, GError **error);
/* @done: called once, with a #ChargingError (transfer full) or NULL */
void news_desk_accept(NewsDesk *self, const gchar *offer_id, void (*done)(GError *error, gpointer data),
                      gpointer data);

const Telling *news_desk_telling(const NewsDesk *self);
const OfferList *news_desk_offers(const NewsDesk *self);

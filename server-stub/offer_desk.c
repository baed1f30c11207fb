#include "server-stub/offer_desk_private.h"

#include "base/identifier.h"
#include "protocol/json_gate.h"
#include "protocol/json_write.h"
#include "server-stub/store/news_rows.h"

#include <string.h>

#define LIST_MAX 1000
#define FORGET_MS (60 * 60 * G_GINT64_CONSTANT(1000))
#define KEEP_MS (30 * OFFER_RULE_DAY_MS) /* ended offers that nobody accepted */
#define RETRY_MS 1000                    /* disk full: keep trying */

OfferDesk *offer_desk_new(Store *store, Desk *desk, const OfferDeskPorts *ports, gpointer data)
{
    OfferDesk *self = g_new0(OfferDesk, 1);

    self->store = store;
    self->desk = desk;
    self->ports = *ports;
    self->data = data;
    self->dirty = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->deferred = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->look_ms = self->rules_due_ms = G_MAXINT64;
    return self;
}

void offer_desk_free(OfferDesk *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->dirty);
    g_hash_table_unref(self->deferred);
    g_free(self);
}

void offer_desk_rearm(OfferDesk *self)
{
    gint64 due_ms = MIN(self->look_ms, self->rules_due_ms);
    GHashTableIter iter;
    gpointer next_ms;

    due_ms = MIN(due_ms, store_offers_next_opening(self->store, NULL));
    g_hash_table_iter_init(&iter, self->deferred);
    while (g_hash_table_iter_next(&iter, NULL, &next_ms))
        due_ms = MIN(due_ms, *(gint64 *)next_ms);
    self->ports.rearm(due_ms, self->data);
}

gboolean offer_desk_subscribe(OfferDesk *self, const gchar *vehicle_id, const Subscription *subscription,
                              gint64 now_ms, GError **error)
{
    g_auto(StoreChange) change = {0};

    if (!store_begin(self->store, &change, error) ||
        !store_subscription_set(self->store, vehicle_id, subscription, now_ms, error) ||
        !store_commit(&change, error) || !offer_news_catch_up(self, vehicle_id, now_ms, error))
        return FALSE;
    offer_desk_rearm(self); /* it may have been told too often */
    return TRUE;
}

gboolean offer_desk_subscription(OfferDesk *self, const gchar *vehicle_id, Subscription *subscription,
                                 GError **error)
{
    GError *failure = NULL;

    if (store_subscription(self->store, vehicle_id, subscription, &failure) || failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}

GArray *offer_desk_offers_of(OfferDesk *self, const gchar *vehicle_id, gint64 now_ms, GError **error)
{
    g_autoptr(GPtrArray) rows = store_offers(self->store, now_ms, LIST_MAX, error);
    GArray *offers;

    if (rows == NULL)
        return NULL;
    g_ptr_array_set_free_func(rows, NULL);
    offers = g_array_new(FALSE, FALSE, sizeof(Offer));
    for (guint i = 0; i < rows->len; i++) {
        g_autoptr(LiveOffer) live = live_offer_new(g_ptr_array_index(rows, i));
        Offer offer;

        if (live != NULL && offer_news_view(self, live, vehicle_id, now_ms, &offer, NULL) &&
            (offer.state == OFFER_OPEN || offer.state == OFFER_ACCEPTED))
            g_array_append_val(offers, offer);
    }
    return offers;
}

gboolean offer_desk_accept(OfferDesk *self, const gchar *vehicle_id, const gchar *offer_id, gint64 now_ms,
                           Offer *offer, GError **error)
{
    OfferRow *row = store_offer(self->store, offer_id, error);
    g_autoptr(LiveOffer) live = row != NULL ? live_offer_new(row) : NULL;

    if (live == NULL || !offer_news_view(self, live, vehicle_id, now_ms, offer, error)) {
        if (error != NULL && *error == NULL)
            offer_desk_refuse(error, DESK_ERROR_NOT_FOUND, "this car was offered no such thing");
        return FALSE;
    }
    if (offer->state == OFFER_ACCEPTED || offer->state == OFFER_USED)
        return TRUE;
    if (offer->state != OFFER_OPEN)
        return offer_desk_refuse(error, DESK_ERROR_OFFER_EXPIRED, "the offer is over");
    if (!store_offer_accept(self->store, offer_id, vehicle_id, live->terms.max_accepts, live->row->terms,
                            now_ms, error)) {
        if (error != NULL && *error == NULL)
            offer_desk_refuse(error, DESK_ERROR_OFFER_TAKEN, "others were faster");
        return FALSE;
    }
    g_message("offer %s is accepted by %s", offer_id, vehicle_id);
    return offer_news_view(self, live, vehicle_id, now_ms, offer, error);
}

void offer_desk_station_changed(OfferDesk *self, const gchar *station_id, gint64 now_ms)
{
    if (!self->has_rules || !g_hash_table_add(self->dirty, g_strdup(station_id)) ||
        self->look_ms != G_MAXINT64)
        return;
    self->look_ms = now_ms + OFFER_DESK_LOOK_MS;
    offer_desk_rearm(self);
}

/* Offers whose time has come. */
static gboolean open_due(OfferDesk *self, gint64 now_ms, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    gboolean ok = TRUE;

    if (store_offers_next_opening(self->store, error) > now_ms)
        return TRUE;
    rows = store_offers(self->store, 0, LIST_MAX, error);
    if (rows == NULL)
        return FALSE;
    g_ptr_array_set_free_func(rows, NULL);
    for (guint i = 0; i < rows->len; i++) {
        g_autoptr(LiveOffer) live = live_offer_new(g_ptr_array_index(rows, i));

        if (ok && live != NULL && !live->row->opened && live->row->withdrawn_ms == 0 &&
            live->row->from_ms <= now_ms)
            ok = offer_news_open(self, live, now_ms, error);
    }
    return ok;
}

static gboolean catch_up_due(OfferDesk *self, gint64 now_ms, GError **error)
{
    g_autoptr(GPtrArray) due = NULL;
    GHashTableIter iter;
    gpointer vehicle_id, next_ms;

    due = self->started ? g_ptr_array_new_with_free_func(g_free)
                        : store_subscribers(self->store, -90, 90, error);
    if (due == NULL)
        return FALSE;
    g_hash_table_iter_init(&iter, self->deferred);
    while (g_hash_table_iter_next(&iter, &vehicle_id, &next_ms)) {
        if (*(gint64 *)next_ms > now_ms)
            continue;
        g_ptr_array_add(due, g_strdup(vehicle_id));
        g_hash_table_iter_remove(&iter);
    }
    for (guint i = 0; i < due->len; i++)
        if (!offer_news_catch_up(self, g_ptr_array_index(due, i), now_ms, error))
            return FALSE;
    return TRUE;
}

void offer_desk_tick(OfferDesk *self, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    gboolean ok;

    if (!self->started)
        offer_watch_rules_changed(self, now_ms);
    ok = open_due(self, now_ms, &error) && catch_up_due(self, now_ms, &error) &&
         offer_watch_look(self, now_ms, &error);
    self->started = self->started || ok;
    if (ok && now_ms >= self->forget_ms) {
        ok = store_offers_forget(self->store, now_ms - KEEP_MS, &error) &&
             store_news_forget(self->store, now_ms, &error);
        self->forget_ms = now_ms + FORGET_MS;
    }
    if (!ok) {
        g_warning("offers: %s", error != NULL ? error->message : "stored terms are damaged");
        self->ports.rearm(now_ms + RETRY_MS, self->data);
        return;
    }
    offer_desk_rearm(self);
}

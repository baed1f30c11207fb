#define G_LOG_DOMAIN "rearcharged"
#include "daemon/news_desk_private.h"

#include "daemon/net/json_call.h"
#include "dbus/charging_service.h"

static gint64 unix_ms(void)
{
    return g_get_real_time() / 1000;
}

static gboolean on_expiry(gpointer data)
{
    NewsDesk *self = data;

    self->expiry = 0;
    if (offer_list_expire(&self->offers, unix_ms()))
        self->parts.changed(self->parts.data);
    news_offers_arm_expiry(self);
    return G_SOURCE_REMOVE;
}

/* An hour at most: the wall clock may be set meanwhile. */
void news_offers_arm_expiry(NewsDesk *self)
{
    gint64 end_ms = offer_list_next_end_ms(&self->offers);

    g_clear_handle_id(&self->expiry, g_source_remove);
    if (end_ms != G_MAXINT64)
        self->expiry = g_timeout_add((guint)CLAMP(end_ms - unix_ms(), 1, 3600 * 1000), on_expiry, self);
}

/* @changed is the list as it would be; it becomes the list when it is stored. */
static gboolean keep_offers(NewsDesk *self, const OfferList *changed, gint64 event_id, GError **error)
{
    g_autofree gchar *text = offer_list_print(changed);

    if (!news_desk_store(self, &(StoreCommit){.offers = text, .last_event_id = event_id}, error))
        return FALSE;
    self->offers = *changed;
    news_offers_arm_expiry(self);
    self->parts.changed(self->parts.data);
    return TRUE;
}

gboolean news_offers_take(NewsDesk *self, JsonObject *object)
{
    g_autofree OfferList *list = g_memdup2(&self->offers, sizeof self->offers);
    g_autofree Offer *offer = g_new0(Offer, 1);
    g_autoptr(GError) error = NULL;

    if (!offer_from_json(object, offer, &error)) {
        g_warning("ignored an offer of the server: %s", error->message);
        return TRUE; /* it will not get better */
    }
    offer_list_take(list, offer, unix_ms());
    if (!keep_offers(self, list, offer->event_seq, NULL))
        return FALSE;
    g_message("offer: %s, until %+" G_GINT64_FORMAT " min", offer_state_names[offer->state],
              (offer->until_ms - unix_ms()) / 60000);
    return TRUE;
}

gboolean news_desk_dismiss(NewsDesk *self, const gchar *offer_id, GError **error)
{
    g_autofree OfferList *list = g_memdup2(&self->offers, sizeof self->offers);

    return !offer_list_remove(list, offer_id) || keep_offers(self, list, 0, error);
}

typedef struct {
    NewsDesk *desk;
    gchar *offer_id;
    void (*done)(GError *error, gpointer data);
    gpointer data;
} Acceptance;

static GError *acceptance_error(const GError *error)
{
    gboolean gone = json_call_is_final(error);

    return g_error_new_literal(
        CHARGING_ERROR, (gint)(gone ? CHARGING_ERROR_NOT_FOUND : CHARGING_ERROR_FAILED),
        gone ? "the offer is over, or taken by others" : "the server cannot be asked now");
}

static void on_accepted(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree Acceptance *acceptance = data;
    g_autofree gchar *offer_id = acceptance->offer_id;
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) object = json_call_finish(HTTP_CLIENT(source), result, &error);
    g_autofree Offer *offer = g_new0(Offer, 1);
    g_autofree OfferList *list = NULL;
    NewsDesk *self = acceptance->desk;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) { /* @self is gone */
        acceptance->done(g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_FAILED, "ending"),
                         acceptance->data);
        return;
    }
    list = g_memdup2(&self->offers, sizeof self->offers);
    if (object == NULL || !offer_from_json(object, offer, &error)) {
        if (json_call_is_final(error) && offer_list_remove(list, offer_id))
            keep_offers(self, list, 0, NULL);
        acceptance->done(acceptance_error(error), acceptance->data);
        return;
    }
    offer_list_take(list, offer, unix_ms());
    keep_offers(self, list, 0, NULL); /* the server knows: a failed write loses only our mark */
    acceptance->done(NULL, acceptance->data);
    self->parts.repriced(self->parts.data);
}

void news_desk_accept(NewsDesk *self, const gchar *offer_id, void (*done)(GError *error, gpointer data),
                      gpointer data)
{
    g_autofree gchar *path = NULL;
    Acceptance *acceptance;

    if (self->parts.http == NULL || offer_list_find(&self->offers, offer_id) == NULL) {
        done(g_error_new_literal(CHARGING_ERROR, (gint)CHARGING_ERROR_NOT_FOUND, "no such offer"), data);
        return;
    }
    path = g_strdup_printf("/v1/offers/%s/accept", offer_id); /* a known id, hence a plain one */
    acceptance = g_new0(Acceptance, 1);
    *acceptance = (Acceptance){self, g_strdup(offer_id), done, data};
    json_call_async(self->parts.http, &(HttpRequest){.method = "POST", .path = path, .body = "{}"},
                    self->cancellable, on_accepted, acceptance);
}

#define G_LOG_DOMAIN "rearcharged"
#include "daemon/news_desk_private.h"

#include "daemon/net/json_call.h"
#include "dbus/charging_service.h"
#include "protocol/json_gate.h"

#define NEWS_PER_MINUTE 200u
#define RETRY_S 30

static gint64 unix_ms(void)
{
    return g_get_real_time() / 1000;
}

static ApiPosition here(NewsDesk *self)
{
    const VehicleFacts *facts = gear_watcher_get_facts(self->parts.gear);

    return facts->has_position ? api_position_rounded(facts->latitude, facts->longitude) : (ApiPosition){0};
}

gboolean news_desk_store(NewsDesk *self, StoreCommit *commit, GError **error)
{
    g_autoptr(GError) failure = NULL;

    if (store_commit(self->parts.store, commit, &failure))
        return TRUE;
    g_warning("storage: %s", failure->message);
    g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_STORAGE, "the disk does not take it");
    return FALSE;
}

/* ---- the subscription ---- */

static void send_subscription(NewsDesk *self);

static gboolean on_retry(gpointer data)
{
    NewsDesk *self = data;

    self->retry = 0;
    send_subscription(self);
    return G_SOURCE_REMOVE;
}

static void retry_in(NewsDesk *self, guint seconds)
{
    if (self->retry == 0)
        self->retry = g_timeout_add_seconds(MAX(seconds, 1), on_retry, self);
}

static void on_subscribed(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) answer = json_call_finish(HTTP_CLIENT(source), result, &error);
    NewsDesk *self = data;

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* @self is gone */
    self->is_sending = FALSE;
    if (answer == NULL) {
        g_message("server: the subscription waits (%s)", error->message);
        if (!json_call_is_final(error))
            retry_in(self, RETRY_S);
        return;
    }
    self->sent = self->sending;
    self->sent_known = TRUE;
    send_subscription(self); /* it may have changed meanwhile */
}

static void send_subscription(NewsDesk *self)
{
    ApiPosition now = here(self);
    Subscription wanted = telling_subscription(&self->telling, &now);
    gint64 wait_us = self->sent_us + TELLING_RESEND_US - g_get_monotonic_time();
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *body = NULL;

    if (self->parts.http == NULL || self->is_sending ||
        (self->sent_known && !telling_differs(&self->sent, &wanted)))
        return;
    /* Only a moving car makes it wait: the driver's own word goes out at once. */
    if (self->sent_known && self->sent.kinds == wanted.kinds && self->sent.radius_m == wanted.radius_m &&
        self->telling.source == TELLING_VEHICLE && self->sent_us > 0 && wait_us > 0) {
        retry_in(self, (guint)(wait_us / G_USEC_PER_SEC) + 1);
        return;
    }
    node = subscription_to_json(&wanted);
    body = json_gate_print(node, NULL);
    self->is_sending = TRUE;
    self->sending = wanted;
    self->sent_us = g_get_monotonic_time();
    json_call_async(self->parts.http,
                    &(HttpRequest){.method = "PUT", .path = "/v1/subscription", .body = body},
                    self->cancellable, on_subscribed, self);
}

static void on_facts(GearWatcher *gear, gpointer data)
{
    NewsDesk *self = data;

    if (self->telling.kinds != 0 && self->telling.source == TELLING_VEHICLE)
        send_subscription(self);
}

static void follow(NewsDesk *self)
{
    self->parts.follow(self->telling.kinds != 0 || self->telling.sharing != 0, self->parts.data);
}

/* ---- questions ---- */

static void on_answered(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) answer = json_call_finish(HTTP_CLIENT(source), result, &error);

    if (answer == NULL && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_message("server: a question could not be answered (%s)", error->message);
}

static VehicleGear gear_class(Gear gear)
{
    switch (gear) {
    case GEAR_P:
        return VEHICLE_GEAR_PARKED;
    case GEAR_R:
        return VEHICLE_GEAR_REVERSE;
    case GEAR_N:
        return VEHICLE_GEAR_NEUTRAL;
    case GEAR_D:
        return VEHICLE_GEAR_DRIVE;
    default:
        return VEHICLE_GEAR_UNKNOWN;
    }
}

static void answer_query(NewsDesk *self, JsonObject *object)
{
    const VehicleFacts *facts = gear_watcher_get_facts(self->parts.gear);
    GearSample sample = gear_watcher_get_sample(self->parts.gear);
    VehicleState known = {.position = here(self),
                          .soc_percent = facts->soc_percent >= 0 ? (gint64)(facts->soc_percent + 0.5) : -1,
                          .plug = g_str_equal(facts->plug_state, "connected")      ? VEHICLE_PLUG_CONNECTED
                                  : g_str_equal(facts->plug_state, "disconnected") ? VEHICLE_PLUG_DISCONNECTED
                                                                                   : VEHICLE_PLUG_UNKNOWN,
                          .gear = gear_class(sample.gear)};
    VehicleQuery query;
    VehicleState answer;
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *body = NULL;
    g_autoptr(GError) error = NULL;

    if (!vehicle_query_from_json(object, &query, &error)) {
        g_warning("ignored a question of the server: %s", error->message);
        return;
    }
    answer = telling_answer(&self->telling, &query, &known);
    g_message("the operator asks for %u things, %s", (guint)__builtin_popcount(query.want),
              answer.denied == 0 ? "all of them allowed" : "not all of them allowed");
    node = vehicle_state_to_json(&answer);
    body = json_gate_print(node, NULL);
    json_call_async(self->parts.http,
                    &(HttpRequest){.method = "POST", .path = "/v1/vehicle-state", .body = body},
                    self->cancellable, on_answered, NULL);
}

/* An offer costs a write to the disk, a question a request: a server that floods must not have the driver's
 * clicks wait behind thousands of them. */
static gboolean is_flood(NewsDesk *self)
{
    gint64 now_us = g_get_monotonic_time();

    if (self->n_news == 0 || now_us - self->minute_us > G_TIME_SPAN_MINUTE) {
        self->minute_us = now_us;
        self->n_news = 0;
    }
    self->n_news++;
    if (self->n_news == NEWS_PER_MINUTE + 1)
        g_warning("the server sends more than %u offers and questions a minute; the rest waits",
                  NEWS_PER_MINUTE);
    return self->n_news > NEWS_PER_MINUTE;
}

gboolean news_desk_take(NewsDesk *self, const gchar *name, JsonObject *object)
{
    gboolean is_offer = g_str_equal(name, "offer");

    if ((is_offer || g_str_equal(name, "vehicle_query")) && is_flood(self))
        return !is_offer; /* offers are sent again; a question is of this moment only */
    if (is_offer)
        return news_offers_take(self, object);
    if (g_str_equal(name, "vehicle_query"))
        answer_query(self, object);
    return TRUE;
}

/* ---- the driver ---- */

static gboolean keep_telling(NewsDesk *self, const Telling *telling, GError **error)
{
    g_autofree gchar *text = telling_print(telling);

    if (!news_desk_store(self, &(StoreCommit){.telling = text}, error))
        return FALSE;
    self->telling = *telling;
    follow(self);
    send_subscription(self);
    self->parts.changed(self->parts.data);
    return TRUE;
}

gboolean news_desk_set_subscription(NewsDesk *self, GVariant *dict, GError **error)
{
    Telling telling = self->telling;
    g_autofree const gchar **kinds = NULL;
    const gchar *source = NULL;
    guint32 radius_m = 0;

    if (g_variant_lookup(dict, "kinds", "^a&s", &kinds)) {
        telling.kinds = 0;
        for (guint i = 0; news_kind_names[i] != NULL; i++)
            telling.kinds |= g_strv_contains(kinds, news_kind_names[i]) ? 1u << i : 0;
    }
    if (g_variant_lookup(dict, "radius_m", "u", &radius_m))
        telling.radius_m = radius_m;
    for (guint i = 0; g_variant_lookup(dict, "position", "&s", &source) && telling_source_names[i] != NULL;
         i++)
        if (g_str_equal(source, telling_source_names[i]))
            telling.source = (TellingSource)i;
    if (g_variant_lookup(dict, "latitude", "d", &telling.place.latitude_deg) &&
        g_variant_lookup(dict, "longitude", "d", &telling.place.longitude_deg))
        telling.place = api_position_rounded(telling.place.latitude_deg, telling.place.longitude_deg);
    if (telling.source == TELLING_FIXED && !telling.place.known) {
        g_set_error_literal(error, CHARGING_ERROR, (gint)CHARGING_ERROR_INVALID_VALUE,
                            "position: fixed needs latitude and longitude");
        return FALSE;
    }
    return keep_telling(self, &telling, error);
}

gboolean news_desk_set_sharing(NewsDesk *self, GVariant *dict, GError **error)
{
    Telling telling = self->telling;

    for (guint i = 0; vehicle_item_names[i] != NULL; i++) {
        gboolean on = FALSE;

        if (g_variant_lookup(dict, vehicle_item_names[i], "b", &on))
            telling.sharing = on ? telling.sharing | 1u << i : telling.sharing & ~(1u << i);
    }
    return keep_telling(self, &telling, error);
}

/* ---- life ---- */

const Telling *news_desk_telling(const NewsDesk *self)
{
    return &self->telling;
}

const OfferList *news_desk_offers(const NewsDesk *self)
{
    return &self->offers;
}

NewsDesk *news_desk_new(const NewsDeskParts *parts)
{
    NewsDesk *self = g_new0(NewsDesk, 1);

    self->parts = *parts;
    self->telling = (Telling)TELLING_INIT;
    self->cancellable = g_cancellable_new();
    g_object_ref(parts->gear);
    if (parts->http != NULL)
        g_object_ref(parts->http);
    self->facts = g_signal_connect(parts->gear, "facts", G_CALLBACK(on_facts), self);
    return self;
}

void news_desk_free(NewsDesk *self)
{
    if (self == NULL)
        return;
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    g_clear_handle_id(&self->retry, g_source_remove);
    g_clear_handle_id(&self->expiry, g_source_remove);
    g_signal_handler_disconnect(self->parts.gear, self->facts);
    g_object_unref(self->parts.gear);
    g_clear_object(&self->parts.http);
    g_free(self);
}

void news_desk_start(NewsDesk *self)
{
    g_autofree gchar *telling = store_load_telling(self->parts.store);
    g_autofree gchar *offers = store_load_offers(self->parts.store);
    g_autoptr(GError) error = NULL;

    if (telling != NULL && !telling_read(&self->telling, telling, &error))
        g_warning("storage: what the driver allows is not readable (%s): nothing is told", error->message);
    if (offers != NULL)
        offer_list_read(&self->offers, offers);
    offer_list_expire(&self->offers, unix_ms());
    news_offers_arm_expiry(self);
    follow(self);
    /* A car that never subscribed has nothing to take back. */
    self->sent_known = telling == NULL;
    send_subscription(self);
}

void news_desk_online(NewsDesk *self)
{
    g_clear_handle_id(&self->retry, g_source_remove);
    send_subscription(self);
}

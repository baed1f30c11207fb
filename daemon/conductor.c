#define G_LOG_DOMAIN "rearcharged"
#include "daemon/conductor_private.h"

#include <string.h>

#include "base/identifier.h"
#include "base/redact.h"
#include "daemon/consent_text.h"
#include "daemon/journey/trip_record.h"
#include "daemon/net/order_client.h"
#include "daemon/story.h"

static void on_gear(GearWatcher *gear, gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;
    GearSample sample = gear_watcher_get_sample(gear);

    conductor_conclude_plain(self, &before, trip_gear(&self->trip, &sample, g_get_monotonic_time()));
}

/* Other people's codes are none of our business; a broken one of an operator is told once, not per frame. */
static void tell_refused(Conductor *self, const CameraMsg *msg, const GError *error)
{
    g_autoptr(GBytes) bytes = g_bytes_new(msg->bytes, msg->n_bytes);
    guint hash = g_bytes_hash(bytes);
    g_autofree gchar *shown = NULL;

    if (g_error_matches(error, QR_PAYLOAD_ERROR, QR_PAYLOAD_ERROR_NOT_OURS) || hash == self->refused_hash)
        return;
    self->refused_hash = hash;
    shown = redact_for_log((const gchar *)msg->bytes, MIN(msg->n_bytes, 40));
    g_message("code not valid for this service: %s (%s)", error->message, shown);
}

static void take_code(Conductor *self, const CameraMsg *msg)
{
    g_autoptr(GError) error = NULL;
    CodeSighting sighting = {.frame_px = {msg->frame_px[0], msg->frame_px[1]},
                             .frames_agreeing = msg->frames_agreeing,
                             .has_bearing = msg->has_bearing,
                             .bearing_deg = msg->bearing_deg};
    Trip before = self->trip;

    /* Neither causes a request: other codes, and broken ones of ours. */
    if (!qr_payload_parse((const gchar *)msg->bytes, msg->n_bytes, self->parts.config->operators,
                          &sighting.code, &error)) {
        tell_refused(self, msg, error);
        return;
    }
    memcpy(sighting.quad_px, msg->quad_px, sizeof sighting.quad_px);
    conductor_conclude_plain(self, &before, trip_sighting(&self->trip, &sighting, g_get_monotonic_time()));
}

static void on_camera(CameraProcess *camera, const CameraMsg *msg, gpointer data)
{
    Conductor *self = data;

    story_tell_camera(msg);
    if (msg->type == CAMERA_MSG_CODE)
        take_code(self, msg);
    else
        self->parts.changed(self->parts.data);
}

static void on_camera_lost(CameraProcess *camera, gpointer data)
{
    Conductor *self = data;

    self->parts.changed(self->parts.data);
}

static void on_look_up_answered(guint serial, const ScanAnswer *answer, gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;

    conductor_conclude_plain(self, &before,
                             trip_look_up_answered(&self->trip, serial, answer, g_get_monotonic_time()));
}

static void on_look_up_refused(guint serial, const gchar *code, gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;

    conductor_conclude_plain(self, &before,
                             trip_look_up_refused(&self->trip, serial, code, g_get_monotonic_time()));
}

static void on_look_up_failed(guint serial, gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;

    conductor_conclude_plain(self, &before, trip_look_up_failed(&self->trip, serial, g_get_monotonic_time()));
}

static void take_order(Conductor *self, const Order *order, StoreCommit *commit)
{
    Trip before = self->trip;
    JourneyEffects effects;
    /* The offer is forgotten with the journey, the history keeps its prices. */
    gboolean offered = before.has_offer && strcmp(before.offer.evse_key, order->evse_key) == 0 &&
                       strcmp(before.request.client_ref, order->client_ref) == 0;

    effects = trip_order(&self->trip, order, g_get_monotonic_time());
    commit->order = order;
    commit->offered = offered ? &before.offer.tariff : NULL;
    conductor_conclude(self, &before, effects, commit);
}

static void on_call_answered(const OutboxRow *row, const Order *order, gpointer data)
{
    StoreCommit commit = {.remove_outbox_id = row->id};

    take_order(data, order, &commit);
}

static void on_call_refused(const OutboxRow *row, const gchar *code, gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;
    StoreCommit commit = {.remove_outbox_id = row->id};
    gint64 now_us = g_get_monotonic_time();
    JourneyEffects effects;

    if (row->kind == ORDER_CALL_CODE)
        effects = trip_code_refused(&self->trip, row->reference, code, now_us);
    else if (row->kind == ORDER_CALL_PLACE || row->kind == ORDER_CALL_WITHDRAW)
        effects = trip_order_refused(&self->trip, row->reference, code, now_us);
    else
        effects = trip_cancel_refused(&self->trip, row->reference, code, now_us);

    g_message("server: refused (%s)", code);
    conductor_conclude(self, &before, effects, &commit);
}

static void on_order_streamed(const Order *order, gpointer data)
{
    StoreCommit commit = {.last_event_id = order->event_seq};

    take_order(data, order, &commit);
}

/* Each kind of news has its own desk; a kind that nobody here knows is a newer server's. */
static gboolean on_news(const gchar *name, JsonObject *object, gpointer data)
{
    Conductor *self = data;

    if (g_str_equal(name, "reservation"))
        return booking_desk_news(self->booking, object);
    return news_desk_take(self->news, name, object);
}

static void on_shown_changed(gpointer data)
{
    Conductor *self = data;

    self->parts.changed(self->parts.data);
}

static void on_news_follow(gboolean on, gpointer data)
{
    Conductor *self = data;

    if (on)
        courier_follow(self->courier, COURIER_FOLLOW_NEWS, store_load_last_event_id(self->parts.store));
    else
        courier_unfollow(self->courier, COURIER_FOLLOW_NEWS);
}

/* The price on show was asked for before the offer was accepted. */
static void on_repriced(gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;

    conductor_conclude_plain(self, &before, trip_reprice(&self->trip, g_get_monotonic_time()));
}

static void on_order_listed(const Order *order, gpointer data)
{
    Conductor *self = data;
    g_autofree StoredOrder *known = g_new0(StoredOrder, 1);
    StoreCommit commit = {0};

    /* Most of the list is history that we have: no write for it. */
    if (order_state_is_final(order->state) &&
        store_find_order(self->parts.store, order->order_id, known, NULL) &&
        known->order.event_seq >= order->event_seq)
        return;
    take_order(data, order, &commit);
}

static void on_voucher_changed(gpointer data)
{
    Conductor *self = data;

    conductor_link_facts(self);
    self->parts.changed(self->parts.data);
}

static void on_world_changed(gpointer data)
{
    Conductor *self = data;
    const gchar *problem = NULL;

    if (courier_get_state(self->courier, &problem) == SERVER_ONLINE) {
        news_desk_online(self->news);
        voucher_box_refresh(self->voucher, &self->trip.consent);
    }
    self->parts.changed(self->parts.data);
}

static const CourierEvents courier_events = {
    .look_up_answered = on_look_up_answered,
    .look_up_refused = on_look_up_refused,
    .look_up_failed = on_look_up_failed,
    .call_answered = on_call_answered,
    .call_refused = on_call_refused,
    .order_streamed = on_order_streamed,
    .news = on_news,
    .order_listed = on_order_listed,
    .state_changed = on_world_changed,
};

static TripRules trip_rules(const Config *config)
{
    TripRules rules = {.gear = GEAR_RULES_INIT, .new_ref = identifier_new_uuid};

    rules.gear.has_park = config->has_park;
    if (config->link_url != NULL)
        g_strlcpy(rules.link_url, config->link_url, sizeof rules.link_url);
    return rules;
}

static Consent stored_consent(const Conductor *self)
{
    g_autofree gchar *text = store_load_consent(self->parts.store);
    Consent consent = self->parts.config->consent;
    g_autoptr(GError) error = NULL;

    if (text != NULL && !consent_text_read(text, &consent, &error)) {
        g_warning("storage: the stored consent is not readable (%s): the driver is asked again",
                  error->message);
        consent = self->parts.config->consent;
        consent.given = FALSE;
    }
    return consent;
}

Conductor *conductor_new(const ConductorParts *parts)
{
    Conductor *self = g_new0(Conductor, 1);
    TripRules rules = trip_rules(parts->config);
    Consent consent;

    self->parts = *parts;
    self->courier = courier_new(parts->http, &courier_events, self);
    self->news = news_desk_new(&(NewsDeskParts){parts->store, parts->http, parts->gear, on_shown_changed,
                                                on_news_follow, on_repriced, self});
    self->booking = booking_desk_new(parts->http, parts->store, self->courier, on_world_changed, self);
    self->voucher = voucher_box_new(parts->http, parts->store, on_voucher_changed, self);
    self->link_cancellable = g_cancellable_new();
    self->map = map_desk_new(parts->http, on_world_changed, self);
    self->clock = clock_watch_new(on_world_changed, self);
    consent = stored_consent(self);
    self->trip = trip_init(&rules, &consent);
    g_object_ref(self->parts.gear);
    g_signal_connect(self->parts.gear, "sample", G_CALLBACK(on_gear), self);
    g_signal_connect_swapped(self->parts.gear, "facts", G_CALLBACK(conductor_link_facts), self);
    if (self->parts.camera != NULL) {
        g_object_ref(self->parts.camera);
        g_signal_connect(self->parts.camera, "message", G_CALLBACK(on_camera), self);
        g_signal_connect(self->parts.camera, "lost", G_CALLBACK(on_camera_lost), self);
    }
    return self;
}

void conductor_free(Conductor *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->timer, g_source_remove);
    g_clear_handle_id(&self->storage_retry, g_source_remove);
    g_signal_handlers_disconnect_by_data(self->parts.gear, self);
    g_object_unref(self->parts.gear);
    if (self->parts.camera != NULL) {
        g_signal_handlers_disconnect_by_data(self->parts.camera, self);
        g_object_unref(self->parts.camera);
    }
    booking_desk_free(self->booking);
    map_desk_free(self->map);
    news_desk_free(self->news);
    g_cancellable_cancel(self->link_cancellable);
    g_object_unref(self->link_cancellable);
    voucher_box_free(self->voucher);
    courier_free(self->courier);
    clock_watch_free(self->clock);
    store_close(self->parts.store);
    g_free(self);
}

void conductor_start(Conductor *self)
{
    g_autofree gchar *record = store_load_record(self->parts.store);
    g_autoptr(GError) error = NULL;
    Trip before = self->trip;
    JourneyEffects effects = 0;

    if (record != NULL && !trip_record_read(&self->trip, record, strlen(record), &error))
        g_warning("storage: the stored journey is not readable (%s): asking the server", error->message);
    self->stored_state = self->trip.state;
    effects = trip_resume(&self->trip, g_get_monotonic_time(), g_get_real_time() / 1000);
    if (self->trip.state != JOURNEY_IDLE)
        g_message("taking up again: %s", journey_state_name(self->trip.state));
    conductor_conclude_plain(self, &before, effects);
    /* A stop of a running charge has no state of its own: that it waits here is all that is left of it. */
    courier_send(self->courier, store_load_outbox(self->parts.store));
    courier_list_orders(self->courier);
    booking_desk_start(self->booking);
    news_desk_start(self->news);
    conductor_link_follow(self);
    conductor_link_facts(self);
    if (self->parts.camera != NULL)
        camera_process_run(self->parts.camera);
}

const Trip *conductor_get_trip(const Conductor *self)
{
    return &self->trip;
}

const Order *conductor_get_shown_order(const Conductor *self)
{
    return self->has_shown ? &self->shown : NULL;
}

const SettlementCheck *conductor_get_shown_check(const Conductor *self)
{
    return self->has_shown && self->has_shown_check ? &self->shown_check : NULL;
}

Store *conductor_get_store(Conductor *self)
{
    return self->parts.store;
}

CameraProcess *conductor_get_camera(Conductor *self)
{
    return self->parts.camera;
}

GearWatcher *conductor_get_gear(Conductor *self)
{
    return self->parts.gear;
}

HttpClient *conductor_get_http(Conductor *self)
{
    return self->parts.http;
}

const Booking *conductor_get_booking(const Conductor *self)
{
    return booking_desk_get(self->booking);
}

BookingDesk *conductor_get_booking_desk(Conductor *self)
{
    return self->booking;
}

MapDesk *conductor_get_map(Conductor *self)
{
    return self->map;
}

ServerState conductor_get_server_state(const Conductor *self, const gchar **problem)
{
    return courier_get_state(self->courier, problem);
}

NewsDesk *conductor_get_news(Conductor *self)
{
    return self->news;
}

gboolean conductor_storage_failed(const Conductor *self)
{
    return self->storage_failed;
}

gboolean conductor_clock_jumped(const Conductor *self)
{
    return clock_watch_has_jumped(self->clock);
}

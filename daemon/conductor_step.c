#define G_LOG_DOMAIN "rearcharged"
#include "daemon/conductor_private.h"

#include <string.h>

#include "daemon/journey/trip_record.h"
#include "daemon/net/order_client.h"
#include "daemon/story.h"
#include "protocol/json_gate.h"

#define STORAGE_RETRY_MS 1000
#define CALL_EFFECTS                                                                                         \
    (JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_ASK_CODE | JOURNEY_EFFECT_CANCEL_ORDER |                    \
     JOURNEY_EFFECT_STOP_ORDER | JOURNEY_EFFECT_WITHDRAW_ORDER)

static gboolean on_timer(gpointer data);

static void arm_timer(Conductor *self)
{
    gint64 due_us = trip_deadline_us(&self->trip);
    gint64 now_us = g_get_monotonic_time();

    if (due_us == self->timer_due_us && self->timer != 0)
        return;
    g_clear_handle_id(&self->timer, g_source_remove);
    self->timer_due_us = due_us;
    if (due_us < G_MAXINT64)
        self->timer = g_timeout_add((guint)(MAX(due_us - now_us, 0) / 1000 + 1), on_timer, self);
}

/* States that mean "nothing is under way" after a crash: moving among them need not wait for the disk, so
 * that the camera starts at once. An old offer must not survive a newer choice, so it is not among them. */
static gboolean is_fleeting(JourneyState state)
{
    return state == JOURNEY_IDLE || state == JOURNEY_SCANNING || state == JOURNEY_LOOKING_UP;
}

static gboolean must_store(const Conductor *self, JourneyEffects effects, const StoreCommit *commit)
{
    return commit->order != NULL || commit->remove_outbox_id != 0 || commit->consent != NULL ||
           (effects & CALL_EFFECTS) ||
           !(is_fleeting(self->trip.state) &&
             (is_fleeting(self->stored_state) || self->stored_state == JOURNEY_DONE ||
              self->stored_state == JOURNEY_FAILED));
}

static gchar *request_body(const OrderRequest *request)
{
    g_autoptr(JsonNode) node = order_request_to_json(request);

    return json_gate_print(node, NULL);
}

/* The journey may have nothing more to store for a long time: what failed is stored as soon as it can be. */
static gboolean on_storage_retry(gpointer data)
{
    Conductor *self = data;
    g_autofree gchar *record = trip_record_print(&self->trip);
    const StoreCommit commit = {.record = record};

    if (!store_commit(self->parts.store, &commit, NULL))
        return G_SOURCE_CONTINUE;
    g_message("storage: works again");
    self->storage_retry = 0;
    self->storage_failed = FALSE;
    self->stored_state = self->trip.state;
    self->parts.changed(self->parts.data);
    return G_SOURCE_REMOVE;
}

static void note_storage(Conductor *self, const GError *error)
{
    self->storage_failed = error != NULL;
    if (error == NULL) {
        self->stored_state = self->trip.state;
        g_clear_handle_id(&self->storage_retry, g_source_remove);
        return;
    }
    g_warning("storage: %s", error->message);
    if (self->storage_retry == 0)
        self->storage_retry = g_timeout_add(STORAGE_RETRY_MS, on_storage_retry, self);
}

gboolean conductor_store_trip(Conductor *self)
{
    g_autofree gchar *record = trip_record_print(&self->trip);
    const StoreCommit commit = {.record = record};
    g_autoptr(GError) error = NULL;
    gboolean stored = store_commit(self->parts.store, &commit, &error);

    note_storage(self, error);
    return stored;
}

/* State, history and outbox in one transaction. FALSE: nothing was stored. */
static gboolean persist(Conductor *self, JourneyEffects effects, StoreCommit *commit)
{
    g_autofree gchar *record = trip_record_print(&self->trip);
    g_autofree gchar *body = request_body(&self->trip.request);
    OutboxRow place = {.kind = effects & JOURNEY_EFFECT_ASK_CODE ? ORDER_CALL_CODE : ORDER_CALL_PLACE,
                       .reference = self->trip.request.client_ref,
                       .body = body};
    OutboxRow end = {.kind = effects & JOURNEY_EFFECT_STOP_ORDER ? ORDER_CALL_STOP : ORDER_CALL_CANCEL,
                     .reference = self->trip.order.order_id};
    OutboxRow withdraw = {.kind = ORDER_CALL_WITHDRAW, .reference = self->trip.request.client_ref};
    g_autoptr(GError) error = NULL;
    gboolean stored;

    if (!must_store(self, effects, commit))
        return TRUE;
    commit->record = record;
    if (effects & (JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_ASK_CODE))
        commit->add[0] = &place;
    if (effects &
        JOURNEY_EFFECT_WITHDRAW_ORDER) { /* in place of the request: an order for a car that is gone */
        commit->withdrawn_ref = withdraw.reference;
        commit->add[0] = &withdraw;
    }
    if (effects & (JOURNEY_EFFECT_STOP_ORDER | JOURNEY_EFFECT_CANCEL_ORDER))
        commit->add[1] = &end;
    stored = store_commit(self->parts.store, commit, &error);
    note_storage(self, error);
    return stored;
}

static ScanRequest scan_request(const Conductor *self)
{
    const VehicleFacts *facts = gear_watcher_get_facts(self->parts.gear);
    ScanRequest request = {0};

    g_strlcpy(request.qr_evse_id, self->trip.code.evse.text, sizeof request.qr_evse_id);
    g_strlcpy(request.qr_token, self->trip.code.token, sizeof request.qr_token);
    if (facts->has_position)
        request.position = api_position_rounded(facts->latitude, facts->longitude);
    return request;
}

/* A cancel that could not be stored goes out all the same: it saves money, and is lost only with a crash. */
static void send_calls(Conductor *self, JourneyEffects effects, gboolean stored)
{
    GPtrArray *rows = store_load_outbox(self->parts.store);

    if (!stored && (effects & (JOURNEY_EFFECT_CANCEL_ORDER | JOURNEY_EFFECT_STOP_ORDER))) {
        OutboxRow *row = g_new0(OutboxRow, 1);

        row->kind = effects & JOURNEY_EFFECT_STOP_ORDER ? ORDER_CALL_STOP : ORDER_CALL_CANCEL;
        row->reference = g_strdup(self->trip.order.order_id);
        g_ptr_array_add(rows, row);
    }
    courier_send(self->courier, rows);
}

static void act(Conductor *self, JourneyEffects effects, gboolean stored)
{
    CameraProcess *camera = self->parts.camera;

    if (camera != NULL && (effects & JOURNEY_EFFECT_CAMERA_ON))
        camera_process_start(camera);
    if (camera != NULL && (effects & JOURNEY_EFFECT_CAMERA_OFF))
        camera_process_stop(camera);
    if (effects & JOURNEY_EFFECT_DROP_LOOK_UP)
        courier_drop_look_up(self->courier);
    if (effects & JOURNEY_EFFECT_LOOK_UP) {
        ScanRequest request = scan_request(self);

        courier_look_up(self->courier, &request, self->trip.look_up_serial);
    }
    if (effects & JOURNEY_EFFECT_WITHDRAW_ORDER)
        courier_drop_calls(self->courier, self->trip.request.client_ref);
    if (effects & CALL_EFFECTS)
        send_calls(self, effects, stored);
    if (effects & JOURNEY_EFFECT_UNFOLLOW)
        courier_unfollow(self->courier, COURIER_FOLLOW_ORDER);
    if (effects & JOURNEY_EFFECT_FOLLOW)
        courier_follow(self->courier, COURIER_FOLLOW_ORDER, store_load_last_event_id(self->parts.store));
}

/* What the driver sees stays after the journey has forgotten it, until the next journey. */
static void note_shown(Conductor *self, const Trip *before, const Order *order)
{
    if (self->trip.has_order)
        order = &self->trip.order;
    else if (order != NULL && !(before->has_order && strcmp(before->order.order_id, order->order_id) == 0) &&
             strcmp(before->request.client_ref, order->client_ref) != 0)
        order = NULL; /* some other order of this vehicle: history only */
    if (order == NULL && self->trip.state == JOURNEY_IDLE)
        return;
    self->has_shown = order != NULL;
    if (order != NULL)
        self->shown = *order;
    self->has_shown_check = order != NULL && self->trip.has_check;
    self->shown_check = self->trip.check;
}

gboolean conductor_conclude(Conductor *self, const Trip *before, JourneyEffects effects, StoreCommit *commit)
{
    gboolean stored = persist(self, effects, commit);
    gboolean withdrawn = !stored && (effects & (JOURNEY_EFFECT_PLACE_ORDER | JOURNEY_EFFECT_ASK_CODE));

    if (withdrawn)
        trip_withdraw_order(&self->trip, g_get_monotonic_time(), &effects);
    story_tell(before, &self->trip);
    act(self, effects, stored);
    note_shown(self, before, commit->order);
    arm_timer(self);
    if (commit->order != NULL)
        conductor_link_follow(self);
    conductor_link_step(self);
    self->parts.changed(self->parts.data);
    return stored;
}

gboolean conductor_conclude_plain(Conductor *self, const Trip *before, JourneyEffects effects)
{
    StoreCommit commit = {0};

    return conductor_conclude(self, before, effects, &commit);
}

static gboolean on_timer(gpointer data)
{
    Conductor *self = data;
    Trip before = self->trip;

    self->timer = 0;
    conductor_conclude_plain(self, &before, trip_tick(&self->trip, g_get_monotonic_time()));
    return G_SOURCE_REMOVE;
}

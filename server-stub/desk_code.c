/* Codes for piles that are away, and what such piles must know beforehand (protocol/README.md, sections 2,
 * 8). */
#include "server-stub/desk_private.h"

#include <string.h>

#include "base/identifier.h"
#include "protocol/ocpp_variables.h"

#define SECRET_RETRY_MS 1000

/* FALSE with @error: the store; without: no code can be had there. */
static gboolean code_place(Desk *self, const gchar *station_id, CodePlaceRow *place, GError **error)
{
    return store_code_place(self->store, station_id, place, error) && place->secret[0] != '\0' &&
           place->told == CODE_TOLD_ACCEPTED;
}

static gint64 free_slot(Desk *self, const EvseRow *evse, gint64 now_ms, GError **error)
{
    gint64 from = offline_code_slot(now_ms / 1000) - OFFLINE_CODE_BACK_SLOTS;
    g_autoptr(GArray) used = store_code_slots(self->store, evse->station_id, evse->evse_no, from, error);

    return used != NULL ? code_ledger_slot(used, now_ms) : -1;
}

gint64 desk_code_offer_wh(Desk *self, const EvseRow *evse, gint64 now_ms)
{
    CodePlaceRow place;

    if (!code_place(self, evse->station_id, &place, NULL) || free_slot(self, evse, now_ms, NULL) < 0)
        return 0;
    return offline_code_energy_wh(OFFLINE_CODE_ENERGY_STEPS - 1);
}

void desk_offer_code(Desk *self, OrderRow *row, gint64 now_ms)
{
    g_auto(StoreChange) change = {0};
    g_autoptr(GError) error = NULL;
    CodePlaceRow place;

    if (row->order.state != ORDER_REQUESTED || row->order.code_offered ||
        !code_place(self, row->station_id, &place, NULL))
        return;
    row->order.code_offered = TRUE;
    row->order.updated_ms = MAX(now_ms, row->order.updated_ms);
    if (!store_begin(self->store, &change, &error) || !store_order_save(self->store, row, &error) ||
        !store_commit(&change, &error)) {
        g_warning("order %s: %s", row->order.order_id, error->message);
        return;
    }
    g_message("order %s: the pile does not answer, a code is offered", row->order.order_id);
    self->ports.changed(row, self->data);
}

/* Serial number, digits, and how long they hold; @row gets them. */
static gboolean make_code(Desk *self, OrderRow *row, const EvseRow *evse, gint64 now_ms, CodeRow *code,
                          GError **error)
{
    GError *failure = NULL;
    CodePlaceRow place;
    OfflineCodePlace where = {.station = evse->station_id, .evse = evse->evse_no};
    OfflineCode what = {0};
    guint held = 0;

    if (!code_place(self, evse->station_id, &place, &failure)) {
        if (failure == NULL)
            desk_set_error(error, DESK_ERROR_NO_OFFLINE_CODES, "no codes can be had for this charging point");
        else
            g_propagate_error(error, failure);
        return FALSE;
    }
    if (!store_codes_unused_of(self->store, row->vehicle_id, &held, error))
        return FALSE;
    if (!code_ledger_step(&row->order.limits, &row->tariff, &what.energy_step)) {
        desk_set_error(error, DESK_ERROR_LIMITS_TOO_SMALL, "the limits do not pay for the smallest code");
        return FALSE;
    }
    what.slot = free_slot(self, evse, now_ms, error);
    if (what.slot < 0 || held >= CODE_LEDGER_MAX_PER_VEHICLE) {
        if (error == NULL || *error == NULL)
            desk_set_error(error, DESK_ERROR_TOO_MANY_CODES, "too many codes are out already");
        return FALSE;
    }
    where.secret = place.secret;
    *code = (CodeRow){.evse_no = evse->evse_no,
                      .slot = what.slot,
                      .energy_wh = offline_code_energy_wh(what.energy_step),
                      .issued_ms = now_ms,
                      .expires_ms = offline_code_expires_s(what.slot) * 1000};
    offline_code_make(&where, &what, code->digits);
    g_strlcpy(code->station_id, evse->station_id, sizeof code->station_id);
    g_strlcpy(code->order_id, row->order.order_id, sizeof code->order_id);
    g_strlcpy(code->vehicle_id, row->vehicle_id, sizeof code->vehicle_id);
    row->order.code = (OrderCode){.valid_until_ms = code->expires_ms, .max_energy_wh = code->energy_wh};
    g_strlcpy(row->order.code.digits, code->digits, sizeof row->order.code.digits);
    g_strlcpy(row->order.code.link_url, place.link_url, sizeof row->order.code.link_url);
    return TRUE;
}

/* The order that is under way goes on as a code: the same order, and its start is never sent again. */
static gboolean turn_into_code(Desk *self, OrderRow *row, gint64 now_ms, GError **error)
{
    g_auto(StoreChange) change = {0};
    OrderEffects effects = ORDER_EFFECT_NONE;
    OrderState before = row->order.state;
    EvseRow evse;
    CodeRow code;

    if (!row->order.code_offered && self->ports.reachable(row->station_id, self->data)) {
        desk_set_error(error, DESK_ERROR_PILE_ONLINE, "the pile is being asked");
        return FALSE;
    }
    if (!store_evse(self->store, row->order.evse_key, &evse, error) ||
        !make_code(self, row, &evse, now_ms, &code, error) ||
        !order_table_next(&row->order.state, ORDER_EVENT_CODE_ISSUED, &effects))
        return FALSE;
    row->order.code_offered = FALSE;
    row->order.origin = ORDER_ORIGIN_OFFLINE_CODE;
    row->order.updated_ms = MAX(now_ms, row->order.updated_ms);
    row->due_ms = code.expires_ms;
    if (!store_begin(self->store, &change, error) || !store_code_add(self->store, &code, error) ||
        !store_order_save(self->store, row, error) ||
        !store_order_set_expiry(self->store, row->order.order_id, code.expires_ms, error) ||
        !store_commit(&change, error))
        return FALSE;
    row->order.expires_ms = code.expires_ms;
    desk_tell(self, row, before, row->order.reason);
    desk_rearm(self);
    return TRUE;
}

static gboolean new_code(Desk *self, const gchar *vehicle_id, const OrderRequest *request,
                         const gchar *sha256, gint64 now_ms, OrderRow *row, GError **error)
{
    g_auto(StoreChange) change = {0};
    g_autoptr(GError) failure = NULL;
    g_autofree gchar *text = NULL;
    ScanRow scan = {0};
    EvseRow evse;
    CodeRow code;

    if (!desk_find_scan(self, vehicle_id, request, now_ms, &scan, error) ||
        !store_evse(self->store, scan.evse_key, &evse, error))
        return FALSE;
    if (self->ports.reachable(evse.station_id, self->data)) {
        desk_set_error(error, DESK_ERROR_PILE_ONLINE, "the pile can be ordered");
        return FALSE;
    }
    if (!desk_row_at(self, vehicle_id, request, &evse, &scan.tariff, now_ms, row, error))
        return FALSE;
    row->offer = scan.offer;
    if (!make_code(self, row, &evse, now_ms, &code, error))
        return FALSE;
    row->order.state = ORDER_CODE_ISSUED;
    row->order.origin = ORDER_ORIGIN_OFFLINE_CODE;
    row->order.expires_ms = row->due_ms = code.expires_ms;
    row->start_attempts = 0;
    if (!store_begin(self->store, &change, error))
        return FALSE;
    if (!desk_offer_take(self, row, &failure) ||
        !store_order_add(self->store, row, scan.scan_ref, scan.token, &failure) ||
        !store_code_add(self->store, &code, &failure) || (text = desk_order_text(&row->order)) == NULL ||
        !store_answer_add(self->store, vehicle_id, request->client_ref, sha256, text, &failure) ||
        !store_commit(&change, &failure)) {
        store_rollback(&change);
        desk_explain_conflict(self, &scan, &failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    desk_tell(self, row, ORDER_N_STATES, ORDER_REASON_NONE);
    desk_rearm(self);
    return TRUE;
}

gboolean desk_issue_code(Desk *self, const gchar *vehicle_id, const OrderRequest *request, gint64 now_ms,
                         Order *order, gboolean *first, GError **error)
{
    g_autofree gchar *sha256 = desk_request_sha256(request);
    g_autofree gchar *answer = NULL;
    g_autofree OrderRow *row = g_new0(OrderRow, 1);

    *first = FALSE;
    if (!desk_answered_before(self, vehicle_id, request->client_ref, sha256, &answer, error)) {
        *first = new_code(self, vehicle_id, request, sha256, now_ms, row, error);
        *order = row->order;
        return *first;
    }
    if (answer == NULL ||
        !store_order_by_client_ref(self->store, vehicle_id, request->client_ref, row, error))
        return FALSE;
    if (row->order.state == ORDER_REQUESTED) {
        if (!turn_into_code(self, row, now_ms, error))
            return FALSE;
        *first = TRUE;
    }
    *order = row->order;
    return TRUE;
}

/* ---- what a pile must know ---- */

/* A disk that was full for a moment, a pile that did not answer: neither leaves the pile without codes until
 * its next connection. */
static void tell_secrets_later(Desk *self, const gchar *station_id, gint64 now_ms)
{
    desk_talk(self, station_id)->secret_retry_ms = now_ms + SECRET_RETRY_MS;
    desk_rearm(self);
}

static void on_secrets_told(Desk *self, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                            gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = event->type == OCPP_RPC_EVENT_RESULT
                                  ? ocpp_set_variables_response_from_json(event->payload, &error)
                                  : NULL;
    OcppVariableStatus status;

    desk_talk(self, station_id)->secret_sent = FALSE;
    if (event->type == OCPP_RPC_EVENT_ERROR)
        status = OCPP_VARIABLE_UNKNOWN_COMPONENT;
    else if (items != NULL && items->len > 0)
        status = g_array_index(items, OcppVariableItem, 0).status;
    else {
        if (event->type == OCPP_RPC_EVENT_TIMEOUT)
            tell_secrets_later(self, station_id, now_ms);
        return; /* otherwise when the station is back */
    }
    if (!store_code_secret_told(self->store, station_id,
                                status == OCPP_VARIABLE_ACCEPTED || status == OCPP_VARIABLE_REBOOT_REQUIRED
                                    ? CODE_TOLD_ACCEPTED
                                    : CODE_TOLD_UNKNOWN,
                                &error)) {
        g_warning("station %s: %s", station_id, error->message);
        tell_secrets_later(self, station_id, now_ms);
    } else
        g_message("station %s: secret of its codes: %s", station_id, ocpp_variable_status_names[status]);
}

static void add_variable(GArray *items, const gchar *variable, const gchar *value)
{
    OcppVariableItem item = {.attribute = OCPP_ATTRIBUTE_ACTUAL, .value = g_strdup(value)};

    g_strlcpy(item.name.component, "OfflineChargingCtrlr", sizeof item.name.component);
    g_strlcpy(item.name.variable, variable, sizeof item.name.variable);
    g_array_append_val(items, item);
}

void desk_tell_secrets(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GArray) items = ocpp_variable_items_new();
    g_autoptr(GError) error = NULL;
    g_autofree gchar *key = NULL;
    DeskTalk *talk = desk_talk(self, station_id);
    CodePlaceRow place;

    talk->secret_retry_ms = 0;
    if (self->ports.call == NULL || talk->secret_sent ||
        !store_code_place(self->store, station_id, &place, NULL) || place.secret[0] == '\0' ||
        place.told != CODE_TOLD_NOT_YET)
        return;
    key = desk_voucher_key(self, &error);
    if (key == NULL) {
        g_warning("station %s: the secret of its codes waits: %s", station_id, error->message);
        tell_secrets_later(self, station_id, now_ms);
        return;
    }
    add_variable(items, "CodeSecret", place.secret);
    add_variable(items, "VoucherKeys", key);
    talk->secret_sent = TRUE; /* before: on a connection that has just ended the answer comes at once */
    if (!self->ports.call(station_id, OCPP_ACTION_SET_VARIABLES, ocpp_set_variables_request_to_json(items),
                          on_secrets_told, NULL, self->data))
        talk->secret_sent = FALSE;
}

static void on_problem_told(Desk *self, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                            gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) items = event->type == OCPP_RPC_EVENT_RESULT
                                  ? ocpp_get_variables_response_from_json(event->payload, NULL)
                                  : NULL;
    const OcppVariableItem *item =
        items != NULL && items->len > 0 ? &g_array_index(items, OcppVariableItem, 0) : NULL;
    g_autofree gchar *secret = NULL;

    if (item == NULL || item->status != OCPP_VARIABLE_ACCEPTED || g_strcmp0(item->value, "true") != 0)
        return;
    secret = identifier_new_secret(32);
    g_message("station %s lost the rows of its used codes: it gets a new secret", station_id);
    if (store_code_secret_set(self->store, station_id, secret, &error))
        desk_tell_secrets(self, station_id, now_ms);
    else
        g_warning("station %s: %s", station_id, error->message); /* asked again when it comes back */
}

void desk_ask_lost_secret(Desk *self, const gchar *station_id)
{
    g_autoptr(GArray) items = ocpp_variable_items_new();
    CodePlaceRow place;

    if (self->ports.call == NULL || !store_code_place(self->store, station_id, &place, NULL) ||
        place.secret[0] == '\0' || place.told != CODE_TOLD_ACCEPTED)
        return;
    add_variable(items, "Problem", NULL);
    self->ports.call(station_id, OCPP_ACTION_GET_VARIABLES, ocpp_get_variables_request_to_json(items),
                     on_problem_told, NULL, self->data);
}

/* Which vehicles a pile knows (OCPP 2.0.1 part 2, block D). One message at a time: when the pile has accepted
 * it, it is stored as held, and the next is what still differs. So a crash, a change in between and a list in
 * many parts are one case. The version tells whether the pile still holds what it said it held. */
#include "server-stub/desk_private.h"

#include "protocol/json_read.h"
#include "protocol/ocpp_variables.h"
#include "server-stub/model/local_list.h"

#include <string.h>

#define RETRY_MS (30 * 1000)
#define MAX_FAILURES 5

/* NULL: the store failed, which is not the same as an empty list: that would be sent. */
static GArray *wanted_list(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GArray) codes = store_vehicle_codes(self->store, station_id, NULL);
    GArray *wanted;

    if (codes == NULL)
        return NULL;
    wanted = g_array_new(FALSE, TRUE, sizeof(LocalListEntry));
    for (guint i = 0; i < codes->len; i++) {
        const VehicleCodeRow *code = &g_array_index(codes, VehicleCodeRow, i);
        LocalListEntry entry = {
            .type = (OcppIdTokenType)code->type, .blocked = code->blocked, .expires_ms = code->expires_ms};

        g_strlcpy(entry.id_token, code->id_token, sizeof entry.id_token);
        g_array_append_val(wanted, entry);
    }
    local_list_normalise(wanted, now_ms);
    return wanted;
}

/* NULL: as above */
static GArray *held_list(Desk *self, const gchar *station_id)
{
    g_autoptr(GArray) rows = store_list_entries(self->store, station_id, NULL);
    GArray *held;

    if (rows == NULL)
        return NULL;
    held = g_array_new(FALSE, TRUE, sizeof(LocalListEntry));
    for (guint i = 0; i < rows->len; i++) {
        const ListEntryRow *row = &g_array_index(rows, ListEntryRow, i);
        LocalListEntry entry = {
            .type = (OcppIdTokenType)row->type, .blocked = row->blocked, .expires_ms = row->expires_ms};

        g_strlcpy(entry.id_token, row->id_token, sizeof entry.id_token);
        g_array_append_val(held, entry);
    }
    local_list_normalise(held, 0); /* sorts; nothing expires at 0 */
    return held;
}

static void over(Desk *self, const gchar *station_id, gint64 now_ms)
{
    DeskTalk *talk = desk_talk(self, station_id);

    talk->listing = FALSE;
    if (talk->list_again) {
        talk->list_again = FALSE;
        desk_list_refresh(self, station_id, now_ms);
    }
}

/* The store failed: that says nothing of the pile. */
static void try_again(Desk *self, const gchar *station_id, gint64 now_ms)
{
    DeskTalk *talk = desk_talk(self, station_id);

    talk->listing = FALSE;
    talk->list_retry_ms = now_ms + RETRY_MS;
    desk_rearm(self);
}

/* Tried again, later and later, and the operator sees why. */
static void fail(Desk *self, const gchar *station_id, const gchar *problem, gint64 now_ms)
{
    DeskTalk *talk = desk_talk(self, station_id);

    g_message("station %s: local list: %s", station_id, problem);
    store_list_problem(self->store, station_id, problem, NULL);
    talk->listing = FALSE;
    talk->failures++;
    talk->held_known = FALSE;
    if (talk->failures <= MAX_FAILURES)
        talk->list_retry_ms = now_ms + (gint64)RETRY_MS * (1 << talk->failures);
    desk_rearm(self);
}

static void ask_version(Desk *self, const gchar *station_id, gint64 now_ms);
static void send_next(Desk *self, const gchar *station_id, gint64 now_ms);

/* What the pile has accepted is what it holds. */
static gboolean note_held(Desk *self, const gchar *station_id, const OcppSendLocalListRequest *sent,
                          gint64 now_ms, GError **error)
{
    g_auto(StoreChange) change = {0};

    if (!store_begin(self->store, &change, error) ||
        !store_list_told(self->store, station_id, sent->version_number, sent->update == OCPP_LOCAL_LIST_FULL,
                         now_ms, error))
        return FALSE;
    for (guint i = 0; i < sent->entries->len; i++) {
        const OcppLocalListEntry *wire = &g_array_index(sent->entries, OcppLocalListEntry, i);
        ListEntryRow row = {.type = (gint)wire->id_token.type,
                            .blocked = wire->info.status == OCPP_AUTHORIZATION_BLOCKED,
                            .expires_ms = wire->info.present ? wire->info.cache_expiry_ms : -1};

        g_strlcpy(row.id_token, wire->id_token.id_token, sizeof row.id_token);
        if (!store_list_entry_set(self->store, station_id, &row, error))
            return FALSE;
    }
    return store_commit(&change, error);
}

/* A pile that does not know about expiry is told without: what it holds is compared as it was sent. */
static void forget_expiry(GArray *list)
{
    for (guint i = 0; i < list->len; i++)
        g_array_index(list, LocalListEntry, i).expires_ms = 0;
}

static LocalListRules rules_of(const DeskTalk *talk)
{
    return (LocalListRules){.items = talk->items > 0 ? talk->items : LOCAL_LIST_DEFAULT_ITEMS,
                            .bytes = talk->bytes > 0 ? talk->bytes : LOCAL_LIST_DEFAULT_BYTES,
                            .knows_expiry = talk->knows_expiry};
}

/* (nullable): NULL: the store failed */
static GPtrArray *plan_for(Desk *self, const gchar *station_id, gint64 now_ms)
{
    DeskTalk *talk = desk_talk(self, station_id);
    LocalListRules rules = rules_of(talk);
    g_autoptr(GArray) wanted = wanted_list(self, station_id, now_ms);
    g_autoptr(GArray) held = held_list(self, station_id);

    if (wanted == NULL || held == NULL)
        return NULL;
    talk->list_expiry_ms = local_list_next_expiry_ms(wanted);
    if (talk->list_expiry_ms == G_MAXINT64)
        talk->list_expiry_ms = 0;
    if (!rules.knows_expiry)
        forget_expiry(wanted);
    return local_list_plan(talk->held_known ? held : NULL, talk->held_version, wanted, &rules);
}

static void on_list_answered(Desk *self, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                             gpointer data)
{
    DeskTalk *talk = desk_talk(self, station_id);
    g_autoptr(GError) error = NULL;
    const OcppSendLocalListRequest *sent;
    const gchar *status = NULL;

    if (event->type == OCPP_RPC_EVENT_RESULT)
        json_read_string(event->payload, "status", JSON_OPTIONAL, 64, &status, NULL);
    if (event->type == OCPP_RPC_EVENT_ERROR) {
        fail(self, station_id, "not supported", now_ms);
        talk->list_retry_ms = 0;
        return;
    }
    /* Lost or late: perhaps taken. The version will tell. */
    if (status == NULL) {
        fail(self, station_id, "no answer", now_ms);
        return;
    }
    if (g_strcmp0(status, "Accepted") != 0) {
        if (talk->failures++ >= MAX_FAILURES) {
            fail(self, station_id, status, now_ms);
            return;
        }
        talk->force_full = TRUE; /* VersionMismatch, Failed: send it whole, above whatever it holds */
        ask_version(self, station_id, now_ms);
        return;
    }
    sent = talk->sent;
    if (!note_held(self, station_id, sent, now_ms, &error)) {
        g_warning("station %s: local list: %s", station_id, error->message);
        talk->held_known = FALSE; /* it holds more than is stored: its version will tell */
        try_again(self, station_id, now_ms);
        return;
    }
    talk->held_known = TRUE;
    talk->held_version = sent->version_number;
    talk->failures = 0;
    send_next(self, station_id, now_ms);
}

static void send_next(Desk *self, const gchar *station_id, gint64 now_ms)
{
    DeskTalk *talk = desk_talk(self, station_id);
    g_autoptr(GPtrArray) plan = plan_for(self, station_id, now_ms);

    desk_talk_clear_sent(talk);
    if (plan == NULL) {
        try_again(self, station_id, now_ms);
        return;
    }
    if (plan->len == 0) {
        talk->listing = FALSE;
        over(self, station_id, now_ms);
        desk_rearm(self);
        return;
    }
    talk->sent = g_ptr_array_steal_index(plan, 0);
    g_message("station %s: local list version %d, %s, %u entries", station_id, talk->sent->version_number,
              ocpp_local_list_update_names[talk->sent->update], talk->sent->entries->len);
    if (!self->ports.call(station_id, OCPP_ACTION_SEND_LOCAL_LIST,
                          ocpp_send_local_list_request_to_json(talk->sent), on_list_answered, NULL,
                          self->data))
        talk->listing = FALSE; /* gone: begins anew when it is back */
}

static void on_version(Desk *self, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                       gpointer data)
{
    DeskTalk *talk = desk_talk(self, station_id);
    OcppGetLocalListVersionResponse response;
    ListRow list;

    if (event->type == OCPP_RPC_EVENT_ERROR) {
        fail(self, station_id, "not supported", now_ms);
        talk->list_retry_ms = 0;
        return;
    }
    if (event->type != OCPP_RPC_EVENT_RESULT ||
        !ocpp_get_local_list_version_response_from_json(event->payload, &response, NULL)) {
        fail(self, station_id, "no answer", now_ms);
        return;
    }
    if (!store_list(self->store, station_id, &list, NULL)) {
        try_again(self, station_id, now_ms);
        return;
    }
    talk->held_known = !talk->force_full && list.version > 0 && response.version_number == list.version;
    talk->held_version = MAX(response.version_number, list.version);
    talk->force_full = FALSE;
    send_next(self, station_id, now_ms);
}

static void ask_version(Desk *self, const gchar *station_id, gint64 now_ms)
{
    if (!self->ports.call(station_id, OCPP_ACTION_GET_LOCAL_LIST_VERSION, json_object_new(), on_version, NULL,
                          self->data))
        desk_talk(self, station_id)->listing = FALSE;
}

static void on_rules(Desk *self, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                     gpointer data)
{
    DeskTalk *talk = desk_talk(self, station_id);
    g_autoptr(GArray) items = event->type == OCPP_RPC_EVENT_RESULT
                                  ? ocpp_get_variables_response_from_json(event->payload, NULL)
                                  : NULL;

    talk->asked_rules = event->type == OCPP_RPC_EVENT_RESULT || event->type == OCPP_RPC_EVENT_ERROR;
    for (guint i = 0; items != NULL && i < items->len; i++) {
        const OcppVariableItem *item = &g_array_index(items, OcppVariableItem, i);
        guint64 number = 0;

        if (item->status != OCPP_VARIABLE_ACCEPTED || item->value == NULL)
            continue;
        g_ascii_string_to_unsigned(item->value, 10, 1, G_MAXINT32, &number, NULL);
        if (g_str_equal(item->name.variable, "ItemsPerMessage"))
            talk->items = (guint)number;
        else if (g_str_equal(item->name.variable, "BytesPerMessage"))
            talk->bytes = (gsize)number;
        else if (g_str_equal(item->name.variable, "SupportsExpiryDateTime"))
            talk->knows_expiry = g_ascii_strcasecmp(item->value, "true") == 0;
    }
    ask_version(self, station_id, now_ms);
}

static gboolean ask_rules(Desk *self, const gchar *station_id)
{
    static const gchar *const names[] = {"ItemsPerMessage", "BytesPerMessage", "SupportsExpiryDateTime"};
    g_autoptr(GArray) items = ocpp_variable_items_new();

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        OcppVariableItem item = {.attribute = OCPP_ATTRIBUTE_ACTUAL};

        g_strlcpy(item.name.component, "LocalAuthListCtrlr", sizeof item.name.component);
        g_strlcpy(item.name.variable, names[i], sizeof item.name.variable);
        g_array_append_val(items, item);
    }
    return self->ports.call(station_id, OCPP_ACTION_GET_VARIABLES, ocpp_get_variables_request_to_json(items),
                            on_rules, NULL, self->data);
}

void desk_list_refresh(Desk *self, const gchar *station_id, gint64 now_ms)
{
    DeskTalk *talk = desk_talk(self, station_id);
    g_autoptr(GArray) wanted = NULL;
    ListRow list;

    if (self->ports.call == NULL || !self->ports.reachable(station_id, self->data))
        return;
    if (talk->listing) {
        talk->list_again = TRUE;
        return;
    }
    wanted = wanted_list(self, station_id, now_ms);
    if (wanted == NULL || !store_list(self->store, station_id, &list, NULL)) {
        try_again(self, station_id, now_ms);
        return;
    }
    /* A station that was never told a list, and has none coming, hears nothing of lists. */
    if (wanted->len == 0 && list.version == 0)
        return;
    talk->list_retry_ms = 0;
    talk->listing = TRUE;
    if (talk->asked_rules)
        ask_version(self, station_id, now_ms);
    else if (!ask_rules(self, station_id))
        talk->listing = FALSE;
}

gint64 desk_list_due_ms(Desk *self)
{
    gint64 due_ms = G_MAXINT64;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->talks);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const DeskTalk *talk = value;

        if (talk->list_retry_ms > 0)
            due_ms = MIN(due_ms, talk->list_retry_ms);
        if (talk->list_expiry_ms > 0)
            due_ms = MIN(due_ms, talk->list_expiry_ms);
        if (talk->secret_retry_ms > 0)
            due_ms = MIN(due_ms, talk->secret_retry_ms);
    }
    return due_ms;
}

void desk_list_tick(Desk *self, gint64 now_ms)
{
    g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) secrets = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, self->talks);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        DeskTalk *talk = value;

        if (talk->secret_retry_ms > 0 && talk->secret_retry_ms <= now_ms)
            g_ptr_array_add(secrets, g_strdup(key));
        if ((talk->list_retry_ms == 0 || talk->list_retry_ms > now_ms) &&
            (talk->list_expiry_ms == 0 || talk->list_expiry_ms > now_ms))
            continue;
        talk->list_retry_ms = talk->list_expiry_ms = 0;
        g_ptr_array_add(due, g_strdup(key));
    }
    for (guint i = 0; i < secrets->len; i++)
        desk_tell_secrets(self, secrets->pdata[i], now_ms);
    for (guint i = 0; i < due->len; i++)
        desk_list_refresh(self, due->pdata[i], now_ms);
}

gboolean desk_list_is_current(Desk *self, const gchar *station_id, gint64 now_ms)
{
    g_autoptr(GArray) wanted = wanted_list(self, station_id, now_ms);
    g_autoptr(GArray) held = held_list(self, station_id);

    if (wanted == NULL || held == NULL)
        return FALSE;
    if (!desk_talk(self, station_id)->knows_expiry) {
        forget_expiry(wanted);
        forget_expiry(held);
    }
    return local_list_equal(wanted, held);
}

void desk_codes_changed(Desk *self, gint64 now_ms)
{
    g_autoptr(GArray) stations = store_stations(self->store, NULL);

    for (guint i = 0; stations != NULL && i < stations->len; i++) {
        const gchar *station_id = g_array_index(stations, StationRow, i).station_id;

        if (!self->ports.reachable(station_id, self->data))
            continue;
        desk_tell_secrets(self, station_id, now_ms);
        if (!desk_list_is_current(self, station_id, now_ms))
            desk_list_refresh(self, station_id, now_ms);
    }
}

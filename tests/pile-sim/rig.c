#include "tests/pile-sim/rig.h"

#include "protocol/json_gate.h"

#include <criterion/criterion.h>
#include <string.h>

static void carry_out(Rig *self, GArray *effects);

static void call_clear(gpointer data)
{
    json_object_unref(((RigCall *)data)->payload);
}

static Station *new_station(Rig *self)
{
    static const gchar *const keys[] = {"DEABCE11", "DEABCE12", "DEABCE13", "DEABCE14"};
    StationConfig config = {.identity = "PILE1",
                            .n_evses = self->n_evses,
                            .max_power_w = 150000,
                            .speed = self->speed,
                            .evse_keys = self->n_evses <= G_N_ELEMENTS(keys) ? keys : NULL,
                            .queue_max = self->queue_max,
                            .device = self->device};

    return station_new(&config);
}

Rig *rig_new(guint n_evses, gdouble speed)
{
    Rig *self = g_new0(Rig, 1);
    GArray *effects = effects_new();

    self->now = (StationTime){.mono_ms = 5000, .unix_ms = G_GINT64_CONSTANT(1795233600000), .boot_ms = 7000};
    self->speed = speed;
    self->n_evses = n_evses;
    self->boot_interval_s = 300;
    self->refusal = -1;
    self->registration = OCPP_REGISTRATION_ACCEPTED;
    self->calls = g_array_new(FALSE, TRUE, sizeof(RigCall));
    g_array_set_clear_func(self->calls, call_clear);
    self->records = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->kept = g_queue_new();
    self->station = new_station(self);
    station_start(self->station, self->now, effects);
    carry_out(self, effects);
    return self;
}

void rig_free(Rig *self)
{
    station_free(self->station);
    g_array_unref(self->calls);
    g_clear_pointer(&self->answer, json_object_unref);
    g_hash_table_unref(self->records);
    g_queue_free_full(self->kept, (GDestroyNotify)outbox_entry_free);
    g_free(self);
}

static JsonObject *parse(const gchar *text)
{
    g_autofree gchar *json = g_strdelimit(g_strdup(text), "'", '"');
    JsonObject *object = json_gate_parse_object(json, strlen(json), NULL);

    cr_assert_not_null(object, "%s", text);
    return object;
}

/* What a friendly CSMS says to a call. */
static JsonObject *friendly(Rig *self, OcppAction action)
{
    static const gchar *const status[] = {"Accepted", "Pending", "Rejected"};
    g_autofree gchar *boot = NULL;

    switch (action) {
    case OCPP_ACTION_BOOT_NOTIFICATION:
        boot = g_strdup_printf("{'currentTime':'2026-11-21T04:00:00Z','interval':%d,'status':'%s'}",
                               self->boot_interval_s, status[self->registration]);
        return parse(boot);
    case OCPP_ACTION_HEARTBEAT:
        return parse("{'currentTime':'2026-11-21T04:00:00Z'}");
    case OCPP_ACTION_AUTHORIZE:
        return parse(self->authorize_answer != NULL ? self->authorize_answer
                                                    : "{'idTokenInfo':{'status':'Accepted'}}");
    case OCPP_ACTION_TRANSACTION_EVENT:
        return parse(self->event_answer != NULL ? self->event_answer : "{}");
    default:
        return parse("{}");
    }
}

static void persist(Rig *self, const Effect *effect)
{
    if (effect->type == EFFECT_STORE)
        g_hash_table_replace(self->records, g_strdup(effect->name), g_strdup(effect->text));
    if (effect->type == EFFECT_ENQUEUE) {
        OutboxEntry *entry = g_new0(OutboxEntry, 1);

        *entry = (OutboxEntry){.id = effect->id, .action = effect->action};
        entry->payload = g_strdup(effect->text);
        entry->subject = g_strdup(effect->name);
        g_queue_push_tail(self->kept, entry);
    }
    for (GList *link = self->kept->head; effect->type == EFFECT_DEQUEUE && link != NULL; link = link->next) {
        if (((OutboxEntry *)link->data)->id != effect->id)
            continue;
        outbox_entry_free(link->data);
        g_queue_delete_link(self->kept, link);
        return;
    }
}

static void act(Rig *self, const Effect *effect)
{
    RigCall call = {.action = effect->action};

    if (self->dead)
        return;
    if (effect->type == EFFECT_RESTART) {
        self->restarts++;
        rig_unlink(self);
        rig_link(self);
    }
    if (effect->type == EFFECT_SEAL && g_str_equal(effect->name, OFFLINE_SEAL_LIST))
        self->device.list_generation = effect->number;
    else if (effect->type == EFFECT_SEAL)
        self->device.guard_generation = effect->number;
    if (effect->type == EFFECT_REFUSE)
        self->refusal = (gint)effect->code;
    if (effect->type == EFFECT_ANSWER)
        self->answer = json_object_ref(effect->payload);
    if (effect->type != EFFECT_CALL)
        return;
    cr_assert(self->linked, "a call without a connection");
    cr_assert_eq(self->in_flight, 0, "two calls at a time");
    call.payload = json_gate_parse_object(effect->text, strlen(effect->text), NULL);
    g_array_append_val(self->calls, call);
    self->in_flight = effect->id;
    if (!self->manual) {
        GArray *effects = effects_new();
        g_autoptr(JsonObject) answer = friendly(self, effect->action);

        self->in_flight = 0;
        station_answered(self->station, effect->id, answer, self->now, effects);
        carry_out(self, effects);
    }
}

static void carry_out(Rig *self, GArray *effects)
{
    g_autoptr(GArray) owned = effects;

    for (guint i = 0; i < owned->len; i++)
        persist(self, &g_array_index(owned, Effect, i));
    for (guint i = 0; i < owned->len; i++)
        act(self, &g_array_index(owned, Effect, i));
}

void rig_link(Rig *self)
{
    GArray *effects = effects_new();

    self->linked = TRUE;
    station_link_up(self->station, self->now, effects);
    carry_out(self, effects);
}

void rig_unlink(Rig *self)
{
    GArray *effects = effects_new();

    self->linked = FALSE;
    self->in_flight = 0;
    station_link_down(self->station, self->now, effects);
    carry_out(self, effects);
}

void rig_run(Rig *self, gint64 ms)
{
    gint64 until_ms = self->now.mono_ms + ms;

    while (TRUE) {
        gint64 due_ms = station_deadline_ms(self->station, self->now.mono_ms);
        gint64 step_ms = MIN(due_ms, until_ms) - self->now.mono_ms;
        GArray *effects = effects_new();

        self->now.mono_ms += MAX(step_ms, 0);
        self->now.unix_ms += MAX(step_ms, 0);
        self->now.boot_ms += MAX(step_ms, 0);
        station_tick(self->station, self->now, effects);
        carry_out(self, effects);
        if (self->now.mono_ms >= until_ms)
            return;
    }
}

void rig_power_cut(Rig *self)
{
    GArray *effects = effects_new();
    GHashTableIter iter;
    gpointer name = NULL, json = NULL;

    station_free(self->station);
    self->station = new_station(self);
    self->linked = FALSE;
    self->in_flight = 0;
    self->now.mono_ms = 77; /* a new boot counts from anywhere */
    g_hash_table_iter_init(&iter, self->records);
    while (g_hash_table_iter_next(&iter, &name, &json)) {
        g_autoptr(GError) error = NULL;

        cr_assert(station_restore(self->station, name, json, self->now, &error), "%s",
                  error != NULL ? error->message : "");
    }
    for (GList *link = self->kept->head; link != NULL; link = link->next) {
        const OutboxEntry *entry = link->data;

        station_restore_call(self->station, entry->id, entry->action, entry->payload, entry->subject);
    }
    station_start(self->station, self->now, effects);
    carry_out(self, effects);
}

const gchar *rig_show(Rig *self, const Showing *showing)
{
    GArray *effects = effects_new();

    self->shown = *station_show(self->station, showing, self->now, effects);
    carry_out(self, effects);
    return admission_reason_word(self->shown.reason);
}

const gchar *rig_ask(Rig *self, OcppAction action, const gchar *json)
{
    g_autoptr(JsonObject) request = parse(json);
    GArray *effects = effects_new();
    const gchar *status = NULL;

    g_clear_pointer(&self->answer, json_object_unref);
    self->refusal = -1;
    station_asked(self->station, action, request, self->now, effects);
    carry_out(self, effects);
    cr_assert(self->dead || (self->answer != NULL) != (self->refusal >= 0), "answered exactly once");
    status = self->answer != NULL ? rig_text(self->answer, "status") : NULL;
    return status != NULL ? status : "";
}

gboolean rig_do(Rig *self, const SimCommand *command)
{
    GArray *effects = effects_new();
    const gchar *why = NULL;
    gboolean done = station_simulate(self->station, command, self->now, effects, &why);

    carry_out(self, effects);
    return done;
}

gboolean rig_sim(Rig *self, const gchar *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    SimCommand command = {0};

    cr_assert(sim_command_from_words(words, self->n_evses, &command, NULL), "%s", text);
    return rig_do(self, &command);
}

void rig_answer(Rig *self, const gchar *json)
{
    g_autoptr(JsonObject) answer = parse(json);
    GArray *effects = effects_new();
    gint64 id = self->in_flight;

    cr_assert_neq(id, 0);
    self->in_flight = 0;
    station_answered(self->station, id, answer, self->now, effects);
    carry_out(self, effects);
}

void rig_fail(Rig *self, gboolean refused, OcppErrorCode code)
{
    GArray *effects = effects_new();
    gint64 id = self->in_flight;

    cr_assert_neq(id, 0);
    self->in_flight = 0;
    station_call_failed(self->station, id, refused, code, self->now, effects);
    carry_out(self, effects);
}

JsonObject *rig_call(const Rig *self, OcppAction action, gint index)
{
    JsonObject *found = NULL;
    gint n = 0;

    for (guint i = 0; i < self->calls->len; i++) {
        const RigCall *call = &g_array_index(self->calls, RigCall, i);

        if (call->action != action)
            continue;
        if (index < 0 || n == index)
            found = call->payload;
        n++;
    }
    return found;
}

guint rig_count(const Rig *self, OcppAction action)
{
    guint n = 0;

    for (guint i = 0; i < self->calls->len; i++)
        n += g_array_index(self->calls, RigCall, i).action == action;
    return n;
}

const gchar *rig_text(JsonObject *object, const gchar *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    JsonNode *node = NULL;

    for (guint i = 0; names[i] != NULL; i++) {
        JsonObject *inner = i == 0                         ? object
                            : JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node)
                                                           : NULL;

        if (node != NULL && JSON_NODE_HOLDS_ARRAY(node)) {
            JsonArray *array = json_node_get_array(node);
            guint at = (guint)g_ascii_strtoull(names[i], NULL, 10);

            node = at < json_array_get_length(array) ? json_array_get_element(array, at) : NULL;
        } else {
            node = inner != NULL ? json_object_get_member(inner, names[i]) : NULL;
        }
        if (node == NULL)
            return NULL;
    }
    return JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

gchar *rig_story(const Rig *self)
{
    GString *story = g_string_new(NULL);

    for (guint i = 0; i < self->calls->len; i++) {
        const RigCall *call = &g_array_index(self->calls, RigCall, i);
        const gchar *reason = NULL;

        if (call->action != OCPP_ACTION_TRANSACTION_EVENT)
            continue;
        reason = rig_text(call->payload, "transactionInfo.stoppedReason");
        g_string_append_printf(story, "%s %d %s %s%s%s\n", rig_text(call->payload, "eventType"),
                               (gint)json_object_get_int_member(call->payload, "seqNo"),
                               rig_text(call->payload, "triggerReason"),
                               rig_text(call->payload, "transactionInfo.chargingState"),
                               reason != NULL ? " " : "", reason != NULL ? reason : "");
    }
    return g_string_free(story, FALSE);
}

gchar *rig_statuses(const Rig *self)
{
    GString *statuses = g_string_new(NULL);

    for (guint i = 0; i < rig_count(self, OCPP_ACTION_STATUS_NOTIFICATION); i++)
        g_string_append_printf(
            statuses, "%s%s", i > 0 ? " " : "",
            rig_text(rig_call(self, OCPP_ACTION_STATUS_NOTIFICATION, (gint)i), "connectorStatus"));
    return g_string_free(statuses, FALSE);
}

const gchar *rig_start(Rig *self, gint remote_start_id)
{
    g_autofree gchar *json = g_strdup_printf(
        "{'remoteStartId':%d,'idToken':{'idToken':'CAR-1','type':'Central'},'evseId':1}", remote_start_id);

    return rig_ask(self, OCPP_ACTION_REQUEST_START_TRANSACTION, json);
}

const gchar *rig_stop(Rig *self)
{
    g_autofree gchar *json = g_strdup_printf(
        "{'transactionId':'%s'}",
        self->station->evses[0].transaction.id[0] != '\0' ? self->station->evses[0].transaction.id : "none");

    return rig_ask(self, OCPP_ACTION_REQUEST_STOP_TRANSACTION, json);
}

void rig_set(Rig *self, const gchar *component, const gchar *variable, const gchar *value)
{
    g_autofree gchar *json = g_strdup_printf(
        "{'setVariableData':[{'component':{'name':'%s'},'variable':{'name':'%s'},'attributeValue':'%s'}]}",
        component, variable, value);

    rig_ask(self, OCPP_ACTION_SET_VARIABLES, json);
    cr_assert_str_eq(rig_text(self->answer, "setVariableResult.0.attributeStatus"), "Accepted", "%s",
                     variable);
}

/* Pile: what it shows and hears at its own place: the panel, its QR codes, and the local link. */
#include "pile-sim/model/sim_command.h"
#include "pile-sim/panel/panel_face.h"
#include "pile-sim/panel/qr_image.h"
#include "pile-sim/pile_internal.h"
#include "protocol/json_read.h"
#include "protocol/json_write.h"
#include "protocol/qr_payload.h"

#include <string.h>

/* Returns: (transfer full): what the code of @evse (from 0) says now; @until_ms: (out): Unix ms until when it
 * says so, 0 for ever */
static gchar *qr_text(Pile *self, guint evse, gint64 *until_ms)
{
    const Options *options = self->options;
    g_autofree gchar *token = station_totp(self->station, pile_now(self).unix_ms, until_ms);
    const gchar *id = options->evse_ids[evse];
    g_autofree gchar *path = NULL;
    EvseId parsed = {0};
    gchar *text = NULL;

    if (token == NULL || !evse_id_parse(id, strlen(id), &parsed, NULL))
        return g_strdup(options->qr_texts[evse]);
    if (options->qr_path != NULL)
        path = strstr(options->qr_path, "{token}") != NULL ? g_strdup(options->qr_path)
                                                           : g_strconcat(options->qr_path, "/{token}", NULL);
    text = qr_payload_print(options->qr_host, path, &parsed, token, NULL);
    return text != NULL ? text : g_strdup(options->qr_texts[evse]);
}

/* Readings of this moment, not of the last tick. (transfer full) */
static JsonObject *read_state(Pile *self)
{
    GArray *effects = effects_new();

    station_tick(self->station, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
    return station_snapshot(self->station);
}

static JsonObject *panel_state(gpointer data)
{
    Pile *self = data;
    JsonObject *state = read_state(self);
    JsonArray *evses = json_object_get_array_member(state, "evses");

    json_object_set_boolean_member(state, "uplink", csms_link_uplink(self->link));
    json_object_set_boolean_member(state, "connected", csms_link_is_up(self->link));
    for (guint i = 0; i < json_array_get_length(evses); i++) {
        JsonObject *evse = json_array_get_object_element(evses, i);
        gint64 until_ms = 0;
        g_autofree gchar *text = qr_text(self, i, &until_ms);

        json_object_set_string_member(evse, "evse_id", self->options->evse_ids[i]);
        json_object_set_string_member(evse, "qr", text);
        if (until_ms > 0)
            json_write_time(evse, "qr_valid_until", until_ms);
    }
    return state;
}

/* Keypad and modem. Returns: FALSE when @path is neither */
static gboolean panel_show(Pile *self, const gchar *path, JsonObject *body, PanelProblem *problem,
                           gboolean *done)
{
    ShowingKind kind = 0;
    Showing showing = {0};
    gint64 evse = 1;
    g_autoptr(GError) error = NULL;
    GArray *effects = NULL;
    const Admission *answer = NULL;

    if (!showing_kind_from_path(path, &kind))
        return FALSE;
    *done = FALSE;
    if (!showing_from_json(kind, body, &showing, &error) ||
        !json_read_int(body, "evse", JSON_OPTIONAL, 1, self->options->n_evses, &evse, &error)) {
        self->refusal = g_strdup(error->message);
        *problem = (PanelProblem){.status = 400, .code = "bad_field", .detail = self->refusal};
        return TRUE;
    }
    showing.evse = (gint32)evse;
    effects = effects_new();
    answer = station_show(self->station, &showing, pile_now(self), effects);
    *done = answer->outcome != ADMISSION_REFUSED;
    *problem =
        (PanelProblem){.status = 409, .code = "conflict", .detail = admission_reason_word(answer->reason)};
    pile_carry_out(self, effects, NULL);
    return TRUE;
}

static gboolean panel_act(const gchar *path, JsonObject *body, PanelProblem *problem, gpointer data)
{
    Pile *self = data;
    SimAction action = 0;
    SimCommand command = {0};
    const gchar *why = NULL;
    g_autoptr(GError) error = NULL;
    GArray *effects = NULL;
    gboolean done = FALSE;

    g_clear_pointer(&self->refusal, g_free);
    if (panel_show(self, path, body, problem, &done))
        return done;
    if (!sim_action_from_path(path, &action)) {
        *problem = (PanelProblem){.status = 404, .code = "not_found", .detail = "no such control"};
        return FALSE;
    }
    if (!sim_command_from_json(action, body, self->options->n_evses, &command, &error)) {
        self->refusal = g_strdup(error->message);
        *problem = (PanelProblem){.status = 400, .code = "bad_field", .detail = self->refusal};
        return FALSE;
    }
    effects = effects_new();
    done = station_simulate(self->station, &command, pile_now(self), effects, &why);
    pile_carry_out(self, effects, NULL);
    if (!done)
        *problem = (PanelProblem){.status = 409, .code = "conflict", .detail = why};
    return done;
}

static GBytes *panel_qr(guint evse, gboolean svg, gpointer data)
{
    Pile *self = data;
    gint64 until_ms = 0;
    g_autofree gchar *says = NULL;
    gchar *text = NULL;

    if (evse > self->options->n_evses)
        return NULL;
    says = qr_text(self, evse - 1, &until_ms);
    if (!svg)
        return qr_image_png(says, PILE_QR_MODULE_PX, NULL);
    text = qr_image_svg(says, NULL);
    return text != NULL ? g_bytes_new_take(text, strlen(text)) : NULL;
}

const PanelCallbacks pile_panel_callbacks = {panel_state, panel_act, panel_qr};

/* The local link */

/* What a car needs to know, and no more: whoever stands near may ask. */
static JsonObject *local_state(gpointer data)
{
    static const gchar *const copied[] = {"evse", "cable", "authorized", "admission"};
    static const gchar *const of_transaction[][2] = {
        {"id", "transaction_id"}, {"order_id", "order_id"}, {"energy_wh", "energy_wh"}};
    Pile *self = data;
    g_autoptr(JsonObject) whole = read_state(self);
    JsonArray *evses = json_object_get_array_member(whole, "evses");
    JsonArray *told = json_array_new();
    JsonObject *state = json_object_new();
    gboolean online =
        csms_link_is_up(self->link) && g_str_equal(json_object_get_string_member(whole, "boot"), "accepted");

    for (guint i = 0; i < json_array_get_length(evses); i++) {
        JsonObject *evse = json_array_get_object_element(evses, i), *row = json_object_new();
        JsonObject *transaction = json_object_has_member(evse, "transaction")
                                      ? json_object_get_object_member(evse, "transaction")
                                      : NULL;

        json_object_set_string_member(row, "evse_key", self->options->evse_keys[i]);
        json_object_set_string_member(row, "step", panel_face_step(evse, online));
        for (guint n = 0; n < G_N_ELEMENTS(copied); n++)
            if (json_object_has_member(evse, copied[n]))
                json_object_set_member(row, copied[n], json_object_dup_member(evse, copied[n]));
        for (guint n = 0; transaction != NULL && n < G_N_ELEMENTS(of_transaction); n++)
            if (json_object_has_member(transaction, of_transaction[n][0]))
                json_object_set_member(row, of_transaction[n][1],
                                       json_object_dup_member(transaction, of_transaction[n][0]));
        json_array_add_object_element(told, row);
    }
    json_object_set_string_member(state, "identity", self->options->identity);
    json_object_set_boolean_member(state, "online", online);
    json_object_set_array_member(state, "evses", told);
    return state;
}

/* Returns: 0 when this pile has no such EVSE */
static gint32 evse_of_key(Pile *self, const gchar *key)
{
    EvseId wanted = {0};

    if (!evse_id_parse(key, strlen(key), &wanted, NULL))
        return 0;
    for (guint i = 0; i < self->options->n_evses; i++)
        if (g_str_equal(self->options->evse_keys[i], wanted.key))
            return (gint32)i + 1;
    return 0;
}

static JsonObject *challenge_to_json(Pile *self, gint32 evse)
{
    const OpenVoucher *open = station_challenge(self->station, evse);
    g_autofree gchar *challenge = voucher_key_text(open->challenge);
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "challenge", challenge);
    json_object_set_string_member(json, "identity", self->options->identity);
    json_object_set_string_member(json, "evse_key", self->options->evse_keys[evse - 1]);
    json_object_set_string_member(json, "voucher_id", open->voucher.id);
    json_object_set_int_member(json, "expires_in_s", (open->until_ms - pile_now(self).mono_ms) / 1000);
    return json;
}

static JsonObject *refuse(LocalLinkProblem *problem, AdmissionReason reason)
{
    *problem = (LocalLinkProblem){.status = admission_reason_status(reason),
                                  .code = admission_reason_word(reason),
                                  .detail = g_strdup(admission_reason_text(reason))};
    return NULL;
}

static JsonObject *local_show(const gchar *path, JsonObject *body, LocalLinkProblem *problem, gpointer data)
{
    Pile *self = data;
    ShowingKind kind = 0;
    Showing showing = {0};
    const gchar *key = NULL;
    g_autoptr(GError) error = NULL;
    GArray *effects = NULL;
    Admission answer = {0};

    if (!showing_kind_from_path(path, &kind) || !showing_from_json(kind, body, &showing, &error) ||
        !json_read_string(body, "evse_key", JSON_REQUIRED, EVSE_ID_TEXT_MAX_BYTES, &key, &error)) {
        *problem = (LocalLinkProblem){
            .status = 400, .code = "bad_field", .detail = error != NULL ? g_strdup(error->message) : NULL};
        return NULL;
    }
    showing.evse = evse_of_key(self, key);
    if (showing.evse == 0)
        return refuse(problem, ADMISSION_WRONG_PILE);
    effects = effects_new();
    answer = *station_show(self->station, &showing, pile_now(self), effects);
    if (!pile_carry_out(self, effects, NULL))
        return refuse(problem, ADMISSION_STORAGE_FULL);
    if (answer.outcome == ADMISSION_REFUSED) {
        refuse(problem, answer.reason);
        problem->retry_after_s = (answer.locked_ms + 999) / 1000;
        return NULL;
    }
    return kind == SHOWING_VOUCHER && answer.outcome == ADMISSION_ASKED
               ? challenge_to_json(self, showing.evse)
               : admission_to_json(&answer);
}

const LocalLinkCallbacks pile_local_link_callbacks = {local_state, local_show};

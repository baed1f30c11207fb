#include "pile-sim/pile.h"

#include "pile-sim/link/csms_link.h"
#include "pile-sim/model/station.h"
#include "pile-sim/ocpp_log.h"
#include "pile-sim/panel/panel.h"
#include "pile-sim/panel/qr_image.h"
#include "pile-sim/script_player.h"
#include "pile-sim/store/pile_store.h"

#include <string.h>

#define QR_MODULE_PX 12
/* A clock that differs less than this is left alone: answers take a while to arrive. */
#define CLOCK_TOLERANCE_MS 1000

struct _Pile {
    const Options *options;
    Station *station;
    PileStore *store;
    CsmsLink *link;
    Panel *panel;         /* (nullable) */
    OcppLog *log;         /* (nullable) */
    ScriptPlayer *player; /* (nullable) */
    guint deadline_source;
    gint64 clock_offset_ms; /* UTC minus monotonic */
    gchar *refusal;         /* detail of the last refused action */
    PileFailed failed;
    gpointer failed_data;
};

static void arm(Pile *self);

static StationTime now(const Pile *self)
{
    gint64 mono_ms = g_get_monotonic_time() / 1000;

    return (StationTime){.mono_ms = mono_ms, .unix_ms = mono_ms + self->clock_offset_ms};
}

static void set_clock(Pile *self, gint64 unix_ms)
{
    gint64 offset_ms = unix_ms - g_get_monotonic_time() / 1000;

    if (ABS(offset_ms - self->clock_offset_ms) < CLOCK_TOLERANCE_MS)
        return;
    g_message("clock set by the CSMS, %+.1f s", (gdouble)(offset_ms - self->clock_offset_ms) / 1000.0);
    self->clock_offset_ms = offset_ms;
}

/* Returns: FALSE when nothing was stored */
static gboolean persist(Pile *self, const GArray *effects)
{
    g_autoptr(GError) error = NULL;
    gboolean any = FALSE;

    for (guint i = 0; i < effects->len; i++) {
        const Effect *effect = &g_array_index(effects, Effect, i);

        if (effect->type > EFFECT_DEQUEUE)
            continue;
        if (!any)
            pile_store_begin(self->store);
        any = TRUE;
        if (effect->type == EFFECT_STORE)
            pile_store_put(self->store, effect->name, effect->text);
        else if (effect->type == EFFECT_ENQUEUE)
            pile_store_keep(self->store, effect->id, ocpp_action_name(effect->action), effect->text,
                            effect->name);
        else
            pile_store_drop(self->store, effect->id);
    }
    if (!any || pile_store_commit(self->store, &error))
        return TRUE;
    g_critical("%s", error->message);
    return FALSE;
}

static void act(Pile *self, const Effect *effect, const gchar *message_id)
{
    switch (effect->type) {
    case EFFECT_CALL:
        csms_link_call(self->link, effect->id, effect->action, effect->text,
                       station_message_timeout_ms(self->station));
        break;
    case EFFECT_ANSWER:
        csms_link_answer(self->link, message_id, json_object_ref(effect->payload));
        break;
    case EFFECT_REFUSE:
        csms_link_refuse(self->link, message_id, effect->code, effect->text);
        break;
    case EFFECT_SET_CLOCK:
        set_clock(self, effect->number);
        break;
    case EFFECT_RESTART:
        g_message("connecting anew as the CSMS asked");
        csms_link_restart(self->link);
        break;
    case EFFECT_PASSWORD:
        csms_link_set_password(self->link, effect->text);
        break;
    case EFFECT_UPLINK:
        csms_link_set_uplink(self->link, effect->number != 0);
        break;
    case EFFECT_NOTE:
        g_message("%s", effect->text);
        break;
    default: /* stored already */
        break;
    }
}

/* Persist, then act. @effects: (transfer full); @message_id: (nullable): of the request being answered */
static void carry_out(Pile *self, GArray *effects, const gchar *message_id)
{
    g_autoptr(GArray) owned G_GNUC_UNUSED = effects;

    if (!persist(self, owned)) {
        self->failed(self->failed_data);
        return;
    }
    for (guint i = 0; i < owned->len; i++)
        act(self, &g_array_index(owned, Effect, i), message_id);
    csms_link_set_ping(self->link, station_ping_interval_s(self->station));
    arm(self);
    if (self->panel != NULL)
        panel_changed(self->panel);
}

static gboolean on_deadline(gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    self->deadline_source = 0;
    station_tick(self->station, now(self), effects);
    carry_out(self, effects, NULL);
    return G_SOURCE_REMOVE;
}

static void arm(Pile *self)
{
    gint64 mono_ms = now(self).mono_ms;
    gint64 deadline_ms = station_deadline_ms(self->station, mono_ms);

    if (self->deadline_source != 0)
        g_source_remove(self->deadline_source);
    self->deadline_source = 0;
    if (deadline_ms != STATION_TIME_NEVER)
        self->deadline_source =
            g_timeout_add((guint)CLAMP(deadline_ms - mono_ms, 0, G_MAXINT32), on_deadline, self);
}

/* The link's callbacks */

static void on_up(gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_link_up(self->station, now(self), effects);
    carry_out(self, effects, NULL);
}

static void on_down(gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_link_down(self->station, now(self), effects);
    carry_out(self, effects, NULL);
}

static void on_asked(const gchar *message_id, OcppAction action, JsonObject *payload, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    g_message("asked: %s", ocpp_action_name(action));
    station_asked(self->station, action, payload, now(self), effects);
    carry_out(self, effects, message_id);
}

static void on_answered(gint64 call_id, JsonObject *payload, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_answered(self->station, call_id, payload, now(self), effects);
    carry_out(self, effects, NULL);
}

static void on_failed(gint64 call_id, gboolean refused, OcppErrorCode code, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_call_failed(self->station, call_id, refused, code, now(self), effects);
    carry_out(self, effects, NULL);
}

static void on_traffic(gboolean sent, const gchar *text, gsize len, gpointer data)
{
    Pile *self = data;

    if (self->log != NULL)
        ocpp_log_write(self->log, sent, text, len, now(self).unix_ms);
}

static const CsmsLinkCallbacks link_callbacks = {on_up,       on_down,   on_asked,
                                                 on_answered, on_failed, on_traffic};

/* The panel's callbacks */

static JsonObject *panel_state(gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();
    JsonObject *state = NULL;
    JsonArray *evses = NULL;

    station_tick(self->station, now(self), effects); /* readings of this moment, not of the last tick */
    carry_out(self, effects, NULL);
    state = station_snapshot(self->station);
    evses = json_object_get_array_member(state, "evses");
    json_object_set_boolean_member(state, "uplink", csms_link_uplink(self->link));
    json_object_set_boolean_member(state, "connected", csms_link_is_up(self->link));
    for (guint i = 0; i < json_array_get_length(evses); i++) {
        JsonObject *evse = json_array_get_object_element(evses, i);

        json_object_set_string_member(evse, "evse_id", self->options->evse_ids[i]);
        json_object_set_string_member(evse, "qr", self->options->qr_texts[i]);
    }
    return state;
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
    done = station_simulate(self->station, &command, now(self), effects, &why);
    carry_out(self, effects, NULL);
    if (!done)
        *problem = (PanelProblem){.status = 409, .code = "conflict", .detail = why};
    return done;
}

static GBytes *panel_qr(guint evse, gboolean svg, gpointer data)
{
    Pile *self = data;
    gchar *text = NULL;

    if (evse > self->options->n_evses)
        return NULL;
    if (!svg)
        return qr_image_png(self->options->qr_texts[evse - 1], QR_MODULE_PX, NULL);
    text = qr_image_svg(self->options->qr_texts[evse - 1], NULL);
    return text != NULL ? g_bytes_new_take(text, strlen(text)) : NULL;
}

static const PanelCallbacks panel_callbacks = {panel_state, panel_act, panel_qr};

static void on_script_step(const ScriptStep *step, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();
    const gchar *why = NULL;

    if (!station_simulate(self->station, &step->command, now(self), effects, &why))
        g_warning("script at %.1f s: %s", (gdouble)step->at_ms / 1000.0, why);
    carry_out(self, effects, NULL);
}

/* Life */

static gboolean restore_record(const gchar *name, const gchar *json, gpointer data, GError **error)
{
    Pile *self = data;

    return station_restore(self->station, name, json, now(self).unix_ms, error);
}

static gboolean restore_call(gint64 id, const gchar *action_name, const gchar *payload, const gchar *subject,
                             gpointer data, GError **error)
{
    Pile *self = data;
    OcppAction action = 0;

    if (!ocpp_action_from_name(action_name, &action)) {
        g_set_error(error, PILE_STORE_ERROR, PILE_STORE_ERROR_DAMAGED, "call of unknown action");
        return FALSE;
    }
    station_restore_call(self->station, id, action, payload, subject);
    return TRUE;
}

static gboolean write_qr(const Options *options, GError **error)
{
    g_autoptr(GBytes) png = NULL;

    if (options->qr_png_file == NULL)
        return TRUE;
    png = qr_image_png(options->qr_texts[0], QR_MODULE_PX, error);
    return png != NULL && g_file_set_contents(options->qr_png_file, g_bytes_get_data(png, NULL),
                                              (gssize)g_bytes_get_size(png), error);
}

Pile *pile_new(const Options *options, PileFailed failed, gpointer data, GError **error)
{
    g_autoptr(Pile) self = g_new0(Pile, 1);
    StationConfig station = {options->identity, options->n_evses, options->max_power_w, options->speed};
    CsmsLinkConfig link = {
        .place = {.csms = options->csms,
                  .identity = options->identity,
                  .password = options->password,
                  .ca_file = options->ca_file,
                  .client_cert_file = options->client_cert_file,
                  .client_key_file = options->client_key_file},
    };

    self->options = options;
    self->failed = failed;
    self->failed_data = data;
    self->clock_offset_ms = (g_get_real_time() - g_get_monotonic_time()) / 1000;
    self->station = station_new(&station);
    self->store = pile_store_open(options->state_file != NULL ? options->state_file : ":memory:", error);
    if (self->store == NULL || !pile_store_each_record(self->store, restore_record, self, error) ||
        !pile_store_each_call(self->store, restore_call, self, error) || !write_qr(options, error))
        return NULL;
    if (options->script_file != NULL &&
        (self->player =
             script_player_new(options->script_file, options->n_evses, on_script_step, self, error)) == NULL)
        return NULL;
    if (options->ocpp_log_file != NULL && (self->log = ocpp_log_open(options->ocpp_log_file, error)) == NULL)
        return NULL;
    if (station_password(self->station) != NULL) /* set by the CSMS: newer than the file */
        link.place.password = station_password(self->station);
    link.served = station_served_actions(&link.n_served);
    self->link = csms_link_new(&link, &link_callbacks, self, error);
    if (self->link == NULL)
        return NULL;
    if (options->panel_address != NULL &&
        (self->panel = panel_new(options->panel_address, &panel_callbacks, self, error)) == NULL)
        return NULL;
    return g_steal_pointer(&self);
}

void pile_start(Pile *self)
{
    GArray *effects = effects_new();

    station_start(self->station, now(self), effects);
    carry_out(self, effects, NULL);
    if (self->player != NULL)
        script_player_start(self->player);
    csms_link_start(self->link);
}

void pile_stop(Pile *self)
{
    GArray *effects = effects_new();

    csms_link_stop(self->link);
    station_stop(self->station, now(self), effects);
    carry_out(self, effects, NULL);
}

void pile_free(Pile *self)
{
    if (self == NULL)
        return;
    if (self->deadline_source != 0)
        g_source_remove(self->deadline_source);
    script_player_free(self->player);
    panel_free(self->panel);
    g_clear_object(&self->link);
    station_free(self->station);
    pile_store_free(self->store);
    ocpp_log_free(self->log);
    g_free(self->refusal);
    g_free(self);
}

GStrv pile_panel_urls(Pile *self)
{
    return self->panel != NULL ? panel_urls(self->panel) : g_new0(gchar *, 1);
}

#include "pile-sim/pile.h"

#include "pile-sim/panel/qr_image.h"
#include "pile-sim/pile_internal.h"

#include <time.h>

/* A clock that differs less than this is left alone: answers take a while to arrive. */
#define CLOCK_TOLERANCE_MS 1000

static void arm(Pile *self);

StationTime pile_now(const Pile *self)
{
    gint64 mono_ms = g_get_monotonic_time() / 1000;
    struct timespec boot = {0};

    clock_gettime(CLOCK_BOOTTIME, &boot);
    return (StationTime){.mono_ms = mono_ms,
                         .unix_ms = mono_ms + self->clock_offset_ms,
                         .boot_ms = (gint64)boot.tv_sec * 1000 + boot.tv_nsec / 1000000};
}

static void set_clock(Pile *self, gint64 unix_ms)
{
    gint64 offset_ms = unix_ms - g_get_monotonic_time() / 1000;

    if (ABS(offset_ms - self->clock_offset_ms) < CLOCK_TOLERANCE_MS)
        return;
    g_message("clock set, %+.1f s", (gdouble)(offset_ms - self->clock_offset_ms) / 1000.0);
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

/* The records are stored already. Should this fail, they are newer than the device knows: no harm, but a
 * device that cannot write must not go on. */
static void seal(Pile *self, const Effect *effect)
{
    g_autoptr(GError) error = NULL;

    if (device_seal(self->device, effect->name, effect->number, &error))
        return;
    g_critical("device: %s", error->message);
    self->failed(self->failed_data);
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
    case EFFECT_SEAL:
        seal(self, effect);
        break;
    case EFFECT_NOTE:
        g_message("%s", effect->text);
        break;
    default: /* stored already */
        break;
    }
}

gboolean pile_carry_out(Pile *self, GArray *effects, const gchar *message_id)
{
    g_autoptr(GArray) owned G_GNUC_UNUSED = effects;

    if (self->broken)
        return FALSE;
    if (!persist(self, owned)) {
        self->broken = TRUE; /* the next life goes on from what is stored */
        self->failed(self->failed_data);
        return FALSE;
    }
    for (guint i = 0; i < owned->len; i++)
        act(self, &g_array_index(owned, Effect, i), message_id);
    csms_link_set_ping(self->link, station_ping_interval_s(self->station));
    arm(self);
    if (self->panel != NULL)
        panel_changed(self->panel);
    return TRUE;
}

static gboolean on_deadline(gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    self->deadline_source = 0;
    station_tick(self->station, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
    return G_SOURCE_REMOVE;
}

static void arm(Pile *self)
{
    gint64 mono_ms = pile_now(self).mono_ms;
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

    station_link_up(self->station, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
}

static void on_down(gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_link_down(self->station, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
}

static void on_asked(const gchar *message_id, OcppAction action, JsonObject *payload, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    g_message("asked: %s", ocpp_action_name(action));
    station_asked(self->station, action, payload, pile_now(self), effects);
    pile_carry_out(self, effects, message_id);
}

static void on_answered(gint64 call_id, JsonObject *payload, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_answered(self->station, call_id, payload, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
}

static void on_failed(gint64 call_id, gboolean refused, OcppErrorCode code, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();

    station_call_failed(self->station, call_id, refused, code, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
}

static void on_traffic(gboolean sent, const gchar *text, gsize len, gpointer data)
{
    Pile *self = data;

    if (self->log != NULL)
        ocpp_log_write(self->log, sent, text, len, pile_now(self).unix_ms);
}

static const CsmsLinkCallbacks link_callbacks = {on_up,       on_down,   on_asked,
                                                 on_answered, on_failed, on_traffic};

static void on_script_step(const ScriptStep *step, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();
    const gchar *why = NULL;

    if (!station_simulate(self->station, &step->command, pile_now(self), effects, &why))
        g_warning("script at %.1f s: %s", (gdouble)step->at_ms / 1000.0, why);
    pile_carry_out(self, effects, NULL);
}

static void on_bay_said(const SimCommand *command, gpointer data)
{
    Pile *self = data;
    GArray *effects = effects_new();
    const gchar *why = NULL;

    station_simulate(self->station, command, pile_now(self), effects, &why);
    pile_carry_out(self, effects, NULL);
}

/* Life */

static gboolean restore_record(const gchar *name, const gchar *json, gpointer data, GError **error)
{
    Pile *self = data;

    return station_restore(self->station, name, json, pile_now(self), error);
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
    png = qr_image_png(options->qr_texts[0], PILE_QR_MODULE_PX, error);
    return png != NULL && g_file_set_contents(options->qr_png_file, g_bytes_get_data(png, NULL),
                                              (gssize)g_bytes_get_size(png), error);
}

Pile *pile_new(const Options *options, PileFailed failed, gpointer data, GError **error)
{
    g_autoptr(Pile) self = g_new0(Pile, 1);
    StationConfig station = {.identity = options->identity,
                             .n_evses = options->n_evses,
                             .max_power_w = options->max_power_w,
                             .speed = options->speed,
                             .evse_keys = (const gchar *const *)options->evse_keys};
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
    self->device = device_open(options->state_file, error);
    if (self->device == NULL)
        return NULL;
    station.device = *device_facts(self->device);
    self->station = station_new(&station);
    self->store = pile_store_open(options->state_file != NULL ? options->state_file : ":memory:", error);
    if (self->store == NULL || !pile_store_each_record(self->store, restore_record, self, error) ||
        !pile_store_each_call(self->store, restore_call, self, error) || !write_qr(options, error))
        return NULL;
    if (options->script_file != NULL &&
        (self->player =
             script_player_new(options->script_file, options->n_evses, on_script_step, self, error)) == NULL)
        return NULL;
    if (options->bay_feed != NULL &&
        (self->bays = bay_reader_new(options->bay_feed, options->n_evses, on_bay_said, self, error)) == NULL)
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
        (self->panel = panel_new(options->panel_address, &pile_panel_callbacks, self, error)) == NULL)
        return NULL;
    if (options->local_link_address != NULL &&
        (self->local_link =
             local_link_new(options->local_link_address, &pile_local_link_callbacks, self, error)) == NULL)
        return NULL;
    return g_steal_pointer(&self);
}

void pile_start(Pile *self)
{
    GArray *effects = effects_new();

    station_start(self->station, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
    if (self->player != NULL)
        script_player_start(self->player);
    if (self->bays != NULL)
        bay_reader_start(self->bays);
    csms_link_start(self->link);
}

void pile_stop(Pile *self)
{
    GArray *effects = effects_new();

    csms_link_stop(self->link);
    station_stop(self->station, pile_now(self), effects);
    pile_carry_out(self, effects, NULL);
}

void pile_free(Pile *self)
{
    if (self == NULL)
        return;
    if (self->deadline_source != 0)
        g_source_remove(self->deadline_source);
    bay_reader_free(self->bays);
    script_player_free(self->player);
    panel_free(self->panel);
    local_link_free(self->local_link);
    g_clear_object(&self->link);
    station_free(self->station);
    pile_store_free(self->store);
    device_free(self->device);
    ocpp_log_free(self->log);
    g_free(self->refusal);
    g_free(self);
}

GStrv pile_panel_urls(Pile *self)
{
    return self->panel != NULL ? panel_urls(self->panel) : g_new0(gchar *, 1);
}

const gchar *pile_local_link_url(Pile *self)
{
    return self->local_link != NULL ? local_link_url(self->local_link) : NULL;
}

#include "pile-sim/model/power_limits.h"

#include "protocol/json_read.h"

#include <math.h>

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT(1000))

void power_limits_init(PowerLimits *self)
{
    self->list = g_array_new(FALSE, TRUE, sizeof(PowerProfile));
}

void power_limits_clear(PowerLimits *self)
{
    g_clear_pointer(&self->list, g_array_unref);
}

static PowerProfile *at(const PowerLimits *self, guint i)
{
    return &g_array_index(self->list, PowerProfile, i);
}

static const gchar *schedule_objection(const OcppChargingProfile *profile)
{
    const OcppChargingSchedule *schedule = &profile->schedules[0];

    if (profile->n_schedules != 1) /* more than one is for ISO 15118 */
        return "TooManySchedules";
    if (schedule->unit != OCPP_RATE_UNIT_W) /* K01.FR.26 */
        return "UnsupportedRateUnit";
    if (schedule->n_periods > POWER_LIMITS_MAX_PERIODS)
        return "TooManyPeriods";
    if ((profile->kind == OCPP_PROFILE_RELATIVE) != (schedule->start_ms == 0)) /* K01.FR.40, .41 */
        return "InvalidSchedule";
    if (schedule->has_duration && schedule->duration_s <= 0)
        return "InvalidSchedule";
    for (guint i = 0; i < schedule->n_periods; i++) { /* K01.FR.31 */
        const OcppChargingPeriod *period = &schedule->periods[i];

        if ((i == 0 ? period->start_s != 0 : period->start_s <= schedule->periods[i - 1].start_s) ||
            !(period->limit >= 0 && period->limit <= 1e9))
            return "InvalidSchedule";
    }
    return NULL;
}

static gboolean overlaps(const OcppChargingProfile *a, const OcppChargingProfile *b)
{
    return (a->valid_to_ms == 0 || b->valid_from_ms < a->valid_to_ms) &&
           (b->valid_to_ms == 0 || a->valid_from_ms < b->valid_to_ms);
}

const gchar *power_limits_objection(const PowerLimits *self, gint32 evse_id,
                                    const OcppChargingProfile *profile)
{
    if (profile->purpose == OCPP_PROFILE_EXTERNAL_CONSTRAINTS) /* K01.FR.22: not the CSMS's to set */
        return "InvalidProfile";
    if (profile->stack_level < 0 || profile->stack_level > POWER_LIMITS_MAX_STACK_LEVEL)
        return "InvalidStackLevel";
    if (profile->purpose == OCPP_PROFILE_STATION_MAX &&
        (evse_id != 0 || profile->kind == OCPP_PROFILE_RELATIVE)) /* K01.FR.38 */
        return "InvalidProfile";
    if (profile->purpose == OCPP_PROFILE_TX && evse_id == 0) /* K01.FR.16 */
        return "InvalidProfile";
    if ((profile->kind == OCPP_PROFILE_RECURRING) != (profile->recurrency != OCPP_RECURRENCY_NONE))
        return "InvalidProfile";
    if (profile->valid_to_ms != 0 && profile->valid_to_ms <= profile->valid_from_ms)
        return "InvalidProfile";
    for (guint i = 0; i < self->list->len; i++) { /* K01.FR.06, .39 */
        const PowerProfile *other = at(self, i);

        if (other->profile.id != profile->id && other->evse_id == evse_id &&
            other->profile.purpose == profile->purpose &&
            other->profile.stack_level == profile->stack_level && overlaps(&other->profile, profile))
            return "DuplicateProfile";
    }
    return schedule_objection(profile);
}

gboolean power_limits_put(PowerLimits *self, gint32 evse_id, const OcppChargingProfile *profile,
                          gboolean for_next)
{
    PowerProfile wanted = {.evse_id = evse_id, .for_next = for_next, .profile = *profile};

    for (guint i = 0; i < self->list->len; i++) {
        if (at(self, i)->profile.id != profile->id)
            continue;
        *at(self, i) = wanted;
        return TRUE;
    }
    if (self->list->len >= POWER_LIMITS_MAX)
        return FALSE;
    g_array_append_val(self->list, wanted);
    return TRUE;
}

guint power_limits_remove(PowerLimits *self, const OcppClearChargingProfileRequest *which)
{
    guint n = self->list->len;

    for (guint i = n; i > 0; i--) {
        const PowerProfile *profile = at(self, i - 1);

        /* K10: the id alone, or all criteria that were given. */
        if (which->has_id
                ? profile->profile.id == which->id
                : (!which->has_evse_id || profile->evse_id == which->evse_id) &&
                      (!which->has_purpose || profile->profile.purpose == which->purpose) &&
                      (!which->has_stack_level || profile->profile.stack_level == which->stack_level))
            g_array_remove_index(self->list, i - 1);
    }
    return n - self->list->len;
}

gboolean power_limits_review(PowerLimits *self, PowerJudge judge, gpointer data)
{
    guint n = self->list->len;

    for (guint i = n; i > 0; i--)
        if (at(self, i - 1)->profile.purpose == OCPP_PROFILE_TX &&
            judge(at(self, i - 1), data) == POWER_LIMITS_DROP)
            g_array_remove_index(self->list, i - 1);
    return self->list->len < n;
}

/* When the schedule that holds at @unix_ms began. Returns: FALSE when none has begun */
static gboolean began(const OcppChargingProfile *profile, const PowerUser *user, gint64 unix_ms,
                      gint64 *start_ms)
{
    gint64 first_ms = profile->schedules[0].start_ms;
    gint64 every_ms = profile->recurrency == OCPP_RECURRENCY_WEEKLY ? 7 * DAY_MS : DAY_MS;

    if (profile->kind == OCPP_PROFILE_RELATIVE)
        *start_ms = user->begin_ms;
    else if (profile->kind == OCPP_PROFILE_RECURRING && unix_ms >= first_ms)
        *start_ms = unix_ms - (unix_ms - first_ms) % every_ms;
    else
        *start_ms = first_ms;
    return unix_ms >= *start_ms;
}

/* POWER_LIMITS_NONE: says nothing at that time */
static gint64 limit_of(const OcppChargingProfile *profile, const PowerUser *user, gint64 unix_ms)
{
    const OcppChargingSchedule *schedule = &profile->schedules[0];
    gint64 start_ms = 0, elapsed_s = 0, limit_w = POWER_LIMITS_NONE;

    if (unix_ms < profile->valid_from_ms || (profile->valid_to_ms != 0 && unix_ms >= profile->valid_to_ms) ||
        !began(profile, user, unix_ms, &start_ms))
        return POWER_LIMITS_NONE;
    elapsed_s = (unix_ms - start_ms) / 1000;
    if (schedule->has_duration && elapsed_s >= schedule->duration_s)
        return POWER_LIMITS_NONE;
    for (guint i = 0; i < schedule->n_periods && schedule->periods[i].start_s <= elapsed_s; i++)
        limit_w = (gint64)floor(schedule->periods[i].limit);
    return limit_w;
}

static gboolean concerns(const PowerProfile *profile, OcppProfilePurpose purpose, const PowerUser *user)
{
    if (profile->profile.purpose != purpose || profile->for_next)
        return FALSE;
    if (purpose == OCPP_PROFILE_TX)
        return profile->evse_id == user->evse_id &&
               g_str_equal(profile->profile.transaction_id, user->transaction_id);
    return profile->evse_id == 0 || profile->evse_id == user->evse_id;
}

/* K01: of those that say something now the one on the highest stack level; on the same level that of
 * the EVSE before that of the station. */
static gint64 leading(const PowerLimits *self, OcppProfilePurpose purpose, const PowerUser *user,
                      gint64 unix_ms)
{
    const PowerProfile *best = NULL;
    gint64 best_w = POWER_LIMITS_NONE;

    for (guint i = 0; i < self->list->len; i++) {
        const PowerProfile *profile = at(self, i);
        gint64 limit_w =
            concerns(profile, purpose, user) ? limit_of(&profile->profile, user, unix_ms) : POWER_LIMITS_NONE;

        if (limit_w == POWER_LIMITS_NONE ||
            (best != NULL && (profile->profile.stack_level < best->profile.stack_level ||
                              (profile->profile.stack_level == best->profile.stack_level &&
                               profile->evse_id < best->evse_id))))
            continue;
        best = profile;
        best_w = limit_w;
    }
    return best_w;
}

gint64 power_limits_of_user(const PowerLimits *self, const PowerUser *user, gint64 unix_ms)
{
    gint64 limit_w = leading(self, OCPP_PROFILE_TX, user, unix_ms);

    return limit_w != POWER_LIMITS_NONE ? limit_w : leading(self, OCPP_PROFILE_TX_DEFAULT, user, unix_ms);
}

gint64 power_limits_of_station(const PowerLimits *self, gint64 unix_ms)
{
    return leading(self, OCPP_PROFILE_STATION_MAX, &(PowerUser){.transaction_id = ""}, unix_ms);
}

static void consider(gint64 *next_ms, gint64 candidate_ms, gint64 unix_ms)
{
    if (candidate_ms > unix_ms)
        *next_ms = MIN(*next_ms, candidate_ms);
}

gint64 power_limits_next_ms(const PowerLimits *self, const PowerUser *user, gint64 unix_ms)
{
    gint64 next_ms = G_MAXINT64;

    for (guint i = 0; i < self->list->len; i++) {
        const OcppChargingProfile *profile = &at(self, i)->profile;
        const OcppChargingSchedule *schedule = &profile->schedules[0];
        gint64 start_ms = 0;

        consider(&next_ms, profile->valid_from_ms, unix_ms);
        consider(&next_ms, profile->valid_to_ms, unix_ms);
        if (!began(profile, user, unix_ms, &start_ms)) {
            consider(&next_ms, start_ms, unix_ms);
            continue;
        }
        for (guint p = 0; p < schedule->n_periods; p++)
            consider(&next_ms, start_ms + (gint64)schedule->periods[p].start_s * 1000, unix_ms);
        if (schedule->has_duration)
            consider(&next_ms, start_ms + (gint64)schedule->duration_s * 1000, unix_ms);
        if (profile->kind == OCPP_PROFILE_RECURRING)
            consider(&next_ms, start_ms + (profile->recurrency == OCPP_RECURRENCY_WEEKLY ? 7 : 1) * DAY_MS,
                     unix_ms);
    }
    return next_ms;
}

JsonObject *power_limits_to_json(const PowerLimits *self)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < self->list->len; i++) {
        JsonObject *entry = json_object_new();

        json_object_set_int_member(entry, "evse", at(self, i)->evse_id);
        json_object_set_boolean_member(entry, "for_next", at(self, i)->for_next);
        ocpp_write_charging_profile(entry, "profile", &at(self, i)->profile);
        json_array_add_object_element(list, entry);
    }
    json_object_set_array_member(json, "profiles", list);
    return json;
}

gboolean power_limits_from_json(PowerLimits *self, JsonObject *json, GError **error)
{
    JsonArray *list = NULL;

    if (!json_read_array(json, "profiles", JSON_REQUIRED, POWER_LIMITS_MAX, TRUE, &list, error))
        return FALSE;
    g_array_set_size(self->list, 0);
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonObject *entry = json_array_get_object_element(list, i);
        PowerProfile read = {0};
        gint64 evse_id = 0;

        if (!json_read_int(entry, "evse", JSON_REQUIRED, 0, G_MAXINT32, &evse_id, error) ||
            !json_read_boolean(entry, "for_next", JSON_REQUIRED, &read.for_next, error) ||
            !ocpp_read_charging_profile(entry, "profile", JSON_REQUIRED, &read.profile, error))
            return FALSE;
        read.evse_id = (gint32)evse_id;
        /* What a request could not have set is not believed either: its periods may not even be there. */
        if (power_limits_objection(self, read.evse_id, &read.profile) == NULL)
            g_array_append_val(self->list, read);
    }
    return TRUE;
}

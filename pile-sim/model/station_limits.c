/* Station: charging profiles as a power limit (OCPP 2.0.1 part 2, block K). */
#include "pile-sim/model/station_internal.h"

#define MAX_WAIT_MS (30 * 1000) /* the CSMS may set the clock in the meantime */

static PowerUser user_of(const Evse *evse, StationTime now)
{
    gboolean runs = transaction_is_running(&evse->transaction);

    return (PowerUser){
        .evse_id = evse->id,
        .transaction_id = evse->transaction.id,
        /* In a transaction that runs fast the schedule does, too. */
        .begin_ms = runs ? now.unix_ms - (evse->clock_ms - evse->transaction.begin_ms) : now.unix_ms,
    };
}

static gint64 least(gint64 a_w, gint64 b_w)
{
    return a_w == POWER_LIMITS_NONE ? b_w : b_w == POWER_LIMITS_NONE ? a_w : MIN(a_w, b_w);
}

/* The station's limit in equal shares for those who charge or would. */
static gint64 share_w(const Station *self, const Evse *evse, gint64 unix_ms)
{
    gint64 limit_w = power_limits_of_station(&self->limits, unix_ms);
    gint64 n = 0;

    for (guint i = 0; i < self->n_evses; i++)
        n += &self->evses[i] == evse || self->evses[i].state == OCPP_CHARGING_STATE_CHARGING ||
             self->evses[i].state == OCPP_CHARGING_STATE_SUSPENDED_EVSE;
    return limit_w == POWER_LIMITS_NONE ? limit_w : limit_w / MAX(n, 1);
}

static gint64 limit_w(const Station *self, const Evse *evse, StationTime now, gint64 at_ms)
{
    PowerUser user = user_of(evse, now);

    if (!variables_get_boolean(&self->variables, VARIABLE_SMART_CHARGING_ENABLED))
        return POWER_LIMITS_NONE;
    return least(power_limits_of_user(&self->limits, &user, at_ms), share_w(self, evse, at_ms));
}

/* K01: a TxProfile ends with its transaction; one that came with a remote start waits for it. */
static PowerVerdict judge(PowerProfile *profile, gpointer data)
{
    Station *self = data;
    const Evse *evse = station_evse(self, profile->evse_id);

    if (evse == NULL)
        return POWER_LIMITS_DROP;
    if (profile->for_next && transaction_is_running(&evse->transaction)) {
        g_strlcpy(profile->profile.transaction_id, evse->transaction.id,
                  sizeof profile->profile.transaction_id);
        profile->for_next = FALSE;
        self->limits_changed = TRUE;
    }
    if (profile->for_next)
        return evse->grant.token.present || evse->asked.token.present ? POWER_LIMITS_KEEP : POWER_LIMITS_DROP;
    return g_str_equal(profile->profile.transaction_id, evse->transaction.id) ? POWER_LIMITS_KEEP
                                                                              : POWER_LIMITS_DROP;
}

void station_begin_limits(Station *self, StationTime now)
{
    for (guint i = 0; i < self->n_evses; i++)
        self->evses[i].limit_w = limit_w(self, &self->evses[i], now, now.unix_ms);
}

gint64 station_follow_limits(Station *self, StationTime now)
{
    EvseTurn turn = station_turn(self, now);
    gint64 due_ms = STATION_TIME_NEVER;

    self->limits_changed |= power_limits_review(&self->limits, judge, self);
    for (guint i = 0; i < self->n_evses; i++) {
        Evse *evse = &self->evses[i];
        PowerUser user = user_of(evse, now);
        gint64 next_ms = power_limits_next_ms(&self->limits, &user, now.unix_ms);

        evse_set_limit(evse, limit_w(self, evse, now, now.unix_ms), &turn);
        if (transaction_is_running(&evse->transaction) && next_ms != G_MAXINT64)
            due_ms = MIN(due_ms, now.mono_ms + MIN(next_ms - now.unix_ms, MAX_WAIT_MS));
    }
    return due_ms;
}

/* Returns: NULL, or why @profile cannot be set for @evse_id. */
static const gchar *objection(Station *self, gint32 evse_id, const OcppChargingProfile *profile)
{
    const Evse *evse = station_evse(self, evse_id);

    if (!variables_get_boolean(&self->variables, VARIABLE_SMART_CHARGING_ENABLED))
        return "NotEnabled";
    if (evse_id != 0 && evse == NULL) /* K01.FR.28 */
        return "UnknownEvse";
    return power_limits_objection(&self->limits, evse_id, profile);
}

void station_set_charging_profile(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppSetChargingProfileRequest request;
    OcppStatusInfo info = {0};
    const Evse *evse = NULL;
    const gchar *reason = NULL;

    if (!ocpp_set_charging_profile_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    evse = station_evse(self, request.evse_id);
    reason = objection(self, request.evse_id, &request.profile);
    if (reason == NULL && request.profile.purpose == OCPP_PROFILE_TX) {
        if (request.profile.transaction_id[0] == '\0') /* K01.FR.03 */
            reason = "TxIdMissing";
        else if (evse == NULL || !g_str_equal(evse->transaction.id, request.profile.transaction_id))
            reason = "TxNotFound"; /* K01.FR.09 */
    }
    if (reason == NULL && !power_limits_put(&self->limits, request.evse_id, &request.profile, FALSE))
        reason = "NoMemory";
    self->limits_changed |= reason == NULL;
    g_strlcpy(info.reason_code, reason != NULL ? reason : "", sizeof info.reason_code);
    effects_answer(
        effects, ocpp_status_to_json(ocpp_generic_status_names,
                                     reason == NULL ? OCPP_GENERIC_ACCEPTED : OCPP_GENERIC_REJECTED, &info));
}

const gchar *station_limit_next(Station *self, const Evse *evse, const OcppChargingProfile *profile)
{
    const gchar *reason = objection(self, evse->id, profile);

    /* F01.FR.08-10, K05: only a TxProfile, and the transaction is the one that begins. */
    if (profile->purpose != OCPP_PROFILE_TX || profile->transaction_id[0] != '\0')
        reason = "InvalidProfile";
    if (reason == NULL && !power_limits_put(&self->limits, evse->id, profile, TRUE))
        reason = "NoMemory";
    self->limits_changed |= reason == NULL;
    return reason;
}

void station_clear_charging_profile(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppClearChargingProfileRequest request;
    guint n = 0;

    if (!ocpp_clear_charging_profile_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    n = power_limits_remove(&self->limits, &request);
    self->limits_changed |= n > 0;
    effects_answer(
        effects, ocpp_status_to_json(ocpp_clear_profile_status_names,
                                     n > 0 ? OCPP_CLEAR_PROFILE_ACCEPTED : OCPP_CLEAR_PROFILE_UNKNOWN, NULL));
}

/* What the EVSE (NULL: the station) may draw at @at_ms. */
static gint64 allowed_w(const Station *self, const Evse *evse, StationTime now, gint64 at_ms)
{
    gint64 most_w = 0;

    if (evse != NULL)
        return least(evse->max_power_w, limit_w(self, evse, now, at_ms));
    for (guint i = 0; i < self->n_evses; i++)
        most_w += self->evses[i].max_power_w;
    return least(most_w, power_limits_of_station(&self->limits, at_ms));
}

/* K08: the limits that hold one after the other; equal neighbours are one. */
static void compose(const Station *self, const Evse *evse, StationTime now, gint32 duration_s,
                    OcppChargingSchedule *schedule)
{
    PowerUser user =
        evse != NULL ? user_of(evse, now) : (PowerUser){.transaction_id = "", .begin_ms = now.unix_ms};
    gint64 end_ms = now.unix_ms + (gint64)duration_s * 1000;

    *schedule = (OcppChargingSchedule){
        .start_ms = now.unix_ms, .has_duration = TRUE, .duration_s = duration_s, .unit = OCPP_RATE_UNIT_W};
    for (gint64 at_ms = now.unix_ms; at_ms < end_ms;
         at_ms = power_limits_next_ms(&self->limits, &user, at_ms)) {
        OcppChargingPeriod period = {
            .start_s = (gint32)((at_ms - now.unix_ms + 999) / 1000),
            .limit = (gdouble)allowed_w(self, evse, now, at_ms),
        };

        if (schedule->n_periods > 0 && schedule->periods[schedule->n_periods - 1].limit == period.limit)
            continue;
        if (schedule->n_periods == OCPP_MAX_CHARGING_PERIODS) { /* what cannot be told is not promised */
            schedule->duration_s = period.start_s;
            return;
        }
        schedule->periods[schedule->n_periods++] = period;
    }
}

void station_get_composite_schedule(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    OcppGetCompositeScheduleRequest request;
    OcppGetCompositeScheduleResponse answer = {.status = OCPP_GENERIC_REJECTED};
    const Evse *evse = NULL;
    const gchar *reason = NULL;

    if (!ocpp_get_composite_schedule_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    evse = station_evse(self, request.evse_id);
    if (request.evse_id != 0 && evse == NULL) /* K08.FR.05 */
        reason = "UnknownEvse";
    else if (request.has_unit && request.unit != OCPP_RATE_UNIT_W) /* K08.FR.07 */
        reason = "UnsupportedRateUnit";
    else if (request.duration_s == 0)
        reason = "InvalidValue";
    if (reason == NULL) {
        answer.status = OCPP_GENERIC_ACCEPTED;
        answer.evse_id = request.evse_id;
        compose(self, evse, now, request.duration_s, &answer.schedule);
    }
    g_strlcpy(answer.status_info.reason_code, reason != NULL ? reason : "",
              sizeof answer.status_info.reason_code);
    effects_answer(effects, ocpp_get_composite_schedule_response_to_json(&answer));
}

static gboolean is_asked_for(const OcppGetChargingProfilesRequest *request, const PowerProfile *profile)
{
    gboolean listed = request->n_ids == 0;

    for (guint i = 0; i < request->n_ids; i++)
        listed |= request->ids[i] == profile->profile.id;
    return listed && (!request->has_evse_id || request->evse_id == profile->evse_id) &&
           (!request->has_purpose || request->purpose == profile->profile.purpose) &&
           (!request->has_stack_level || request->stack_level == profile->profile.stack_level) &&
           (request->sources == 0 || (request->sources & (1U << OCPP_LIMIT_CSO)));
}

/* K09: all come from the CSMS. */
void station_get_charging_profiles(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    OcppGetChargingProfilesRequest request;

    if (!ocpp_get_charging_profiles_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    for (guint i = 0; i < self->limits.list->len; i++) {
        PowerProfile *profile = &g_array_index(self->limits.list, PowerProfile, i);

        if (is_asked_for(&request, profile))
            g_ptr_array_add(chosen, profile);
    }
    effects_answer(effects, ocpp_status_to_json(ocpp_get_profiles_status_names,
                                                chosen->len > 0 ? OCPP_GET_PROFILES_ACCEPTED
                                                                : OCPP_GET_PROFILES_NO_PROFILES,
                                                NULL));
    for (guint i = 0; i < chosen->len; i++) {
        const PowerProfile *profile = g_ptr_array_index(chosen, i);
        OcppReportChargingProfilesRequest part = {.request_id = request.request_id,
                                                  .source = OCPP_LIMIT_CSO,
                                                  .tbc = i + 1 < chosen->len,
                                                  .evse_id = profile->evse_id,
                                                  .profile = profile->profile};

        station_push(self, OCPP_ACTION_REPORT_CHARGING_PROFILES,
                     ocpp_report_charging_profiles_request_to_json(&part));
    }
}

#include "protocol/ocpp_charging_profile.h"

#include <string.h>

#include "protocol/ocpp_json.h"

const gchar *const ocpp_charging_rate_unit_names[] = {"W", "A", NULL};
const gchar *const ocpp_profile_purpose_names[] = {
    "ChargingStationExternalConstraints", "ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile", NULL};
const gchar *const ocpp_profile_kind_names[] = {"Absolute", "Recurring", "Relative", NULL};
const gchar *const ocpp_recurrency_names[] = {"", "Daily", "Weekly", NULL};
const gchar *const ocpp_limit_source_names[] = {"EMS", "Other", "SO", "CSO", NULL};
const gchar *const ocpp_get_profiles_status_names[] = {"Accepted", "NoProfiles", NULL};
const gchar *const ocpp_clear_profile_status_names[] = {"Accepted", "Unknown", NULL};

static gboolean period_from_json(JsonObject *json, OcppChargingPeriod *period, GError **error)
{
    memset(period, 0, sizeof *period);
    return ocpp_read_int32(json, "startPeriod", JSON_REQUIRED, G_MININT32, G_MAXINT32, &period->start_s,
                           error) &&
           ocpp_read_number(json, "limit", JSON_REQUIRED, &period->limit, error) &&
           ocpp_read_maybe_int32(json, "numberPhases", &period->has_number_phases, &period->number_phases,
                                 error) &&
           ocpp_read_maybe_int32(json, "phaseToUse", &period->has_phase_to_use, &period->phase_to_use, error);
}

static void write_periods(JsonObject *json, const OcppChargingSchedule *schedule)
{
    JsonArray *list = json_array_new();

    for (guint i = 0; i < MIN(schedule->n_periods, OCPP_MAX_CHARGING_PERIODS); i++) {
        const OcppChargingPeriod *period = &schedule->periods[i];
        JsonObject *child = json_object_new();

        json_object_set_int_member(child, "startPeriod", period->start_s);
        json_object_set_double_member(child, "limit", period->limit);
        if (period->has_number_phases)
            json_object_set_int_member(child, "numberPhases", period->number_phases);
        if (period->has_phase_to_use)
            json_object_set_int_member(child, "phaseToUse", period->phase_to_use);
        json_array_add_object_element(list, child);
    }
    json_object_set_array_member(json, "chargingSchedulePeriod", list);
}

/* All are checked, those that fit are kept. */
static gboolean read_periods(JsonObject *json, OcppChargingSchedule *schedule, GError **error)
{
    JsonArray *list = NULL;

    if (!ocpp_read_objects(json, "chargingSchedulePeriod", JSON_REQUIRED, 1024, &list, error))
        return FALSE;
    schedule->n_periods = json_array_get_length(list);
    for (guint i = 0; i < schedule->n_periods; i++) {
        OcppChargingPeriod period;

        if (!period_from_json(json_array_get_object_element(list, i), &period, error))
            return ocpp_json_within("chargingSchedulePeriod", error);
        if (i < OCPP_MAX_CHARGING_PERIODS)
            schedule->periods[i] = period;
    }
    return TRUE;
}

static JsonObject *schedule_to_json(const OcppChargingSchedule *schedule)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "id", schedule->id);
    if (schedule->start_ms != 0)
        json_write_time(json, "startSchedule", schedule->start_ms);
    if (schedule->has_duration)
        json_object_set_int_member(json, "duration", schedule->duration_s);
    json_object_set_string_member(json, "chargingRateUnit", ocpp_charging_rate_unit_names[schedule->unit]);
    if (schedule->has_min_rate)
        json_object_set_double_member(json, "minChargingRate", schedule->min_rate);
    write_periods(json, schedule);
    return json;
}

static gboolean schedule_from_json(JsonObject *json, OcppChargingSchedule *schedule, GError **error)
{
    JsonObject *tariff = NULL;

    return ocpp_read_int32(json, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &schedule->id, error) &&
           ocpp_read_time(json, "startSchedule", JSON_OPTIONAL, &schedule->start_ms, error) &&
           ocpp_read_maybe_int32(json, "duration", &schedule->has_duration, &schedule->duration_s, error) &&
           ocpp_read_enum(json, "chargingRateUnit", JSON_REQUIRED, ocpp_charging_rate_unit_names,
                          &schedule->unit, error) &&
           ocpp_read_maybe_number(json, "minChargingRate", &schedule->has_min_rate, &schedule->min_rate,
                                  error) &&
           ocpp_read_object(json, "salesTariff", JSON_OPTIONAL, &tariff, error) &&
           read_periods(json, schedule, error);
}

/* @name: of the member that @child was, for the error's text */
static gboolean profile_from_json(JsonObject *child, const gchar *name, OcppChargingProfile *value,
                                  GError **error)
{
    JsonArray *list = NULL;

    memset(value, 0, sizeof *value);
    value->present = TRUE;
    if (!ocpp_read_int32(child, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &value->id, error) ||
        !ocpp_read_int32(child, "stackLevel", JSON_REQUIRED, G_MININT32, G_MAXINT32, &value->stack_level,
                         error) ||
        !ocpp_read_enum(child, "chargingProfilePurpose", JSON_REQUIRED, ocpp_profile_purpose_names,
                        &value->purpose, error) ||
        !ocpp_read_enum(child, "chargingProfileKind", JSON_REQUIRED, ocpp_profile_kind_names, &value->kind,
                        error) ||
        !ocpp_read_enum(child, "recurrencyKind", JSON_OPTIONAL, ocpp_recurrency_names, &value->recurrency,
                        error) ||
        !ocpp_read_time(child, "validFrom", JSON_OPTIONAL, &value->valid_from_ms, error) ||
        !ocpp_read_time(child, "validTo", JSON_OPTIONAL, &value->valid_to_ms, error) ||
        !ocpp_read_identifier(child, "transactionId", JSON_OPTIONAL, 36, value->transaction_id, error) ||
        !ocpp_read_objects(child, "chargingSchedule", JSON_REQUIRED, OCPP_MAX_CHARGING_SCHEDULES, &list,
                           error))
        return ocpp_json_within(name, error);
    value->n_schedules = json_array_get_length(list);
    for (guint i = 0; i < value->n_schedules; i++)
        if (!schedule_from_json(json_array_get_object_element(list, i), &value->schedules[i], error))
            return ocpp_json_within("chargingSchedule", error) || ocpp_json_within(name, error);
    return TRUE;
}

gboolean ocpp_read_charging_profile(JsonObject *json, const gchar *name, JsonPresence presence,
                                    OcppChargingProfile *value, GError **error)
{
    JsonObject *child = NULL;

    memset(value, 0, sizeof *value);
    if (!ocpp_read_object(json, name, presence, &child, error))
        return FALSE;
    return child == NULL || profile_from_json(child, name, value, error);
}

static JsonObject *profile_to_json(const OcppChargingProfile *value)
{
    JsonObject *child = json_object_new();
    JsonArray *list = json_array_new();

    json_object_set_int_member(child, "id", value->id);
    json_object_set_int_member(child, "stackLevel", value->stack_level);
    json_object_set_string_member(child, "chargingProfilePurpose",
                                  ocpp_profile_purpose_names[value->purpose]);
    json_object_set_string_member(child, "chargingProfileKind", ocpp_profile_kind_names[value->kind]);
    json_write_text(child, "recurrencyKind", ocpp_recurrency_names[value->recurrency]);
    if (value->valid_from_ms != 0)
        json_write_time(child, "validFrom", value->valid_from_ms);
    if (value->valid_to_ms != 0)
        json_write_time(child, "validTo", value->valid_to_ms);
    json_write_text(child, "transactionId", value->transaction_id);
    for (guint i = 0; i < value->n_schedules; i++)
        json_array_add_object_element(list, schedule_to_json(&value->schedules[i]));
    json_object_set_array_member(child, "chargingSchedule", list);
    return child;
}

void ocpp_write_charging_profile(JsonObject *json, const gchar *name, const OcppChargingProfile *value)
{
    if (value->present)
        json_object_set_object_member(json, name, profile_to_json(value));
}

JsonObject *ocpp_set_charging_profile_request_to_json(const OcppSetChargingProfileRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "evseId", request->evse_id);
    ocpp_write_charging_profile(json, "chargingProfile", &request->profile);
    return json;
}

gboolean ocpp_set_charging_profile_request_from_json(JsonObject *json, OcppSetChargingProfileRequest *request,
                                                     GError **error)
{
    memset(request, 0, sizeof *request);
    return ocpp_read_int32(json, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &request->evse_id, error) &&
           ocpp_read_charging_profile(json, "chargingProfile", JSON_REQUIRED, &request->profile, error);
}

JsonObject *ocpp_clear_charging_profile_request_to_json(const OcppClearChargingProfileRequest *request)
{
    JsonObject *json = json_object_new(), *child;

    if (request->has_id)
        json_object_set_int_member(json, "chargingProfileId", request->id);
    if (!request->has_evse_id && !request->has_purpose && !request->has_stack_level)
        return json;
    child = json_object_new();
    if (request->has_evse_id)
        json_object_set_int_member(child, "evseId", request->evse_id);
    if (request->has_purpose)
        json_object_set_string_member(child, "chargingProfilePurpose",
                                      ocpp_profile_purpose_names[request->purpose]);
    if (request->has_stack_level)
        json_object_set_int_member(child, "stackLevel", request->stack_level);
    json_object_set_object_member(json, "chargingProfileCriteria", child);
    return json;
}

gboolean ocpp_clear_charging_profile_request_from_json(JsonObject *json,
                                                       OcppClearChargingProfileRequest *request,
                                                       GError **error)
{
    JsonObject *child = NULL;
    guint purpose = G_MAXUINT; /* no word: still there when the field is absent */

    memset(request, 0, sizeof *request);
    if (!ocpp_read_maybe_int32(json, "chargingProfileId", &request->has_id, &request->id, error) ||
        !ocpp_read_object(json, "chargingProfileCriteria", JSON_OPTIONAL, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    if (!ocpp_read_maybe_int32(child, "evseId", &request->has_evse_id, &request->evse_id, error) ||
        !ocpp_read_enum(child, "chargingProfilePurpose", JSON_OPTIONAL, ocpp_profile_purpose_names, &purpose,
                        error) ||
        !ocpp_read_maybe_int32(child, "stackLevel", &request->has_stack_level, &request->stack_level, error))
        return ocpp_json_within("chargingProfileCriteria", error);
    request->has_purpose = purpose != G_MAXUINT;
    request->purpose = request->has_purpose ? (OcppProfilePurpose)purpose : OCPP_PROFILE_EXTERNAL_CONSTRAINTS;
    return TRUE;
}

JsonObject *ocpp_get_composite_schedule_request_to_json(const OcppGetCompositeScheduleRequest *request)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "duration", request->duration_s);
    if (request->has_unit)
        json_object_set_string_member(json, "chargingRateUnit", ocpp_charging_rate_unit_names[request->unit]);
    json_object_set_int_member(json, "evseId", request->evse_id);
    return json;
}

gboolean ocpp_get_composite_schedule_request_from_json(JsonObject *json,
                                                       OcppGetCompositeScheduleRequest *request,
                                                       GError **error)
{
    guint unit = G_MAXUINT; /* no word: still there when the field is absent */

    memset(request, 0, sizeof *request);
    if (!ocpp_read_int32(json, "duration", JSON_REQUIRED, 0, G_MAXINT32, &request->duration_s, error) ||
        !ocpp_read_enum(json, "chargingRateUnit", JSON_OPTIONAL, ocpp_charging_rate_unit_names, &unit,
                        error) ||
        !ocpp_read_int32(json, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &request->evse_id, error))
        return FALSE;
    request->has_unit = unit != G_MAXUINT;
    request->unit = request->has_unit ? (OcppChargingRateUnit)unit : OCPP_RATE_UNIT_W;
    return TRUE;
}

JsonObject *ocpp_get_composite_schedule_response_to_json(const OcppGetCompositeScheduleResponse *response)
{
    JsonObject *json =
        ocpp_status_to_json(ocpp_generic_status_names, response->status, &response->status_info);
    JsonObject *child;

    if (response->schedule.n_periods == 0)
        return json;
    child = json_object_new();
    write_periods(child, &response->schedule);
    json_object_set_int_member(child, "evseId", response->evse_id);
    json_object_set_int_member(child, "duration", response->schedule.duration_s);
    json_write_time(child, "scheduleStart", response->schedule.start_ms);
    json_object_set_string_member(child, "chargingRateUnit",
                                  ocpp_charging_rate_unit_names[response->schedule.unit]);
    json_object_set_object_member(json, "schedule", child);
    return json;
}

gboolean ocpp_get_composite_schedule_response_from_json(JsonObject *json,
                                                        OcppGetCompositeScheduleResponse *response,
                                                        GError **error)
{
    OcppChargingSchedule *schedule = &response->schedule;
    JsonObject *child = NULL;

    memset(response, 0, sizeof *response);
    if (!ocpp_status_from_json(json, ocpp_generic_status_names, &response->status, &response->status_info,
                               error) ||
        !ocpp_read_object(json, "schedule", JSON_OPTIONAL, &child, error))
        return FALSE;
    if (child == NULL)
        return TRUE;
    schedule->has_duration = TRUE;
    if (!read_periods(child, schedule, error) ||
        !ocpp_read_int32(child, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &response->evse_id, error) ||
        !ocpp_read_int32(child, "duration", JSON_REQUIRED, 0, G_MAXINT32, &schedule->duration_s, error) ||
        !ocpp_read_time(child, "scheduleStart", JSON_REQUIRED, &schedule->start_ms, error) ||
        !ocpp_read_enum(child, "chargingRateUnit", JSON_REQUIRED, ocpp_charging_rate_unit_names,
                        &schedule->unit, error))
        return ocpp_json_within("schedule", error);
    return TRUE;
}

JsonObject *ocpp_get_charging_profiles_request_to_json(const OcppGetChargingProfilesRequest *request)
{
    JsonObject *json = json_object_new(), *child = json_object_new();

    json_object_set_int_member(json, "requestId", request->request_id);
    if (request->has_evse_id)
        json_object_set_int_member(json, "evseId", request->evse_id);
    if (request->has_purpose)
        json_object_set_string_member(child, "chargingProfilePurpose",
                                      ocpp_profile_purpose_names[request->purpose]);
    if (request->has_stack_level)
        json_object_set_int_member(child, "stackLevel", request->stack_level);
    ocpp_write_int32s(child, "chargingProfileId", request->ids, request->n_ids);
    ocpp_write_enums(child, "chargingLimitSource", ocpp_limit_source_names, request->sources);
    json_object_set_object_member(json, "chargingProfile", child);
    return json;
}

gboolean ocpp_get_charging_profiles_request_from_json(JsonObject *json,
                                                      OcppGetChargingProfilesRequest *request, GError **error)
{
    JsonObject *child = NULL;
    guint purpose = G_MAXUINT; /* no word: still there when the field is absent */

    memset(request, 0, sizeof *request);
    if (!ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                         error) ||
        !ocpp_read_maybe_int32(json, "evseId", &request->has_evse_id, &request->evse_id, error) ||
        !ocpp_read_object(json, "chargingProfile", JSON_REQUIRED, &child, error))
        return FALSE;
    if (!ocpp_read_enum(child, "chargingProfilePurpose", JSON_OPTIONAL, ocpp_profile_purpose_names, &purpose,
                        error) ||
        !ocpp_read_maybe_int32(child, "stackLevel", &request->has_stack_level, &request->stack_level,
                               error) ||
        !ocpp_read_int32s(child, "chargingProfileId", JSON_OPTIONAL, OCPP_MAX_PROFILE_IDS, request->ids,
                          &request->n_ids, error) ||
        !ocpp_read_enums(child, "chargingLimitSource", JSON_OPTIONAL, ocpp_limit_source_names,
                         &request->sources, error))
        return ocpp_json_within("chargingProfile", error);
    request->has_purpose = purpose != G_MAXUINT;
    request->purpose = request->has_purpose ? (OcppProfilePurpose)purpose : OCPP_PROFILE_EXTERNAL_CONSTRAINTS;
    return TRUE;
}

JsonObject *ocpp_report_charging_profiles_request_to_json(const OcppReportChargingProfilesRequest *request)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    json_array_add_object_element(list, profile_to_json(&request->profile));
    json_object_set_int_member(json, "requestId", request->request_id);
    json_object_set_string_member(json, "chargingLimitSource", ocpp_limit_source_names[request->source]);
    json_object_set_array_member(json, "chargingProfile", list);
    if (request->tbc) /* false is the default */
        json_object_set_boolean_member(json, "tbc", TRUE);
    json_object_set_int_member(json, "evseId", request->evse_id);
    return json;
}

gboolean ocpp_report_charging_profiles_request_from_json(JsonObject *json,
                                                         OcppReportChargingProfilesRequest *request,
                                                         GError **error)
{
    JsonArray *list = NULL;

    memset(request, 0, sizeof *request);
    if (!ocpp_read_int32(json, "requestId", JSON_REQUIRED, G_MININT32, G_MAXINT32, &request->request_id,
                         error) ||
        !ocpp_read_enum(json, "chargingLimitSource", JSON_REQUIRED, ocpp_limit_source_names, &request->source,
                        error) ||
        !ocpp_read_objects(json, "chargingProfile", JSON_REQUIRED, G_MAXUINT, &list, error) ||
        !ocpp_read_boolean(json, "tbc", JSON_OPTIONAL, &request->tbc, error) ||
        !ocpp_read_int32(json, "evseId", JSON_REQUIRED, 0, G_MAXINT32, &request->evse_id, error))
        return FALSE;
    for (guint i = json_array_get_length(list); i > 0; i--) /* the first is read last, and stays */
        if (!profile_from_json(json_array_get_object_element(list, i - 1), "chargingProfile",
                               &request->profile, error))
            return FALSE;
    return TRUE;
}

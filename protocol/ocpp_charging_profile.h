/* OCPP charging profile: a limit over time for what an EVSE may draw: SetChargingProfile,
 * ClearChargingProfile, GetCompositeSchedule, GetChargingProfiles, ReportChargingProfiles (OCPP 2.0.1 part 2,
 * block K).
 */
#pragma once

#include "protocol/ocpp_common.h"

/* Kept of a schedule; SmartChargingCtrlr.PeriodsPerSchedule is smaller. */
#define OCPP_MAX_CHARGING_PERIODS 32
#define OCPP_MAX_CHARGING_SCHEDULES 3

typedef enum { OCPP_RATE_UNIT_W, OCPP_RATE_UNIT_A } OcppChargingRateUnit;
extern const gchar *const ocpp_charging_rate_unit_names[];

/* ChargingSchedulePeriodType */
typedef struct {
    gint32 start_s; /* since the schedule's start; rising, the first is 0 */
    gdouble limit;  /* W or A, one decimal */
    gboolean has_number_phases, has_phase_to_use;
    gint32 number_phases, phase_to_use;
} OcppChargingPeriod;

/* ChargingScheduleType; salesTariff is dropped. */
typedef struct {
    gint32 id;
    gint64 start_ms; /* Unix ms; 0: not given */
    gboolean has_duration;
    gint32 duration_s;
    OcppChargingRateUnit unit;
    gboolean has_min_rate;
    gdouble min_rate;
    OcppChargingPeriod periods[OCPP_MAX_CHARGING_PERIODS];
    guint n_periods; /* may say more than are kept: a profile to reject, not a broken message */
} OcppChargingSchedule;

typedef enum {
    OCPP_PROFILE_EXTERNAL_CONSTRAINTS,
    OCPP_PROFILE_STATION_MAX,
    OCPP_PROFILE_TX_DEFAULT,
    OCPP_PROFILE_TX,
} OcppProfilePurpose;
extern const gchar *const ocpp_profile_purpose_names[];

typedef enum { OCPP_PROFILE_ABSOLUTE, OCPP_PROFILE_RECURRING, OCPP_PROFILE_RELATIVE } OcppProfileKind;
extern const gchar *const ocpp_profile_kind_names[];

typedef enum {
    OCPP_RECURRENCY_NONE,
    OCPP_RECURRENCY_DAILY,
    OCPP_RECURRENCY_WEEKLY
} OcppRecurrency; /* NONE: not given */
extern const gchar *const ocpp_recurrency_names[];

/* ChargingProfileType */
typedef struct {
    gboolean present;
    gint32 id, stack_level;
    OcppProfilePurpose purpose;
    OcppProfileKind kind;
    OcppRecurrency recurrency;
    gint64 valid_from_ms, valid_to_ms; /* Unix ms; 0: not given */
    gchar transaction_id[OCPP_TRANSACTION_ID_BYTES];
    OcppChargingSchedule schedules[OCPP_MAX_CHARGING_SCHEDULES];
    guint n_schedules; /* 1 or more */
} OcppChargingProfile;

/* SetChargingProfile; the answer is a status of ocpp_generic_status_names. */
typedef struct {
    gint32 evse_id; /* 0: the whole station */
    OcppChargingProfile profile;
} OcppSetChargingProfileRequest;

/* Answers of ClearChargingProfile are a status of ocpp_clear_profile_status_names. */
typedef enum { OCPP_CLEAR_PROFILE_ACCEPTED, OCPP_CLEAR_PROFILE_UNKNOWN } OcppClearProfileStatus;
extern const gchar *const ocpp_clear_profile_status_names[];

/* What to clear; a field without its flag is no criterion. */
typedef struct {
    gboolean has_id, has_evse_id, has_purpose, has_stack_level;
    gint32 id, evse_id, stack_level;
    OcppProfilePurpose purpose;
} OcppClearChargingProfileRequest;

typedef struct {
    gint32 duration_s;
    gboolean has_unit;
    OcppChargingRateUnit unit;
    gint32 evse_id; /* 0: the whole station */
} OcppGetCompositeScheduleRequest;

typedef struct {
    OcppGenericStatus status;
    OcppStatusInfo status_info;    /* optional */
    gint32 evse_id;                /* of the schedule */
    OcppChargingSchedule schedule; /* there when Accepted; @id and @min_rate are not told */
} OcppGetCompositeScheduleResponse;

#define OCPP_MAX_PROFILE_IDS 64

/* ChargingLimitSourceEnumType */
typedef enum { OCPP_LIMIT_EMS, OCPP_LIMIT_OTHER, OCPP_LIMIT_SO, OCPP_LIMIT_CSO } OcppLimitSource;
extern const gchar *const ocpp_limit_source_names[];

/* The answer is a status of ocpp_get_profiles_status_names. */
typedef struct {
    gint32 request_id;
    gboolean has_evse_id, has_purpose, has_stack_level;
    gint32 evse_id, stack_level;
    OcppProfilePurpose purpose;
    gint32 ids[OCPP_MAX_PROFILE_IDS];
    guint n_ids;   /* 0: any */
    guint sources; /* bits 1 << OcppLimitSource; 0: any */
} OcppGetChargingProfilesRequest;

typedef enum { OCPP_GET_PROFILES_ACCEPTED, OCPP_GET_PROFILES_NO_PROFILES } OcppGetProfilesStatus;
extern const gchar *const ocpp_get_profiles_status_names[];

/* One profile a message: @tbc tells whether another follows. */
typedef struct {
    gint32 request_id;
    OcppLimitSource source;
    gboolean tbc;
    gint32 evse_id;
    OcppChargingProfile profile; /* the first; more are checked and dropped */
} OcppReportChargingProfilesRequest;
/* The response is {}. */

/* As a member of a message: all zero when absent and optional. */
gboolean ocpp_read_charging_profile(JsonObject *json, const gchar *name, JsonPresence presence,
                                    OcppChargingProfile *value, GError **error);
void ocpp_write_charging_profile(JsonObject *json, const gchar *name, const OcppChargingProfile *value);

JsonObject *ocpp_set_charging_profile_request_to_json(const OcppSetChargingProfileRequest *request);
gboolean ocpp_set_charging_profile_request_from_json(JsonObject *json, OcppSetChargingProfileRequest *request,
                                                     GError **error);
JsonObject *ocpp_clear_charging_profile_request_to_json(const OcppClearChargingProfileRequest *request);
gboolean ocpp_clear_charging_profile_request_from_json(JsonObject *json,
                                                       OcppClearChargingProfileRequest *request,
                                                       GError **error);
JsonObject *ocpp_get_charging_profiles_request_to_json(const OcppGetChargingProfilesRequest *request);
gboolean ocpp_get_charging_profiles_request_from_json(JsonObject *json,
                                                      OcppGetChargingProfilesRequest *request,
                                                      GError **error);
JsonObject *ocpp_report_charging_profiles_request_to_json(const OcppReportChargingProfilesRequest *request);
gboolean ocpp_report_charging_profiles_request_from_json(JsonObject *json,
                                                         OcppReportChargingProfilesRequest *request,
                                                         GError **error);
JsonObject *ocpp_get_composite_schedule_request_to_json(const OcppGetCompositeScheduleRequest *request);
gboolean ocpp_get_composite_schedule_request_from_json(JsonObject *json,
                                                       OcppGetCompositeScheduleRequest *request,
                                                       GError **error);
JsonObject *ocpp_get_composite_schedule_response_to_json(const OcppGetCompositeScheduleResponse *response);
gboolean ocpp_get_composite_schedule_response_from_json(JsonObject *json,
                                                        OcppGetCompositeScheduleResponse *response,
                                                        GError **error);

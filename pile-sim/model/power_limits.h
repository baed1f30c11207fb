/* Power limits: the charging profiles that the CSMS has set, and what they allow at a time (OCPP 2.0.1 part
 * 2, block K). Watts only: the pile gives direct current. A value with an owned list.
 */
#pragma once

#include "protocol/ocpp_charging_profile.h"

#define POWER_LIMITS_MAX 16
#define POWER_LIMITS_MAX_STACK_LEVEL 9 /* SmartChargingCtrlr.ProfileStackLevel */
#define POWER_LIMITS_MAX_PERIODS 24    /* SmartChargingCtrlr.PeriodsPerSchedule */
#define POWER_LIMITS_NONE (-1)

typedef struct {
    gint32 evse_id;    /* 0: the whole station */
    gboolean for_next; /* came with a remote start: of the transaction that is about to begin there */
    OcppChargingProfile profile;
} PowerProfile;

typedef struct {
    GArray *list; /* (element-type PowerProfile) */
} PowerLimits;

/* Whose limit is asked for. */
typedef struct {
    gint32 evse_id;
    const gchar *transaction_id; /* "": none runs */
    gint64 begin_ms;             /* Unix ms: what Relative schedules count from */
} PowerUser;

void power_limits_init(PowerLimits *self);
void power_limits_clear(PowerLimits *self);

/* K01: is this a profile that the station can follow? Returns: NULL, or a reason code of at most 20
 * characters. Whether EVSE and transaction exist is the caller's to know. */
const gchar *power_limits_objection(const PowerLimits *self, gint32 evse_id,
                                    const OcppChargingProfile *profile);
/* Replaces the one of the same id (K01.FR.05). Returns: FALSE when there is no room */
gboolean power_limits_put(PowerLimits *self, gint32 evse_id, const OcppChargingProfile *profile,
                          gboolean for_next);
/* ClearChargingProfile (K10). Returns: how many were */
guint power_limits_remove(PowerLimits *self, const OcppClearChargingProfileRequest *which);

/* What is to become of the profiles of a transaction. */
typedef enum { POWER_LIMITS_KEEP, POWER_LIMITS_DROP } PowerVerdict;
typedef PowerVerdict (*PowerJudge)(PowerProfile *profile, gpointer data);
/* Asks @judge about every TxProfile. Returns: TRUE when one was dropped */
gboolean power_limits_review(PowerLimits *self, PowerJudge judge, gpointer data);

/* W at @unix_ms, %POWER_LIMITS_NONE without a limit. */
gint64 power_limits_of_user(const PowerLimits *self, const PowerUser *user, gint64 unix_ms);
gint64 power_limits_of_station(const PowerLimits *self, gint64 unix_ms);
/* The first time after @unix_ms at which one of the two may change; G_MAXINT64: never. */
gint64 power_limits_next_ms(const PowerLimits *self, const PowerUser *user, gint64 unix_ms);

/* (transfer full) */
JsonObject *power_limits_to_json(const PowerLimits *self);
gboolean power_limits_from_json(PowerLimits *self, JsonObject *json, GError **error);

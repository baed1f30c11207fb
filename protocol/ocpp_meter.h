/* OCPP meter: MeterValueType[] <-> a flat list of samples in integer base units.
 * On the wire a value is a decimal with a unit and a power of ten; inside, energy is Wh, power W, state of
 * charge percent, each a 64-bit integer, so that money is never computed from a double.
 */
#pragma once

#include "protocol/ocpp_error.h"

#include <json-glib/json-glib.h>

/* MeasurandEnumType: those that we use by name; the rest are checked and kept as OTHER. */
typedef enum {
    OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER, /* the default of the schema */
    OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_INTERVAL,
    OCPP_MEASURAND_ENERGY_ACTIVE_EXPORT_REGISTER,
    OCPP_MEASURAND_POWER_ACTIVE_IMPORT,
    OCPP_MEASURAND_POWER_OFFERED,
    OCPP_MEASURAND_SOC,
    OCPP_MEASURAND_OTHER, /* decoded only */
} OcppMeasurand;
extern const gchar *const ocpp_measurand_names[]; /* up to OCPP_MEASURAND_SOC, then those read as OTHER */

typedef enum {
    OCPP_CONTEXT_INTERRUPTION_BEGIN,
    OCPP_CONTEXT_INTERRUPTION_END,
    OCPP_CONTEXT_OTHER,
    OCPP_CONTEXT_SAMPLE_CLOCK,
    OCPP_CONTEXT_SAMPLE_PERIODIC, /* the default */
    OCPP_CONTEXT_TRANSACTION_BEGIN,
    OCPP_CONTEXT_TRANSACTION_END,
    OCPP_CONTEXT_TRIGGER,
} OcppReadingContext;
extern const gchar *const ocpp_reading_context_names[];

typedef enum {
    OCPP_LOCATION_BODY,
    OCPP_LOCATION_CABLE,
    OCPP_LOCATION_EV,
    OCPP_LOCATION_INLET,
    OCPP_LOCATION_OUTLET, /* the default */
} OcppLocation;
extern const gchar *const ocpp_location_names[];

typedef enum {
    OCPP_UNIT_WH,
    OCPP_UNIT_W,
    OCPP_UNIT_PERCENT,
    OCPP_UNIT_OTHER, /* volts, amperes ...: decoded only, @value rounded to the whole unit */
} OcppUnit;

typedef struct {
    gint64 timestamp_ms; /* Unix ms */
    OcppMeasurand measurand;
    OcppReadingContext context;
    OcppLocation location;
    gboolean one_phase; /* a value of one phase or phase pair, not of the whole connection; decoded only */
    OcppUnit unit;
    gint64 value; /* kWh and kW and multipliers resolved, rounded half away from zero */
} OcppSample;

/* Returns: (transfer full): samples with equal neighbouring timestamps share one MeterValueType. @n 1 or
 * more. */
JsonArray *ocpp_samples_to_json(const OcppSample *samples, gsize n);

/**
 * ocpp_samples_from_json:
 * @samples: (element-type OcppSample): appended to
 *
 * signedMeterValue is checked and dropped.
 */
gboolean ocpp_samples_from_json(JsonArray *meter_values, GArray *samples, GError **error);

/* Returns: (nullable): borrowed; the latest whole-connection sample of @measurand */
const OcppSample *ocpp_samples_latest(const OcppSample *samples, gsize n, OcppMeasurand measurand);

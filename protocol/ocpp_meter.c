#include "protocol/ocpp_meter.h"

#include <math.h>
#include <string.h>

#include "protocol/ocpp_common.h"
#include "protocol/ocpp_json.h"

#define MAX_VALUE 9e15 /* doubles count whole units exactly up to here */
#define MAX_MULTIPLIER 20

const gchar *const ocpp_measurand_names[] = {
    "Energy.Active.Import.Register", "Energy.Active.Import.Interval", "Energy.Active.Export.Register",
    "Power.Active.Import", "Power.Offered", "SoC",
    /* OCPP_MEASURAND_OTHER from here */
    "Current.Export", "Current.Import", "Current.Offered", "Energy.Reactive.Export.Register",
    "Energy.Reactive.Import.Register", "Energy.Active.Export.Interval", "Energy.Active.Net",
    "Energy.Reactive.Export.Interval", "Energy.Reactive.Import.Interval", "Energy.Reactive.Net",
    "Energy.Apparent.Net", "Energy.Apparent.Import", "Energy.Apparent.Export", "Frequency",
    "Power.Active.Export", "Power.Factor", "Power.Reactive.Export", "Power.Reactive.Import", "Voltage", NULL};
const gchar *const ocpp_reading_context_names[] = {
    "Interruption.Begin", "Interruption.End", "Other", "Sample.Clock", "Sample.Periodic", "Transaction.Begin",
    "Transaction.End",    "Trigger",          NULL};
const gchar *const ocpp_location_names[] = {"Body", "Cable", "EV", "Inlet", "Outlet", NULL};
static const gchar *const phase_names[] = {"L1",   "L2",    "L3",    "N",     "L1-N", "L2-N",
                                           "L3-N", "L1-L2", "L2-L3", "L3-L1", NULL};
static const gchar *const unit_names[] = {
    [OCPP_UNIT_WH] = "Wh", [OCPP_UNIT_W] = "W", [OCPP_UNIT_PERCENT] = "Percent"};

/* The unit in which a measurand is kept; a value in any other unit is OCPP_UNIT_OTHER. */
static OcppUnit natural_unit(OcppMeasurand measurand)
{
    switch (measurand) {
    case OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER:
    case OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_INTERVAL:
    case OCPP_MEASURAND_ENERGY_ACTIVE_EXPORT_REGISTER:
        return OCPP_UNIT_WH;
    case OCPP_MEASURAND_POWER_ACTIVE_IMPORT:
    case OCPP_MEASURAND_POWER_OFFERED:
        return OCPP_UNIT_W;
    case OCPP_MEASURAND_SOC:
        return OCPP_UNIT_PERCENT;
    case OCPP_MEASURAND_OTHER:
        break;
    }
    return OCPP_UNIT_OTHER;
}

static JsonObject *sample_to_json(const OcppSample *sample)
{
    JsonObject *json = json_object_new(), *unit = json_object_new();

    json_object_set_int_member(json, "value", sample->value);
    json_object_set_string_member(json, "context", ocpp_reading_context_names[sample->context]);
    json_object_set_string_member(json, "measurand", ocpp_measurand_names[sample->measurand]);
    if (sample->location != OCPP_LOCATION_OUTLET)
        json_object_set_string_member(json, "location", ocpp_location_names[sample->location]);
    json_object_set_string_member(unit, "unit", unit_names[natural_unit(sample->measurand)]);
    json_object_set_object_member(json, "unitOfMeasure", unit);
    return json;
}

JsonArray *ocpp_samples_to_json(const OcppSample *samples, gsize n)
{
    JsonArray *meter_values = json_array_new(), *sampled = NULL;

    for (gsize i = 0; i < n; i++) {
        g_return_val_if_fail(samples[i].measurand != OCPP_MEASURAND_OTHER, meter_values);
        if (i == 0 || samples[i].timestamp_ms != samples[i - 1].timestamp_ms) {
            JsonObject *meter_value = json_object_new();
            sampled = json_array_new();
            json_write_time(meter_value, "timestamp", samples[i].timestamp_ms);
            json_object_set_array_member(meter_value, "sampledValue", sampled);
            json_array_add_object_element(meter_values, meter_value);
        }
        json_array_add_object_element(sampled, sample_to_json(&samples[i]));
    }
    return meter_values;
}

static gboolean check_signed_value(JsonObject *json, GError **error)
{
    static const struct {
        const gchar *name;
        gsize max_chars;
    } fields[] = {
        {"signedMeterData", 2500}, {"signingMethod", 50}, {"encodingMethod", 50}, {"publicKey", 2500}};
    JsonObject *child = NULL;
    const gchar *text;

    if (!ocpp_read_object(json, "signedMeterValue", JSON_OPTIONAL, &child, error))
        return FALSE;
    for (gsize i = 0; child != NULL && i < G_N_ELEMENTS(fields); i++)
        if (!ocpp_read_long_text(child, fields[i].name, JSON_REQUIRED, fields[i].max_chars, &text, error))
            return ocpp_json_within("signedMeterValue", error);
    return TRUE;
}

/* Sets sample->unit and sample->value from @number and unitOfMeasure. */
static gboolean read_unit(JsonObject *json, gdouble number, OcppSample *sample, GError **error)
{
    static const struct {
        const gchar *name;
        OcppUnit unit;
        gdouble factor;
    } units[] = {{"Wh", OCPP_UNIT_WH, 1},
                 {"kWh", OCPP_UNIT_WH, 1000},
                 {"W", OCPP_UNIT_W, 1},
                 {"kW", OCPP_UNIT_W, 1000},
                 {"Percent", OCPP_UNIT_PERCENT, 1}};
    JsonObject *child = NULL;
    gchar name[OCPP_TEXT_BYTES(20)] = "";
    gint32 multiplier = 0;

    /* The schema's default "Wh" is meant for energy; no unit at all is the measurand's own. */
    sample->unit = natural_unit(sample->measurand);
    if (!ocpp_read_object(json, "unitOfMeasure", JSON_OPTIONAL, &child, error))
        return FALSE;
    if (child != NULL && (!ocpp_read_text(child, "unit", JSON_OPTIONAL, 20, name, error) ||
                          !ocpp_read_int32(child, "multiplier", JSON_OPTIONAL, -MAX_MULTIPLIER,
                                           MAX_MULTIPLIER, &multiplier, error)))
        return ocpp_json_within("unitOfMeasure", error);
    number *= pow(10, multiplier);
    if (name[0] != '\0')
        sample->unit = OCPP_UNIT_OTHER;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_str_equal(units[i].name, name) && units[i].unit == natural_unit(sample->measurand)) {
            sample->unit = units[i].unit;
            number *= units[i].factor;
        }
    }
    if (!(fabs(number) <= MAX_VALUE)) {
        g_set_error_literal(error, OCPP_ERROR, OCPP_ERROR_PROPERTY_CONSTRAINT, "value: out of range");
        return FALSE;
    }
    sample->value = llround(number);
    return TRUE;
}

static gboolean sample_from_json(JsonObject *json, OcppSample *sample, GError **error)
{
    gdouble number = 0;
    guint measurand = OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER, phase = G_MAXUINT;

    sample->context = OCPP_CONTEXT_SAMPLE_PERIODIC;
    sample->location = OCPP_LOCATION_OUTLET;
    if (!ocpp_read_number(json, "value", JSON_REQUIRED, &number, error) ||
        !ocpp_read_enum(json, "context", JSON_OPTIONAL, ocpp_reading_context_names, &sample->context,
                        error) ||
        !ocpp_read_enum(json, "measurand", JSON_OPTIONAL, ocpp_measurand_names, &measurand, error) ||
        !ocpp_read_enum(json, "phase", JSON_OPTIONAL, phase_names, &phase, error) ||
        !ocpp_read_enum(json, "location", JSON_OPTIONAL, ocpp_location_names, &sample->location, error) ||
        !check_signed_value(json, error))
        return FALSE;
    sample->measurand = (OcppMeasurand)MIN(measurand, OCPP_MEASURAND_OTHER);
    sample->one_phase = phase != G_MAXUINT;
    return read_unit(json, number, sample, error);
}

gboolean ocpp_samples_from_json(JsonArray *meter_values, GArray *samples, GError **error)
{
    for (guint i = 0; i < json_array_get_length(meter_values); i++) {
        JsonObject *meter_value = json_array_get_object_element(meter_values, i);
        JsonArray *sampled = NULL;
        OcppSample sample = {0};

        if (!ocpp_read_time(meter_value, "timestamp", JSON_REQUIRED, &sample.timestamp_ms, error) ||
            !ocpp_read_objects(meter_value, "sampledValue", JSON_REQUIRED, G_MAXUINT, &sampled, error))
            return FALSE;
        for (guint j = 0; j < json_array_get_length(sampled); j++) {
            if (!sample_from_json(json_array_get_object_element(sampled, j), &sample, error))
                return ocpp_json_within("sampledValue", error);
            g_array_append_val(samples, sample);
        }
    }
    return TRUE;
}

const OcppSample *ocpp_samples_latest(const OcppSample *samples, gsize n, OcppMeasurand measurand)
{
    const OcppSample *latest = NULL;

    for (gsize i = 0; i < n; i++)
        if (samples[i].measurand == measurand && samples[i].unit == natural_unit(measurand) &&
            !samples[i].one_phase && (latest == NULL || samples[i].timestamp_ms >= latest->timestamp_ms))
            latest = &samples[i];
    return latest;
}

#include "protocol/api_scan.h"

#include <math.h>
#include <string.h>

#include "base/plain_text.h"
#include "protocol/json_write.h"

const gchar *const trust_names[] = {"refused", "registered", "signed", "dynamic", NULL};
const gchar *const bay_names[] = {"unknown", "free", "occupied", "occupied_not_plugged", NULL};

#define TEXT(object, name, presence, field)                                                                  \
    json_read_text(object, name, presence, field, sizeof(field), error)

void api_position_write(JsonObject *object, const gchar *name, const ApiPosition *position)
{
    JsonObject *degrees;

    if (!position->known)
        return;
    degrees = json_object_new();
    json_object_set_double_member(degrees, "latitude", position->latitude_deg);
    json_object_set_double_member(degrees, "longitude", position->longitude_deg);
    json_object_set_object_member(object, name, degrees);
}

gboolean api_position_read(JsonObject *object, const gchar *name, JsonPresence presence,
                           ApiPosition *position, GError **error)
{
    JsonObject *degrees = NULL;

    if (!json_read_object(object, name, presence, &degrees, error))
        return FALSE;
    position->known = degrees != NULL;
    return degrees == NULL ||
           (json_read_number(degrees, "latitude", JSON_REQUIRED, -90, 90, &position->latitude_deg, error) &&
            json_read_number(degrees, "longitude", JSON_REQUIRED, -180, 180, &position->longitude_deg,
                             error));
}

ApiPosition api_position_rounded(gdouble latitude_deg, gdouble longitude_deg)
{
    return (ApiPosition){TRUE, round(latitude_deg * 1e4) / 1e4, round(longitude_deg * 1e4) / 1e4};
}

void offer_ref_write(JsonObject *object, const OfferRef *offer)
{
    JsonObject *ref;

    if (offer->offer_id[0] == '\0')
        return;
    ref = json_object_new();
    json_object_set_string_member(ref, "offer_id", offer->offer_id);
    json_object_set_string_member(ref, "text", offer->text);
    json_object_set_object_member(object, "offer", ref);
}

gboolean offer_text_read(JsonObject *object, gchar *text, GError **error)
{
    const gchar *raw = NULL;
    g_autofree gchar *neutral = NULL;

    if (!json_read_string(object, "text", JSON_REQUIRED, 4 * API_OFFER_TEXT_BYTES, &raw, error))
        return FALSE;
    neutral = plain_text_neutral(raw, API_OFFER_TEXT_CHARS, API_OFFER_TEXT_BYTES - 1);
    g_strlcpy(text, neutral, API_OFFER_TEXT_BYTES);
    return TRUE;
}

gboolean offer_ref_read(JsonObject *object, OfferRef *offer, GError **error)
{
    JsonObject *ref = NULL;

    if (!json_read_object(object, "offer", JSON_OPTIONAL, &ref, error))
        return FALSE;
    return ref == NULL || (TEXT(ref, "offer_id", JSON_REQUIRED, offer->offer_id) &&
                           offer_text_read(ref, offer->text, error));
}

JsonNode *scan_request_to_json(const ScanRequest *request)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "qr_evse_id", request->qr_evse_id);
    json_write_text(object, "qr_token", request->qr_token);
    api_position_write(object, "position", &request->position);
    return json_write_node(object);
}

/* As printed on a pile: protocol/README.md, section 1. */
static gboolean is_token(const gchar *token, GError **error)
{
    for (; *token != '\0'; token++) {
        if (g_ascii_isalnum(*token))
            continue;
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "qr_token: letters and digits are expected");
        return FALSE;
    }
    return TRUE;
}

gboolean scan_request_from_json(JsonObject *object, ScanRequest *request, GError **error)
{
    memset(request, 0, sizeof *request);
    return TEXT(object, "qr_evse_id", JSON_REQUIRED, request->qr_evse_id) &&
           TEXT(object, "qr_token", JSON_OPTIONAL, request->qr_token) && is_token(request->qr_token, error) &&
           api_position_read(object, "position", JSON_OPTIONAL, &request->position, error);
}

/* OCPI GeoLocation writes degrees as text with 6 decimals. */
static void write_coordinates(JsonObject *location, const ApiPosition *position)
{
    JsonObject *coordinates = json_object_new();
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];

    json_object_set_string_member(coordinates, "latitude",
                                  g_ascii_formatd(text, sizeof text, "%.6f", position->latitude_deg));
    json_object_set_string_member(coordinates, "longitude",
                                  g_ascii_formatd(text, sizeof text, "%.6f", position->longitude_deg));
    json_object_set_object_member(location, "coordinates", coordinates);
}

static gboolean read_degrees(JsonObject *object, const gchar *name, gdouble limit, gdouble *value,
                             GError **error)
{
    const gchar *text = NULL;
    gchar *end = NULL;

    if (!json_read_string(object, name, JSON_REQUIRED, 16, &text, error))
        return FALSE;
    *value = g_ascii_strtod(text, &end);
    if (text[strspn(text, "0123456789-.")] != '\0' || end == text || *end != '\0' ||
        !(*value >= -limit && *value <= limit)) {
        g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s: degrees are expected", name);
        return FALSE;
    }
    return TRUE;
}

JsonObject *api_location_to_json(const gchar *id, const gchar *name, const gchar *operator_name,
                                 const ApiPosition *position)
{
    JsonObject *location = json_object_new(), *operator_object = json_object_new();

    json_object_set_string_member(location, "id", id);
    json_object_set_string_member(location, "name", name);
    json_object_set_string_member(operator_object, "name", operator_name);
    json_object_set_object_member(location, "operator", operator_object);
    if (position->known)
        write_coordinates(location, position);
    return location;
}

gboolean api_location_from_json(JsonObject *location, gchar id[37], gchar name[API_NAME_BYTES],
                                gchar operator_name[API_NAME_BYTES], ApiPosition *position, GError **error)
{
    JsonObject *operator_object = NULL, *coordinates = NULL;

    if (!json_read_text(location, "id", JSON_REQUIRED, id, 37, error) ||
        !json_read_text(location, "name", JSON_REQUIRED, name, API_NAME_BYTES, error) ||
        !json_read_object(location, "operator", JSON_REQUIRED, &operator_object, error) ||
        !json_read_text(operator_object, "name", JSON_REQUIRED, operator_name, API_NAME_BYTES, error) ||
        !json_read_object(location, "coordinates", JSON_OPTIONAL, &coordinates, error))
        return FALSE;
    if (coordinates == NULL)
        return TRUE;
    position->known = TRUE;
    return read_degrees(coordinates, "latitude", 90, &position->latitude_deg, error) &&
           read_degrees(coordinates, "longitude", 180, &position->longitude_deg, error);
}

JsonArray *api_connectors_to_json(const ApiConnector *connectors, guint n)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < n; i++) {
        const ApiConnector *from = &connectors[i];
        JsonObject *connector = json_object_new();
        json_object_set_string_member(connector, "id", from->id);
        json_object_set_string_member(connector, "standard", from->standard);
        json_object_set_string_member(connector, "format", from->format);
        json_object_set_string_member(connector, "power_type", from->power_type);
        if (from->max_power_w > 0)
            json_object_set_int_member(connector, "max_electric_power", from->max_power_w);
        json_array_add_object_element(array, connector);
    }
    return array;
}

gboolean api_connectors_from_json(JsonObject *evse, ApiConnector connectors[API_MAX_CONNECTORS], guint *n,
                                  GError **error)
{
    JsonArray *array = NULL;

    if (!json_read_array(evse, "connectors", JSON_REQUIRED, API_MAX_CONNECTORS, TRUE, &array, error))
        return FALSE;
    *n = json_array_get_length(array);
    for (guint i = 0; i < *n; i++) {
        JsonObject *from = json_array_get_object_element(array, i);
        ApiConnector *to = &connectors[i];
        if (!TEXT(from, "id", JSON_REQUIRED, to->id) ||
            !TEXT(from, "standard", JSON_REQUIRED, to->standard) ||
            !TEXT(from, "format", JSON_REQUIRED, to->format) ||
            !TEXT(from, "power_type", JSON_REQUIRED, to->power_type) ||
            !json_read_int(from, "max_electric_power", JSON_OPTIONAL, 0, 10000000, &to->max_power_w, error))
            return FALSE;
    }
    return TRUE;
}

static JsonObject *evse_to_json(const ScanAnswer *answer)
{
    JsonObject *evse = json_object_new();

    json_object_set_string_member(evse, "uid", answer->evse_uid);
    json_object_set_string_member(evse, "evse_id", answer->evse_id);
    json_object_set_string_member(evse, "status", answer->evse_status);
    json_object_set_array_member(evse, "connectors",
                                 api_connectors_to_json(answer->connectors, answer->n_connectors));
    return evse;
}

static gboolean evse_from_json(JsonObject *evse, ScanAnswer *answer, GError **error)
{
    return TEXT(evse, "uid", JSON_REQUIRED, answer->evse_uid) &&
           TEXT(evse, "status", JSON_REQUIRED, answer->evse_status) &&
           api_connectors_from_json(evse, answer->connectors, &answer->n_connectors, error);
}

JsonNode *scan_answer_to_json(const ScanAnswer *answer)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "scan_ref", answer->scan_ref);
    json_write_time(object, "expires_at", answer->expires_ms);
    json_object_set_string_member(object, "evse_key", answer->evse_key);
    json_object_set_string_member(object, "evse_id", answer->evse_id);
    json_object_set_object_member(object, "location",
                                  api_location_to_json(answer->location_id, answer->location_name,
                                                       answer->operator_name, &answer->position));
    json_object_set_object_member(object, "evse", evse_to_json(answer));
    json_object_set_member(object, "tariff", tariff_to_json(&answer->tariff));
    offer_ref_write(object, &answer->offer);
    json_object_set_string_member(object, "bay", bay_names[answer->bay]);
    json_object_set_string_member(object, "trust", trust_names[answer->trust]);
    json_object_set_boolean_member(object, "reachable", answer->reachable);
    if (answer->offline_code_max_wh > 0) {
        JsonObject *code = json_object_new();

        json_object_set_int_member(code, "max_energy_wh", answer->offline_code_max_wh);
        json_object_set_object_member(object, "offline_code", code);
    }
    json_write_text(object, "link_url", answer->link_url);
    json_write_text(object, "reservation_id", answer->reservation_id);
    return json_write_node(object);
}

/* No user info, path or query: only an address can be meant. */
gboolean api_link_url_is_valid(const gchar *url)
{
    const gchar *host = url + strlen("http://");
    guint64 port = 0;
    gsize len;

    if (!g_str_has_prefix(url, "http://") || strlen(url) >= API_LINK_URL_BYTES)
        return FALSE;
    len = host[0] == '[' ? strspn(host + 1, "0123456789abcdefABCDEF:.") + 1
                         : strspn(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-");
    if (host[0] == '[' && host[len++] != ']')
        return FALSE;
    if (len < 1 || (host[0] == '[' && len < 4))
        return FALSE;
    return host[len] == '\0' ||
           (host[len] == ':' && g_ascii_string_to_unsigned(host + len + 1, 10, 1, 65535, &port, NULL));
}

static gboolean offline_from_json(JsonObject *object, ScanAnswer *answer, GError **error)
{
    JsonObject *code = NULL;

    if (!json_read_object(object, "offline_code", JSON_OPTIONAL, &code, error) ||
        (code != NULL && !json_read_int(code, "max_energy_wh", JSON_REQUIRED, 1, TARIFF_MAX_ENERGY_WH,
                                        &answer->offline_code_max_wh, error)) ||
        !TEXT(object, "link_url", JSON_OPTIONAL, answer->link_url))
        return FALSE;
    if (answer->link_url[0] == '\0' || api_link_url_is_valid(answer->link_url))
        return TRUE;
    g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "link_url: not an address");
    return FALSE;
}

gboolean scan_answer_from_json(JsonObject *object, ScanAnswer *answer, GError **error)
{
    JsonObject *location = NULL, *evse = NULL, *tariff = NULL;
    guint bay = BAY_UNKNOWN, trust = 0;

    memset(answer, 0, sizeof *answer);
    if (!TEXT(object, "scan_ref", JSON_REQUIRED, answer->scan_ref) ||
        !json_read_time(object, "expires_at", JSON_REQUIRED, &answer->expires_ms, error) ||
        !TEXT(object, "evse_key", JSON_REQUIRED, answer->evse_key) ||
        !TEXT(object, "evse_id", JSON_REQUIRED, answer->evse_id) ||
        !json_read_object(object, "location", JSON_REQUIRED, &location, error) ||
        !api_location_from_json(location, answer->location_id, answer->location_name, answer->operator_name,
                                &answer->position, error) ||
        !json_read_object(object, "evse", JSON_REQUIRED, &evse, error) ||
        !evse_from_json(evse, answer, error) ||
        !json_read_object(object, "tariff", JSON_REQUIRED, &tariff, error) ||
        !tariff_from_json(tariff, &answer->tariff, error) || !offer_ref_read(object, &answer->offer, error) ||
        !json_read_enum(object, "bay", JSON_REQUIRED, bay_names, &bay, error) ||
        /* "refused" is not a wire word: a refusal is a problem document */
        !json_read_enum(object, "trust", JSON_REQUIRED, trust_names + 1, &trust, error) ||
        !json_read_boolean(object, "reachable", JSON_REQUIRED, &answer->reachable, error) ||
        !TEXT(object, "reservation_id", JSON_OPTIONAL, answer->reservation_id) ||
        !offline_from_json(object, answer, error))
        return FALSE;
    answer->bay = (Bay)bay;
    answer->trust = (Trust)(trust + 1);
    return TRUE;
}

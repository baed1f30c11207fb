/* Scan: "what is this pile, may it be trusted, what does it cost?" Request and answer of POST /v1/scans.
 * Plain values of fixed size: copied, compared, stored and fuzzed without ownership questions.
 * Wire form: protocol/README.md, section 2.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/json_read.h"
#include "protocol/tariff.h"

#define API_UUID_BYTES 37
#define API_EVSE_KEY_BYTES 38
#define API_EVSE_ID_BYTES 49
#define API_NAME_BYTES 101
#define API_TOKEN_BYTES 65
#define API_MAX_CONNECTORS 4
#define API_LINK_URL_BYTES 129
#define API_OFFER_TEXT_CHARS 120
#define API_OFFER_TEXT_BYTES 361 /* 120 characters of three bytes; fewer of four */

typedef enum { TRUST_REFUSED, TRUST_REGISTERED, TRUST_SIGNED, TRUST_DYNAMIC } Trust; /* rising */
typedef enum { BAY_UNKNOWN, BAY_FREE, BAY_OCCUPIED, BAY_OCCUPIED_NOT_PLUGGED } Bay;

/* The wire words, NULL-terminated, in enum order. TRUST_REFUSED never travels. */
extern const gchar *const trust_names[];
extern const gchar *const bay_names[];

typedef struct {
    gboolean known;
    gdouble latitude_deg, longitude_deg; /* WGS84; the car rounds to 4 decimals (about 10 m) */
} ApiPosition;

/* The offer that made a price; offer_id "": none. The whole offer: protocol/api_offer.h. */
typedef struct {
    gchar offer_id[API_UUID_BYTES];
    gchar text[API_OFFER_TEXT_BYTES]; /* plain text, base/plain_text.h */
} OfferRef;

typedef struct {
    gchar qr_evse_id[API_EVSE_ID_BYTES]; /* as printed */
    gchar qr_token[API_TOKEN_BYTES];     /* "" when the code carries none */
    ApiPosition position;
} ScanRequest;

typedef struct {
    gchar id[37];
    gchar standard[41];   /* OCPI ConnectorType: IEC_62196_T2_COMBO */
    gchar format[7];      /* SOCKET or CABLE */
    gchar power_type[16]; /* OCPI PowerType: DC, AC_3_PHASE ... */
    gint64 max_power_w;   /* 0: not known */
} ApiConnector;

typedef struct {
    gchar scan_ref[API_UUID_BYTES];
    gint64 expires_ms; /* UTC */
    gchar evse_key[API_EVSE_KEY_BYTES];
    gchar evse_id[API_EVSE_ID_BYTES];
    gchar location_id[37];
    gchar location_name[API_NAME_BYTES];
    gchar operator_name[API_NAME_BYTES];
    ApiPosition position;
    gchar evse_uid[37];
    gchar evse_status[17]; /* OCPI 2.2.1 Status: AVAILABLE, BLOCKED, CHARGING ... */
    ApiConnector connectors[API_MAX_CONNECTORS];
    guint n_connectors;
    Tariff tariff;
    OfferRef offer; /* accepted before; it made the tariff */
    Bay bay;
    Trust trust;
    gboolean reachable;
    gchar reservation_id[API_UUID_BYTES]; /* of this vehicle at this EVSE; "" none */
    gint64 offline_code_max_wh;           /* the pile is away, but a code can be had for so much; 0: none */
    gchar link_url[API_LINK_URL_BYTES]; /* the pile's own network, api_link_url_is_valid(); "": none known */
} ScanAnswer;

/* "http://HOST[:PORT]", at most 128 characters, nothing after it: what a car may call beside its server. */
gboolean api_link_url_is_valid(const gchar *url);

/* to_json: (transfer full). from_json: FALSE and a #JsonReadError naming the field; *out is then unspecified.
 */
/* The member @name, {"latitude":..,"longitude":..}; left out while @position is not known. */
void api_position_write(JsonObject *object, const gchar *name, const ApiPosition *position);
gboolean api_position_read(JsonObject *object, const gchar *name, JsonPresence presence,
                           ApiPosition *position, GError **error);
/* About 10 m: enough to tell piles apart, no more (threats.md 11). */
ApiPosition api_position_rounded(gdouble latitude_deg, gdouble longitude_deg);
/* The member "offer"; left out while there is none. What is read is plain text, whatever was written. */
void offer_ref_write(JsonObject *object, const OfferRef *offer);
gboolean offer_ref_read(JsonObject *object, OfferRef *offer, GError **error);
/* The text of an offer as the car takes it: neutralised (base/plain_text.h). @text: API_OFFER_TEXT_BYTES */
gboolean offer_text_read(JsonObject *object, gchar *text, GError **error);

JsonNode *scan_request_to_json(const ScanRequest *request);
gboolean scan_request_from_json(JsonObject *object, ScanRequest *request, GError **error);
JsonNode *scan_answer_to_json(const ScanAnswer *answer);
gboolean scan_answer_from_json(JsonObject *object, ScanAnswer *answer, GError **error);

/* OCPI Location, cut down, and OCPI Connectors: parts that other objects share. to_json: (transfer full) */
JsonObject *api_location_to_json(const gchar *id, const gchar *name, const gchar *operator_name,
                                 const ApiPosition *position);
gboolean api_location_from_json(JsonObject *location, gchar id[37], gchar name[API_NAME_BYTES],
                                gchar operator_name[API_NAME_BYTES], ApiPosition *position, GError **error);
JsonArray *api_connectors_to_json(const ApiConnector *connectors, guint n);
/* The member "connectors" of @evse. */
gboolean api_connectors_from_json(JsonObject *evse, ApiConnector connectors[API_MAX_CONNECTORS], guint *n,
                                  GError **error);

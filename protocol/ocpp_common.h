/* OCPP common: the data types that messages of several functional blocks share (OCPP 2.0.1 part 2, 2).
 * Pure values. In every message module: X_to_json() returns (transfer full); X_from_json() fills the whole
 * (out caller-allocates) struct or fails with an #OcppErrorCode. Lengths are the schema's, counted in
 * characters; a zeroed optional field means "not there".
 */
#pragma once

#include "protocol/json_read.h"
#include "protocol/ocpp_error.h"

/* Buffer for @n characters of any text (UTF-8: up to 4 bytes each) and NUL. */
#define OCPP_TEXT_BYTES(n) (4 * (n) + 1)
/* Buffer for an identifierString of @n characters: printable ASCII, nothing else is let in. */
#define OCPP_IDENTIFIER_BYTES(n) ((n) + 1)

#define OCPP_TRANSACTION_ID_BYTES OCPP_IDENTIFIER_BYTES(36)
#define OCPP_ID_TOKEN_BYTES OCPP_IDENTIFIER_BYTES(36)

/* StatusInfoType; @reason_code "" = not there */
typedef struct {
    gchar reason_code[OCPP_TEXT_BYTES(20)];
    gchar additional_info[OCPP_TEXT_BYTES(512)];
} OcppStatusInfo;

/* EVSEType; ids count from 1 (EVSE 0 is the whole station) */
typedef struct {
    gboolean present;
    gint32 id;
    gint32 connector_id; /* 0: not given */
} OcppEvse;

typedef enum {
    OCPP_ID_TOKEN_CENTRAL,
    OCPP_ID_TOKEN_EMAID,
    OCPP_ID_TOKEN_ISO14443,
    OCPP_ID_TOKEN_ISO15693,
    OCPP_ID_TOKEN_KEY_CODE,
    OCPP_ID_TOKEN_LOCAL,
    OCPP_ID_TOKEN_MAC_ADDRESS,
    OCPP_ID_TOKEN_NO_AUTHORIZATION,
} OcppIdTokenType;
extern const gchar *const ocpp_id_token_type_names[]; /* NULL-terminated, by value; so are all name tables */

/* IdTokenType. additionalInfo is checked and dropped. */
typedef struct {
    gboolean present;
    gchar id_token[OCPP_ID_TOKEN_BYTES]; /* compared without case; "" for NoAuthorization */
    OcppIdTokenType type;
} OcppIdToken;

/* Equal type, equal text without case (identifierString). Two absent tokens are not equal. */
gboolean ocpp_id_token_equal(const OcppIdToken *a, const OcppIdToken *b);

/* AuthorizationStatusEnumType */
typedef enum {
    OCPP_AUTHORIZATION_ACCEPTED,
    OCPP_AUTHORIZATION_BLOCKED,
    OCPP_AUTHORIZATION_CONCURRENT_TX,
    OCPP_AUTHORIZATION_EXPIRED,
    OCPP_AUTHORIZATION_INVALID,
    OCPP_AUTHORIZATION_NO_CREDIT,
    OCPP_AUTHORIZATION_NOT_ALLOWED_TYPE_EVSE,
    OCPP_AUTHORIZATION_NOT_AT_THIS_LOCATION,
    OCPP_AUTHORIZATION_NOT_AT_THIS_TIME,
    OCPP_AUTHORIZATION_UNKNOWN,
} OcppAuthorizationStatus;
extern const gchar *const ocpp_authorization_status_names[];

typedef enum { OCPP_MESSAGE_ASCII, OCPP_MESSAGE_HTML, OCPP_MESSAGE_URI, OCPP_MESSAGE_UTF8 } OcppMessageFormat;
extern const gchar *const ocpp_message_format_names[];

/* MessageContentType: a text for the pile's screen */
typedef struct {
    gboolean present;
    OcppMessageFormat format;
    gchar language[OCPP_TEXT_BYTES(8)]; /* RFC 5646; "": not given */
    gchar content[OCPP_TEXT_BYTES(512)];
} OcppMessageContent;

#define OCPP_MAX_ALLOWED_EVSES 32

/* IdTokenInfoType */
typedef struct {
    gboolean present;
    OcppAuthorizationStatus status;
    gint64 cache_expiry_ms;                  /* Unix ms; 0: none */
    gint32 charging_priority;                /* -9..9, 0 the default */
    gint32 evse_ids[OCPP_MAX_ALLOWED_EVSES]; /* valid only there; n_evse_ids 0: everywhere */
    guint n_evse_ids;
    OcppIdToken group_id_token;
    OcppMessageContent personal_message;
} OcppIdTokenInfo;

/* GenericStatusEnumType, and every other enumeration that has just these two words */
typedef enum { OCPP_GENERIC_ACCEPTED, OCPP_GENERIC_REJECTED } OcppGenericStatus;
extern const gchar *const ocpp_generic_status_names[];

/* ComponentType and VariableType together: what a device model entry is called */
typedef struct {
    gchar component[OCPP_TEXT_BYTES(50)];
    gchar component_instance[OCPP_TEXT_BYTES(50)]; /* "": none */
    OcppEvse evse;
    gchar variable[OCPP_TEXT_BYTES(50)];
    gchar variable_instance[OCPP_TEXT_BYTES(50)]; /* "": none */
} OcppVariableName;

#define OCPP_REARCHARGE_VENDOR_ID "org.rearcharge"

/* The member "customData" if it is ours. @value: (out) borrowed; NULL: none, or another vendor's, which is
 * none of our business. */
gboolean ocpp_read_own_custom_data(JsonObject *json, JsonObject **value, GError **error);

/* As members of a message. Readers: TRUE and @value wholly set (all zero when an optional member is absent),
 * or FALSE and an #OcppErrorCode naming the field. Writers leave out what is not @present. */
gboolean ocpp_read_status_info(JsonObject *json, const gchar *name, OcppStatusInfo *value, GError **error);
gboolean ocpp_read_evse(JsonObject *json, const gchar *name, JsonPresence presence, OcppEvse *value,
                        GError **error);
gboolean ocpp_read_id_token(JsonObject *json, const gchar *name, JsonPresence presence, OcppIdToken *value,
                            GError **error);
gboolean ocpp_read_id_token_info(JsonObject *json, const gchar *name, JsonPresence presence,
                                 OcppIdTokenInfo *value, GError **error);
gboolean ocpp_read_message_content(JsonObject *json, const gchar *name, OcppMessageContent *value,
                                   GError **error);
/* The members "component" and "variable". */
gboolean ocpp_read_variable_name(JsonObject *json, OcppVariableName *value, GError **error);
/* As above; without "variable" (@value->variable is "") all variables of the component are meant. */
gboolean ocpp_read_component_filter(JsonObject *json, OcppVariableName *value, GError **error);
/* ComponentType as the member @name; the variable's fields stay as they are. */
gboolean ocpp_read_component(JsonObject *json, const gchar *name, JsonPresence presence,
                             OcppVariableName *value, GError **error);
/* A decimal of the major unit; *has tells whether it was there. Read with two decimals. */
gboolean ocpp_read_cost(JsonObject *json, const gchar *name, JsonPresence presence, gboolean *has,
                        gint64 *minor, GError **error);

void ocpp_write_status_info(JsonObject *json, const gchar *name, const OcppStatusInfo *value);
void ocpp_write_evse(JsonObject *json, const gchar *name, const OcppEvse *value);
void ocpp_write_id_token(JsonObject *json, const gchar *name, const OcppIdToken *value);
void ocpp_write_id_token_info(JsonObject *json, const gchar *name, const OcppIdTokenInfo *value);
void ocpp_write_message_content(JsonObject *json, const gchar *name, const OcppMessageContent *value);
void ocpp_write_variable_name(JsonObject *json, const OcppVariableName *value);
void ocpp_write_component(JsonObject *json, const gchar *name, const OcppVariableName *value);
void ocpp_write_cost(JsonObject *json, const gchar *name, gint64 minor);

/* The answer {"status", "statusInfo"?} of many messages: @names is the message's own table of words, @info
 * (nullable). Where a header says "the answer is a status of TABLE", these two are its codec. */
JsonObject *ocpp_status_to_json(const gchar *const *names, guint status, const OcppStatusInfo *info);
gboolean ocpp_status_from_json(JsonObject *json, const gchar *const *names, guint *status,
                               OcppStatusInfo *info, GError **error);

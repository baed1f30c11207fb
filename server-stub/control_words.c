#include "server-stub/control_words.h"

#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <gio/gio.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

const gchar control_words_usage[] =
    "  pile get STATION COMPONENT.VARIABLE...      pile set STATION COMPONENT.VARIABLE=VALUE...\n"
    "  pile report STATION [full|configuration|summary]            pile monitors STATION\n"
    "  pile monitor STATION COMPONENT.VARIABLE UpperThreshold|LowerThreshold|Delta|Periodic VALUE\n"
    "  pile trigger STATION MESSAGE                pile transaction STATION [TRANSACTION]\n"
    "  pile limit STATION WATTS                    pile unlimit STATION\n"
    "  pile message STATION TEXT                   pile messages STATION     pile clear-message STATION ID\n"
    "  pile cost STATION TRANSACTION AMOUNT        pile operative STATION    pile inoperative STATION\n"
    "  pile start STATION TOKEN                    pile stop STATION TRANSACTION\n"
    "  pile unlock STATION                         pile reset STATION [now]  pile clear-cache STATION\n"
    "  pile call STATION ACTION [JSON]\n"
    "  vehicle query ID [position] [soc] [plug] [gear]\n"
    "  offer list | add JSON | withdraw ID         rule list | add JSON | remove ID\n"
    "                 these ask the running server: [--server URL] --operator-token-file F [--ca F] [--evse "
    "N] [--json]\n";

void control_request_clear(ControlRequest *request)
{
    g_clear_pointer(&request->path, g_free);
    g_clear_pointer(&request->body, json_object_unref);
}

static gboolean wrong(GError **error, const gchar *text)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, text);
    return FALSE;
}

/* Pairs of "t:name" and value; t is s (text), i (gint64), d (gdouble), o (JsonObject, taken) or a (JsonArray,
 * taken); ends with NULL. */
static JsonObject *object(const gchar *first, ...)
{
    JsonObject *made = json_object_new();
    va_list values;

    va_start(values, first);
    for (const gchar *name = first; name != NULL; name = va_arg(values, const gchar *)) {
        switch (name[0]) {
        case 's':
            json_object_set_string_member(made, name + 2, va_arg(values, const gchar *));
            break;
        case 'i':
            json_object_set_int_member(made, name + 2, va_arg(values, gint64));
            break;
        case 'd':
            json_object_set_double_member(made, name + 2, va_arg(values, gdouble));
            break;
        case 'o':
            json_object_set_object_member(made, name + 2, va_arg(values, JsonObject *));
            break;
        default:
            json_object_set_array_member(made, name + 2, va_arg(values, JsonArray *));
        }
    }
    va_end(values);
    return made;
}

static JsonArray *list_of(JsonObject *element)
{
    JsonArray *array = json_array_new();

    json_array_add_object_element(array, element);
    return array;
}

/* "COMPONENT.VARIABLE" and "=VALUE" where @value_name is given. Returns: (nullable): NULL: not of this form
 */
static JsonObject *variable(const gchar *word, gint evse_no, const gchar *value_name)
{
    const gchar *dot = strchr(word, '.'), *equals = strchr(word, '=');
    g_autofree gchar *component = NULL, *name = NULL;
    JsonObject *made;

    if (dot == NULL || dot == word || (value_name != NULL) != (equals != NULL) ||
        (equals != NULL && equals < dot))
        return NULL;
    component = g_strndup(word, (gsize)(dot - word));
    name = equals != NULL ? g_strndup(dot + 1, (gsize)(equals - dot - 1)) : g_strdup(dot + 1);
    made = object("o:component", object("s:name", component, NULL), "o:variable",
                  object("s:name", name, NULL), NULL);
    if (evse_no > 0)
        json_object_set_object_member(json_object_get_object_member(made, "component"), "evse",
                                      object("i:id", (gint64)evse_no, NULL));
    if (value_name != NULL)
        json_object_set_string_member(made, value_name, equals + 1);
    return made;
}

static JsonObject *variables(gchar **words, gint evse_no, const gchar *list_name, const gchar *value_name)
{
    g_autoptr(JsonArray) array = json_array_new();
    g_autofree gchar *member = g_strconcat("a:", list_name, NULL);

    for (guint i = 0; words[i] != NULL; i++) {
        JsonObject *one = variable(words[i], evse_no, value_name);

        if (one == NULL)
            return NULL;
        json_array_add_object_element(array, one);
    }
    return words[0] != NULL ? object(member, g_steal_pointer(&array), NULL) : NULL;
}

static JsonObject *add_evse(JsonObject *payload, gint evse_no)
{
    if (evse_no > 0)
        json_object_set_object_member(payload, "evse", object("i:id", (gint64)evse_no, NULL));
    return payload;
}

/* For the whole station a ceiling; for one EVSE what a transaction there begins with (OCPP 2.0.1 part 2, K).
 */
static JsonObject *power_limit(gint64 power_w, gint evse_no)
{
    JsonObject *period = object("i:startPeriod", (gint64)0, "i:limit", power_w, NULL);
    JsonObject *schedule = object("i:id", (gint64)1, "s:chargingRateUnit", "W", "a:chargingSchedulePeriod",
                                  list_of(period), NULL);

    json_write_time(schedule, "startSchedule",
                    g_get_real_time() / 1000); /* an Absolute one has it: K01.FR.40 */
    return object("i:evseId", (gint64)evse_no, "o:chargingProfile",
                  object("i:id", (gint64)1000 + evse_no, "i:stackLevel", (gint64)0,
                         "s:chargingProfilePurpose",
                         evse_no == 0 ? "ChargingStationMaxProfile" : "TxDefaultProfile",
                         "s:chargingProfileKind", "Absolute", "a:chargingSchedule", list_of(schedule), NULL),
                  NULL);
}

/* A plain decimal: g_ascii_strtod() alone also takes "5kW", "nan" and "0x10". */
static gboolean read_decimal(const gchar *word, gdouble *value)
{
    gchar *end = NULL;

    *value = g_ascii_strtod(word, &end);
    return end != word && *end == '\0' && strspn(word, "+-.0123456789") == strlen(word) && isfinite(*value);
}

static JsonObject *monitor(gchar **w, gint evse_no)
{
    gdouble value = 0;
    JsonObject *made = read_decimal(w[2], &value) ? variable(w[0], evse_no, NULL) : NULL;

    if (made == NULL)
        return NULL;
    json_object_set_double_member(made, "value", value);
    json_object_set_string_member(made, "type", w[1]);
    json_object_set_int_member(made, "severity", 5);
    return object("a:setMonitoringData", list_of(made), NULL);
}

/* The payload of "pile @verb", its arguments in @w. @action: (out). Returns: (nullable): NULL: not understood
 */
static JsonObject *payload_of(const gchar *verb, gchar **w, gint evse_no, const gchar **action,
                              GError **error)
{
    static const struct {
        const gchar *verb, *action;
        guint min, max;
    } verbs[] = {
        {"get", "GetVariables", 1, 100},
        {"set", "SetVariables", 1, 100},
        {"report", "GetBaseReport", 0, 1},
        {"monitors", "GetMonitoringReport", 0, 0},
        {"monitor", "SetVariableMonitoring", 3, 3},
        {"trigger", "TriggerMessage", 1, 1},
        {"transaction", "GetTransactionStatus", 0, 1},
        {"limit", "SetChargingProfile", 1, 1},
        {"unlimit", "ClearChargingProfile", 0, 0},
        {"message", "SetDisplayMessage", 1, 1},
        {"messages", "GetDisplayMessages", 0, 0},
        {"clear-message", "ClearDisplayMessage", 1, 1},
        {"cost", "CostUpdated", 2, 2},
        {"operative", "ChangeAvailability", 0, 0},
        {"inoperative", "ChangeAvailability", 0, 0},
        {"start", "RequestStartTransaction", 1, 1},
        {"stop", "RequestStopTransaction", 1, 1},
        {"unlock", "UnlockConnector", 0, 0},
        {"reset", "Reset", 0, 1},
        {"clear-cache", "ClearCache", 0, 0},
    };
    static const gchar *const reports[][2] = {{"full", "FullInventory"},
                                              {"configuration", "ConfigurationInventory"},
                                              {"summary", "SummaryInventory"}};
    guint n = g_strv_length(w);
    gsize i = 0;
    gint64 number = -1;
    gboolean is_number = n > 0 && g_ascii_string_to_signed(w[0], 10, 0, G_MAXINT32, &number, NULL);
    gdouble amount = 0;

    if (g_str_equal(verb, "call") && n >= 1 && n <= 2) {
        *action = w[0];
        return n == 2 ? json_gate_parse_object(w[1], strlen(w[1]), error) : json_object_new();
    }
    while (i < G_N_ELEMENTS(verbs) && !g_str_equal(verbs[i].verb, verb))
        i++;
    if (i == G_N_ELEMENTS(verbs) || n < verbs[i].min || n > verbs[i].max)
        return NULL;
    *action = verbs[i].action;
    if (g_str_equal(verb, "get"))
        return variables(w, evse_no, "getVariableData", NULL);
    if (g_str_equal(verb, "set"))
        return variables(w, evse_no, "setVariableData", "attributeValue");
    if (g_str_equal(verb, "report")) {
        for (i = 0; i < G_N_ELEMENTS(reports); i++)
            if (n == 0 || g_str_equal(w[0], reports[i][0]))
                return object("s:reportBase", reports[i][1], NULL);
        return NULL;
    }
    if (g_str_equal(verb, "monitor"))
        return monitor(w, evse_no);
    if (g_str_equal(verb, "trigger"))
        return add_evse(object("s:requestedMessage", w[0], NULL), evse_no);
    if (g_str_equal(verb, "transaction"))
        return n == 1 ? object("s:transactionId", w[0], NULL) : json_object_new();
    if (g_str_equal(verb, "limit"))
        return is_number ? power_limit(number, evse_no) : NULL;
    if (g_str_equal(verb, "unlimit"))
        return object("i:chargingProfileId", (gint64)1000 + evse_no, NULL);
    if (g_str_equal(verb, "message"))
        return object("o:message",
                      object("i:id", g_get_real_time() / G_USEC_PER_SEC % 1000000, "s:priority",
                             "NormalCycle", "o:message", object("s:format", "UTF8", "s:content", w[0], NULL),
                             NULL),
                      NULL);
    if (g_str_equal(verb, "clear-message"))
        return is_number ? object("i:id", number, NULL) : NULL;
    if (g_str_equal(verb, "cost"))
        return read_decimal(w[1], &amount) ? object("d:totalCost", amount, "s:transactionId", w[0], NULL)
                                           : NULL;
    if (g_str_has_suffix(verb, "operative"))
        return add_evse(
            object("s:operationalStatus", g_str_equal(verb, "operative") ? "Operative" : "Inoperative", NULL),
            evse_no);
    if (g_str_equal(verb, "start"))
        return object("i:evseId", (gint64)MAX(evse_no, 1), "o:idToken",
                      object("s:idToken", w[0], "s:type", "Central", NULL), NULL);
    if (g_str_equal(verb, "stop"))
        return object("s:transactionId", w[0], NULL);
    if (g_str_equal(verb, "unlock"))
        return object("i:evseId", (gint64)MAX(evse_no, 1), "i:connectorId", (gint64)1, NULL);
    if (g_str_equal(verb, "reset"))
        return n == 0 || g_str_equal(w[0], "now") ? object("s:type", n == 1 ? "Immediate" : "OnIdle", NULL)
                                                  : NULL;
    return json_object_new();
}

static gboolean pile(gchar **words, guint n, gint evse_no, ControlRequest *request, GError **error)
{
    const gchar *action = NULL;
    g_autofree gchar *station = NULL;
    JsonObject *payload;

    if (n < 3)
        return wrong(error, "pile: want a verb and a station; see --help");
    payload = payload_of(words[1], words + 3, evse_no, &action, error);
    if (payload == NULL) {
        if (error != NULL && *error == NULL)
            wrong(error, "pile: not understood; see --help for the verbs and what each wants");
        return FALSE;
    }
    station = g_uri_escape_string(words[2], NULL, FALSE);
    request->method = "POST";
    request->path = g_strdup_printf("stations/%s/call", station);
    request->body = object("s:action", action, "o:payload", payload, NULL);
    return TRUE;
}

static gboolean vehicle(gchar **words, guint n, ControlRequest *request, GError **error)
{
    static const gchar *const all[] = {"position", "soc", "plug", "gear", NULL};
    g_autofree gchar *id = NULL;
    JsonArray *want;

    if (n < 3 || !g_str_equal(words[1], "query"))
        return wrong(error, "vehicle: want query ID [position] [soc] [plug] [gear]");
    id = g_uri_escape_string(words[2], NULL, FALSE);
    want = json_array_new();
    for (gchar **word = n > 3 ? words + 3 : (gchar **)all; *word != NULL; word++)
        json_array_add_string_element(want, *word);
    request->method = "POST";
    request->path = g_strdup_printf("vehicles/%s/query", id);
    request->body = object("a:want", want, NULL);
    return TRUE;
}

static gboolean thing(const gchar *path, const gchar *remove, gchar **words, guint n, ControlRequest *request,
                      GError **error)
{
    if (n == 2 && g_str_equal(words[1], "list")) {
        request->method = "GET";
        request->path = g_strdup(path);
        return TRUE;
    }
    if (n == 3 && g_str_equal(words[1], "add")) {
        request->method = "POST";
        request->path = g_strdup(path);
        request->body = json_gate_parse_object(words[2], strlen(words[2]), error);
        return request->body != NULL;
    }
    if (n == 3 && g_str_equal(words[1], remove)) {
        g_autofree gchar *id = g_uri_escape_string(words[2], NULL, FALSE);

        request->method = "DELETE";
        request->path = g_strdup_printf("%s/%s", path, id);
        return TRUE;
    }
    return wrong(error, "want list, add JSON, or the id of the one to take back; see --help");
}

gboolean control_words_read(gchar **words, gint evse_no, ControlRequest *request, GError **error)
{
    guint n = g_strv_length(words);

    for (guint i = 0; i < n; i++)
        if (!g_utf8_validate(words[i], -1, NULL)) /* they become JSON */
            return wrong(error, "the command line is not UTF-8");
    if (g_str_equal(words[0], "pile"))
        return pile(words, n, evse_no, request, error);
    if (g_str_equal(words[0], "vehicle"))
        return vehicle(words, n, request, error);
    return g_str_equal(words[0], "offer") ? thing("offers", "withdraw", words, n, request, error)
                                          : thing("offer-rules", "remove", words, n, request, error);
}

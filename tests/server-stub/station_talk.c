/* What a station is asked, and what it is answered. */
#include "protocol/json_gate.h"
#include "server-stub/station_calls.h"
#include "server-stub/station_messages.h"
#include "server-stub/store/station_rows.h"
#include "tests/server-stub/desk_world.h"

/* What a station was asked, and in which order. */
typedef struct {
    World *w;
    StationCalls *calls;
    guint n;
    OcppAction action;
    JsonObject *payload;
    gint64 timeout_ms;
    guint64 tag;
    gboolean full; /* the line takes no more */
} Line;

static void line_send(OcppAction action, JsonObject *payload, gint64 timeout_ms, guint64 tag, gpointer data)
{
    Line *line = data;
    const OcppRpcEvent refused = {.type = OCPP_RPC_EVENT_REFUSED, .tag = tag};

    g_clear_pointer(&line->payload, json_object_unref);
    line->n++;
    line->action = action;
    line->payload = payload;
    line->timeout_ms = timeout_ms;
    line->tag = tag;
    if (line->full)
        station_calls_outcome(line->calls, &refused);
}

static Line *line_new(void)
{
    Line *line = g_new0(Line, 1);

    line->w = world_new();
    line->calls = station_calls_new("PILE1", line_send, line);
    return line;
}

static void line_free(Line *line)
{
    station_calls_free(line->calls);
    world_free(line->w);
    g_clear_pointer(&line->payload, json_object_unref);
    g_free(line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

/* The call that was sent last ends so. @status: (nullable): of a RESULT */
static void line_end(Line *line, OcppRpcEventType type, const gchar *status)
{
    OcppRpcEvent event = {.type = type, .tag = line->tag};

    if (status != NULL) {
        event.payload = json_object_new();
        json_object_set_string_member(event.payload, "status", status);
    }
    station_calls_outcome(line->calls, &event);
    g_clear_pointer(&event.payload, json_object_unref);
}

Test(station_calls, a_start_says_the_orders_limits_and_its_answer_moves_the_order)
{
    static const struct {
        OcppRpcEventType type;
        const gchar *status; /* (nullable) */
        OrderState state;
    } cases[] = {
        {OCPP_RPC_EVENT_RESULT, "Accepted", ORDER_ACCEPTED},
        {OCPP_RPC_EVENT_RESULT, "Rejected", ORDER_REJECTED},
        {OCPP_RPC_EVENT_RESULT, "Perhaps", ORDER_REQUESTED},
        {OCPP_RPC_EVENT_ERROR, NULL, ORDER_REJECTED},
        {OCPP_RPC_EVENT_TIMEOUT, NULL, ORDER_REQUESTED},
        {OCPP_RPC_EVENT_LOST, NULL, ORDER_REQUESTED},
        {OCPP_RPC_EVENT_REFUSED, NULL, ORDER_REQUESTED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Line) line = line_new();

        place(line->w, "ref-1");
        station_calls_start(line->calls, line->w->desk, &line->w->started);
        cr_assert_eq(line->action, OCPP_ACTION_REQUEST_START_TRANSACTION);
        cr_expect_eq(line->timeout_ms, STATION_CALLS_MS);
        cr_expect_eq(json_object_get_int_member(line->payload, "remoteStartId"),
                     line->w->started.remote_start_id);
        line_end(line, cases[i].type, cases[i].status);
        cr_expect_eq(stored(line->w).order.state, cases[i].state, "case %zu", i);
        line_end(line, OCPP_RPC_EVENT_RESULT, "Accepted"); /* a second answer is nobody's */
        cr_expect_eq(stored(line->w).order.state, cases[i].state, "case %zu, answered twice", i);
    }
}

Test(station_calls, a_transaction_is_asked_to_stop_once_at_a_time)
{
    g_autoptr(Line) line = line_new();

    station_calls_stop(line->calls, "tx-1");
    station_calls_stop(line->calls, "tx-1");
    cr_expect_eq(line->n, 1);
    cr_expect_str_eq(json_object_get_string_member(line->payload, "transactionId"), "tx-1");
    station_calls_stop(line->calls, "tx-2");
    cr_expect_eq(line->n, 2, "another transaction is another call");
    line_end(line, OCPP_RPC_EVENT_RESULT, "Accepted");
    station_calls_stop(line->calls, "tx-2");
    cr_expect_eq(line->n, 3, "it still runs: asked again");
    line_end(line, OCPP_RPC_EVENT_TIMEOUT, NULL);
    station_calls_stop(line->calls, "tx-2");
    cr_expect_eq(line->n, 4, "nobody answered: asked again");
}

static void note_type(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    cr_expect_str_eq(station_id, "PILE1");
    *(gint *)data = (gint)event->type;
}

static void note_gone(gpointer data)
{
    *(gint *)data += 100;
}

Test(station_calls, whoever_asks_hears_one_answer_and_is_let_go_after_it)
{
    g_autoptr(Line) line = line_new();
    gint told = -1, full = -1, never = -1;

    station_calls_make(line->calls, OCPP_ACTION_GET_BASE_REPORT, json_object_new(), 1234, note_type, &told,
                       note_gone);
    cr_expect_eq(line->timeout_ms, 1234);
    line_end(line, OCPP_RPC_EVENT_LOST, NULL);
    cr_expect_eq(told, OCPP_RPC_EVENT_LOST + 100);
    line->full = TRUE;
    station_calls_make(line->calls, OCPP_ACTION_RESET, json_object_new(), 1234, note_type, &full, note_gone);
    cr_expect_eq(full, OCPP_RPC_EVENT_REFUSED + 100, "told at once");
    line->full = FALSE;
    station_calls_make(line->calls, OCPP_ACTION_RESET, json_object_new(), 1234, note_type, &never, note_gone);
    station_calls_free(g_steal_pointer(&line->calls));
    cr_expect_eq(never, -1 + 100, "the server ends: let go without an answer");
    line->calls = station_calls_new("PILE1", line_send, line);
}

/* What the server answers to PILE1: the payload as text, or the name of the error. */
static gchar *heard(StationContext *context, OcppAction action, const gchar *json)
{
    g_autoptr(GString) text = g_string_new(json);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) payload = NULL, answer = NULL;
    g_autoptr(JsonNode) node = NULL;

    g_string_replace(text, "'", "\"", 0);
    payload = json_gate_parse_object(text->str, text->len, &error);
    cr_assert_not_null(payload, "%s: %s", json, error != NULL ? error->message : "");
    answer = station_messages_answer(context, action, payload, &error);
    if (answer == NULL)
        return g_strdup(error->domain == OCPP_ERROR ? ocpp_error_code_name((OcppErrorCode)error->code)
                                                    : desk_error_code(error));
    node = json_node_init_object(json_node_alloc(), answer);
    return json_gate_print(node, NULL);
}

Test(station_messages, what_is_only_noted_is_read_all_the_same)
{
#define AT "'timestamp':'2026-11-21T10:00:00Z'"
    static const struct {
        OcppAction action;
        const gchar *payload, *answer;
    } rows[] = {
        {OCPP_ACTION_SECURITY_EVENT_NOTIFICATION, "{'type':'Reset'," AT "}", "{}"},
        {OCPP_ACTION_SECURITY_EVENT_NOTIFICATION, "{'type':'Reset'}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_SECURITY_EVENT_NOTIFICATION, "{'type':1," AT "}", "TypeConstraintViolation"},
        {OCPP_ACTION_SECURITY_EVENT_NOTIFICATION, "{'type':'Reset','timestamp':'now'}",
         "PropertyConstraintViolation"},
        {OCPP_ACTION_METER_VALUES, "{'evseId':1,'meterValue':[{" AT ",'sampledValue':[{'value':1}]}]}", "{}"},
        {OCPP_ACTION_METER_VALUES, "{'evseId':-1,'meterValue':[]}", "PropertyConstraintViolation"},
        {OCPP_ACTION_METER_VALUES, "{'evseId':1}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_LOG_STATUS_NOTIFICATION, "{'status':'Uploaded'}", "{}"},
        {OCPP_ACTION_FIRMWARE_STATUS_NOTIFICATION, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_DATA_TRANSFER, "{'vendorId':'org.example'}", "{\"status\":\"UnknownVendorId\"}"},
        {OCPP_ACTION_DATA_TRANSFER, "{'vendorId':[]}", "TypeConstraintViolation"},
        {OCPP_ACTION_CLEARED_CHARGING_LIMIT, "{'chargingLimitSource':'EMS','evseId':1}", "{}"},
        {OCPP_ACTION_NOTIFY_CHARGING_LIMIT, "{'chargingLimit':{'chargingLimitSource':'EMS'}}", "{}"},
        {OCPP_ACTION_NOTIFY_CHARGING_LIMIT, "{'chargingLimit':{}}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_REPORT_CHARGING_PROFILES, "{'chargingLimitSource':'CSO','evseId':'1'}",
         "TypeConstraintViolation"},
        {OCPP_ACTION_NOTIFY_MONITORING_REPORT,
         "{'requestId':1,'seqNo':0,'generatedAt':'2026-11-21T10:00:00Z'}", "{}"},
        {OCPP_ACTION_NOTIFY_MONITORING_REPORT, "{'requestId':1}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES, "{'requestId':1}", "{}"},
        {OCPP_ACTION_NOTIFY_DISPLAY_MESSAGES, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_NOTIFY_REPORT, "{'requestId':1,'seqNo':0,'generatedAt':'2026-11-21T10:00:00Z'}", "{}"},
        {OCPP_ACTION_NOTIFY_REPORT, "{'requestId':1}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_NOTIFY_EVENT, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_RESERVATION_STATUS_UPDATE, "{'reservationId':1}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_AUTHORIZE, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_STATUS_NOTIFICATION, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_BOOT_NOTIFICATION, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_TRANSACTION_EVENT, "{}", "OccurrenceConstraintViolation"},
        {OCPP_ACTION_HEARTBEAT, "{}", "{\"currentTime\":\"2026-09-21T14:13:20.000Z\"}"},
        {OCPP_ACTION_RESET, "{}", "NotSupported"},
    };
    g_autoptr(World) w = world_new();
    StationContext context = {w->store, w->desk, "PILE1", T0, FALSE};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *answer = heard(&context, rows[i].action, rows[i].payload);

        cr_expect_str_eq(answer, rows[i].answer, "%s %s: %s", ocpp_action_name(rows[i].action),
                         rows[i].payload, answer);
    }
}

#define SENSOR(variable, value)                                                                              \
    "{'eventId':1,'timestamp':'2026-09-21T14:13:20Z','trigger':'Delta','eventNotificationType':"             \
    "'HardWiredNotification','actualValue':'" value                                                          \
    "','component':{'name':'BayOccupancySensor','evse':{'id':"                                               \
    "1}},'variable':{'name':'" variable "'}}"

Test(station_messages, a_bay_sensor_that_is_broken_knows_nothing_and_one_that_works_again_is_asked)
{
    g_autoptr(World) w = world_new();
    StationContext context = {w->store, w->desk, "PILE1", T0, FALSE};
    EvseRow evse;
    EvseFacts facts;
    g_autofree gchar *seen = NULL, *broken = NULL, *works = NULL;

    desk_station_connected(w->desk, "PILE1", T0);
    cr_assert(store_evse(w->store, "DEABCE123451", &evse, NULL));
    seen =
        heard(&context, OCPP_ACTION_NOTIFY_EVENT,
              "{'generatedAt':'2026-09-21T14:13:20Z','seqNo':0,'eventData':[" SENSOR("Active", "true") "]}");
    cr_assert_str_eq(seen, "{}");
    cr_expect_not(context.ask_bays);
    cr_assert(desk_evse_facts(w->desk, &evse, &facts, NULL));
    cr_expect_eq(facts.bay_sensor, BAY_SENSOR_OCCUPIED);

    broken =
        heard(&context, OCPP_ACTION_NOTIFY_EVENT,
              "{'generatedAt':'2026-09-21T14:13:20Z','seqNo':0,'eventData':[" SENSOR("Problem", "true") "]}");
    cr_assert_str_eq(broken, "{}");
    cr_assert(desk_evse_facts(w->desk, &evse, &facts, NULL));
    cr_expect_eq(facts.bay_sensor, BAY_SENSOR_SILENT);
    works = heard(
        &context, OCPP_ACTION_NOTIFY_EVENT,
        "{'generatedAt':'2026-09-21T14:13:20Z','seqNo':0,'eventData':[" SENSOR("Problem", "false") "]}");
    cr_assert_str_eq(works, "{}");
    cr_expect(context.ask_bays, "what stands there now?");
}

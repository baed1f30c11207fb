/* What the server keeps for the operator's page, and what the operator's words mean. */
#include "protocol/json_gate.h"
#include "protocol/json_write.h"
#include "server-stub/control_words.h"
#include "server-stub/model/message_ring.h"
#include "server-stub/model/operator_sessions.h"

#include <criterion/criterion.h>
#include <string.h>

static void add(MessageRing *ring, const gchar *station, const gchar *text)
{
    message_ring_add(ring, station, TRUE, text, strlen(text), 1000);
}

static guint n_found(MessageRing *ring, gint64 after_seq, const gchar *station, const gchar *text,
                     guint limit)
{
    g_autoptr(GPtrArray) found = message_ring_find(ring, after_seq, station, text, limit);

    return found->len;
}

Test(message_ring, finds_by_station_in_any_case_and_by_text)
{
    g_autoptr(MessageRing) ring = message_ring_new();

    add(ring, "PILE1", "[2,\"a\",\"Heartbeat\",{}]");
    add(ring, "PILE2", "[2,\"b\",\"BootNotification\",{}]");
    cr_expect_eq(n_found(ring, 0, "pile", NULL, 10), 2);
    cr_expect_eq(n_found(ring, 0, "pile2", NULL, 10), 1);
    cr_expect_eq(n_found(ring, 0, "pile2", "Heartbeat", 10), 0);
    cr_expect_eq(n_found(ring, 0, NULL, "Heartbeat", 10), 1);
    cr_expect_eq(n_found(ring, 1, NULL, NULL, 10), 1, "only what came after");
}

Test(message_ring, gives_the_newest_oldest_first)
{
    g_autoptr(MessageRing) ring = message_ring_new();
    g_autoptr(GPtrArray) found = NULL;

    for (guint i = 0; i < 5; i++)
        add(ring, "P", "x");
    found = message_ring_find(ring, 0, NULL, NULL, 3);
    cr_assert_eq(found->len, 3);
    for (guint i = 0; i < 3; i++)
        cr_expect_eq(((RingMessage *)found->pdata[i])->seq, 3 + i);
}

Test(message_ring, forgets_the_oldest_by_number_and_by_bytes)
{
    g_autoptr(MessageRing) many = message_ring_new();
    g_autoptr(MessageRing) large = message_ring_new();
    g_autofree gchar *text = g_strnfill(MESSAGE_RING_TEXT_MAX_BYTES, 'x');
    guint n_large = MESSAGE_RING_MAX_BYTES / MESSAGE_RING_TEXT_MAX_BYTES + 10;

    for (guint i = 0; i < MESSAGE_RING_MAX + 7; i++)
        add(many, "P", "x");
    cr_expect_eq(n_found(many, 0, NULL, NULL, G_MAXUINT), MESSAGE_RING_MAX);
    cr_expect_eq(message_ring_last_seq(many), MESSAGE_RING_MAX + 7);
    for (guint i = 0; i < n_large; i++)
        add(large, "P", text);
    cr_expect_lt(n_found(large, 0, NULL, NULL, G_MAXUINT), n_large);
}

Test(message_ring, cuts_between_characters_and_keeps_the_text_valid)
{
    g_autoptr(MessageRing) ring = message_ring_new();
    g_autoptr(GString) text = g_string_new("x"); /* then 3 bytes each: the limit falls inside one */
    g_autoptr(GPtrArray) found = NULL;
    const RingMessage *message = NULL;

    while (text->len <= MESSAGE_RING_TEXT_MAX_BYTES)
        g_string_append(text, "充");
    add(ring, "P", text->str);
    found = message_ring_find(ring, 0, NULL, NULL, 1);
    message = found->pdata[0];
    cr_expect(message->cut);
    cr_expect(g_utf8_validate(message->text, -1, NULL));
    cr_expect(g_str_has_prefix(text->str, message->text));
}

Test(operator_sessions, end_after_a_shift_or_when_closed)
{
    g_autoptr(OperatorSessions) sessions = operator_sessions_new();

    operator_sessions_open(sessions, "a", 0);
    operator_sessions_open(sessions, "b", 0);
    cr_expect(operator_sessions_know(sessions, "a", OPERATOR_SESSION_MS - 1));
    cr_expect_not(operator_sessions_know(sessions, "a", OPERATOR_SESSION_MS));
    cr_expect_not(operator_sessions_know(sessions, "c", 0));
    operator_sessions_close(sessions, "b");
    cr_expect_not(operator_sessions_know(sessions, "b", 0));
}

Test(operator_sessions, the_oldest_makes_room)
{
    g_autoptr(OperatorSessions) sessions = operator_sessions_new();

    for (gint i = 0; i <= OPERATOR_SESSIONS_MAX; i++) {
        g_autofree gchar *hash = g_strdup_printf("%d", i);

        operator_sessions_open(sessions, hash, i);
    }
    cr_expect_not(operator_sessions_know(sessions, "0", OPERATOR_SESSIONS_MAX));
    cr_expect(operator_sessions_know(sessions, "1", OPERATOR_SESSIONS_MAX));
}

/* The request that @line stands for, "METHOD path {body}"; "" with a complaint that fits to the eye. */
static gchar *said(const gchar *line, gint evse_no)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_auto(ControlRequest) request = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autofree gchar *body = NULL;

    if (!control_words_read(words, evse_no, &request, &error)) {
        cr_expect(error != NULL && error->message[0] != '\0', "%s: no word why", line);
        return g_strdup("");
    }
    if (request.body != NULL) {
        node = json_write_node(json_object_ref(request.body));
        body = json_gate_print(node, NULL);
    }
    return g_strdup_printf("%s %s %s", request.method, request.path, body != NULL ? body : "");
}

Test(control_words, become_the_ocpp_call_that_they_name)
{
#define CALL "POST stations/P1/call "
#define TARGET "\"component\":{\"name\":\"C\"},\"variable\":{\"name\":\"V\"}"
    static const struct {
        const gchar *line;
        gint evse_no;
        const gchar *request;
    } rows[] = {
        {"pile get P1 C.V", 0,
         CALL "{\"action\":\"GetVariables\",\"payload\":{\"getVariableData\":[{" TARGET "}]}}"},
        {"pile get P1 C.V", 2,
         CALL "{\"action\":\"GetVariables\",\"payload\":{\"getVariableData\":[{\"component\":{\"name\":\"C\","
              "\"evse\":{"
              "\"id\":2}},\"variable\":{\"name\":\"V\"}}]}}"},
        {"pile set P1 C.V=a=b", 0,
         CALL "{\"action\":\"SetVariables\",\"payload\":{\"setVariableData\":[{" TARGET
              ",\"attributeValue\":\"a=b\"}]}}"},
        {"pile report P1", 0,
         CALL "{\"action\":\"GetBaseReport\",\"payload\":{\"reportBase\":\"FullInventory\"}}"},
        {"pile report P1 summary", 0,
         CALL "{\"action\":\"GetBaseReport\",\"payload\":{\"reportBase\":\"SummaryInventory\"}}"},
        {"pile monitors P1", 0, CALL "{\"action\":\"GetMonitoringReport\",\"payload\":{}}"},
        {"pile monitor P1 C.V UpperThreshold -1.5", 0,
         CALL "{\"action\":\"SetVariableMonitoring\",\"payload\":{\"setMonitoringData\":[{" TARGET
              ",\"value\":-1.5,\"type\":\"UpperThreshold\",\"severity\":5}]}}"},
        {"pile trigger P1 Heartbeat", 0,
         CALL "{\"action\":\"TriggerMessage\",\"payload\":{\"requestedMessage\":\"Heartbeat\"}}"},
        {"pile transaction P1 tx", 0,
         CALL "{\"action\":\"GetTransactionStatus\",\"payload\":{\"transactionId\":\"tx\"}}"},
        {"pile unlimit P1", 2,
         CALL "{\"action\":\"ClearChargingProfile\",\"payload\":{\"chargingProfileId\":1002}}"},
        {"pile clear-message P1 7", 0, CALL "{\"action\":\"ClearDisplayMessage\",\"payload\":{\"id\":7}}"},
        {"pile cost P1 tx 3.5", 0,
         CALL "{\"action\":\"CostUpdated\",\"payload\":{\"totalCost\":3.5,\"transactionId\":\"tx\"}}"},
        {"pile operative P1", 1,
         CALL "{\"action\":\"ChangeAvailability\",\"payload\":{\"operationalStatus\":\"Operative\",\"evse\":{"
              "\"id\":1}}}"},
        {"pile inoperative P1", 0,
         CALL "{\"action\":\"ChangeAvailability\",\"payload\":{\"operationalStatus\":\"Inoperative\"}}"},
        {"pile start P1 TOKEN", 0,
         CALL "{\"action\":\"RequestStartTransaction\",\"payload\":{\"evseId\":1,\"idToken\":{\"idToken\":"
              "\"TOKEN\",\"type\":"
              "\"Central\"}}}"},
        {"pile stop P1 tx", 0,
         CALL "{\"action\":\"RequestStopTransaction\",\"payload\":{\"transactionId\":\"tx\"}}"},
        {"pile unlock P1", 2,
         CALL "{\"action\":\"UnlockConnector\",\"payload\":{\"evseId\":2,\"connectorId\":1}}"},
        {"pile reset P1", 0, CALL "{\"action\":\"Reset\",\"payload\":{\"type\":\"OnIdle\"}}"},
        {"pile reset P1 now", 0, CALL "{\"action\":\"Reset\",\"payload\":{\"type\":\"Immediate\"}}"},
        {"pile call P1 Anything", 0, CALL "{\"action\":\"Anything\",\"payload\":{}}"},
        {"pile call P1 Anything {\"a\":1}", 0, CALL "{\"action\":\"Anything\",\"payload\":{\"a\":1}}"},
        {"pile unlock P/1", 1,
         "POST stations/P%2F1/call "
         "{\"action\":\"UnlockConnector\",\"payload\":{\"evseId\":1,\"connectorId\":1}}"},
        {"vehicle query car-1", 0,
         "POST vehicles/car-1/query {\"want\":[\"position\",\"soc\",\"plug\",\"gear\"]}"},
        {"vehicle query car-1 soc", 0, "POST vehicles/car-1/query {\"want\":[\"soc\"]}"},
        {"offer list", 0, "GET offers "},
        {"offer add {\"text\":1}", 0, "POST offers {\"text\":1}"},
        {"offer withdraw id", 0, "DELETE offers/id "},
        {"rule remove id", 0, "DELETE offer-rules/id "},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree gchar *request = said(rows[i].line, rows[i].evse_no);

        cr_expect_str_eq(request, rows[i].request, "%s: %s", rows[i].line, request);
    }
}

Test(control_words, a_power_limit_is_for_the_station_or_for_what_begins_at_one_point)
{
    g_autofree gchar *station = said("pile limit P1 11000", 0), *point = said("pile limit P1 11000", 2);
    g_autofree gchar *message = said("pile message P1 Hello", 0);

    cr_expect_not_null(strstr(station, "\"limit\":11000"));
    cr_expect_not_null(strstr(station, "\"chargingProfilePurpose\":\"ChargingStationMaxProfile\""));
    cr_expect_not_null(strstr(point, "\"evseId\":2"));
    cr_expect_not_null(strstr(point, "\"chargingProfilePurpose\":\"TxDefaultProfile\""));
    cr_expect_not_null(strstr(message, "\"content\":\"Hello\""));
}

Test(control_words, what_is_not_quite_right_is_never_sent)
{
    static const gchar *const lines[] = {"pile",
                                         "pile get",
                                         "pile get P1",
                                         "pile get P1 C",
                                         "pile get P1 .V",
                                         "pile get P1 C.V=1",
                                         "pile set P1 C.V",
                                         "pile set P1 a=C.V",
                                         "pile fly P1",
                                         "pile report P1 fully",
                                         "pile monitors P1 now",
                                         "pile monitor P1 C.V Delta",
                                         "pile monitor P1 C Delta 5",
                                         "pile monitor P1 C.V Delta much",
                                         "pile limit P1",
                                         "pile limit P1 11kW",
                                         "pile limit P1 -1",
                                         "pile clear-message P1 all",
                                         "pile cost P1 tx 3,50",
                                         "pile cost P1 tx 0x10",
                                         "pile cost P1 tx nan",
                                         "pile cost P1 tx -",
                                         "pile reset P1 later",
                                         "pile call P1",
                                         "pile call P1 A {",
                                         "pile call P1 A {} B",
                                         "vehicle",
                                         "vehicle ask car-1",
                                         "offer",
                                         "offer add",
                                         "offer add {",
                                         "offer remove id",
                                         "rule withdraw id"};

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree gchar *request = said(lines[i], 0);

        cr_expect_str_eq(request, "", "%s: %s", lines[i], request);
    }
}

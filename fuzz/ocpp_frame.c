/* Any bytes as an OCPP message: no crash; a call reaches the owner or gets exactly one answer; an answer gets
 * none; and what the decoders accept, the encoders write so that it reads back the same.
 */
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/ocpp_availability.h"
#include "protocol/ocpp_rpc.h"
#include "tests/protocol/ocpp_recode.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gchar *print(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

    json_node_set_object(node, object);
    return json_gate_print(node, NULL);
}

static void check_payload(OcppAction action, gboolean is_answer, JsonObject *payload)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) once = ocpp_recode(action, is_answer, payload, &error);
    g_autoptr(JsonObject) again = NULL, twice = NULL;

    if (once == NULL) {
        g_assert_true(error != NULL && error->domain == OCPP_ERROR && error->message[0] != '\0');
        return;
    }
    g_autofree gchar *text = print(once);
    again = json_gate_parse_object(text, strlen(text), NULL);
    g_assert_nonnull(again);
    twice = ocpp_recode(action, is_answer, again, &error);
    g_assert_no_error(error);
    g_autofree gchar *text_again = print(twice);
    g_assert_cmpstr(text, ==, text_again);
}

static void check_engine(const gchar *bytes, gsize len, const OcppFrame *frame, gboolean readable)
{
    static const OcppAction served[] = {OCPP_ACTION_RESET, OCPP_ACTION_TRANSACTION_EVENT};
    g_autoptr(OcppRpc) rpc = ocpp_rpc_new(served, G_N_ELEMENTS(served));
    g_auto(OcppRpcEvent) event = {0};

    ocpp_rpc_connected(rpc);
    ocpp_rpc_receive(rpc, bytes, len, 0);
    gboolean reached = ocpp_rpc_pop_event(rpc, &event);
    g_autofree gchar *answer = ocpp_rpc_pop_outgoing(rpc);
    g_autofree gchar *second = ocpp_rpc_pop_outgoing(rpc);
    g_assert_null(second);
    if (readable ? frame->type == OCPP_CALL : frame->id[0] != '\0')
        g_assert_true(reached != (answer != NULL));
    else
        g_assert_true(!reached && answer == NULL);
    if (answer != NULL) {
        g_auto(OcppFrame) parsed = {0};
        g_assert_true(ocpp_frame_parse(answer, strlen(answer), &parsed, NULL));
        g_assert_true(parsed.type == OCPP_CALLERROR && g_str_equal(parsed.id, frame->id));
    }
}

/* A frame that was read is written so that it reads back the same. */
static void check_frame(const OcppFrame *frame)
{
    g_autofree gchar *text = frame->type == OCPP_CALL
                                 ? ocpp_frame_print_call(frame->id, frame->action, frame->payload)
                                 : ocpp_frame_print_result(frame->id, frame->payload);
    g_auto(OcppFrame) again = {0};

    g_assert_true(ocpp_frame_parse(text, strlen(text), &again, NULL));
    g_assert_true(again.type == frame->type && g_str_equal(again.id, frame->id));
    if (frame->type == OCPP_CALL)
        g_assert_cmpstr(again.action, ==, frame->action);
}

/* Events of a bay sensor: what the server understands, a pile would have said so. */
static void check_bays(JsonObject *payload)
{
    g_auto(OcppNotifyEventRequest) request = {0};

    ocpp_notify_event_request_init(&request);
    if (!ocpp_notify_event_request_from_json(payload, &request, NULL))
        return;
    for (guint i = 0; i < request.events->len; i++) {
        const OcppEventData *event = &g_array_index(request.events, OcppEventData, i);
        OcppEventData same;
        gint32 evse_id = 0, evse_again = 0;
        gboolean occupied = FALSE, occupied_again = FALSE;

        if (!ocpp_event_data_get_bay(event, &evse_id, &occupied))
            continue;
        ocpp_event_data_set_bay_problem(&same, event->event_id, evse_id, occupied, event->timestamp_ms);
        g_assert_false(ocpp_event_data_get_bay(&same, &evse_again, &occupied_again));
        ocpp_event_data_set_bay(&same, event->event_id, evse_id, occupied, event->timestamp_ms);
        g_assert_true(ocpp_event_data_get_bay(&same, &evse_again, &occupied_again));
        g_assert_true(evse_again == evse_id && occupied_again == occupied);
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const gchar *bytes = (const gchar *)data;
    g_auto(OcppFrame) frame = {0};
    g_autoptr(GError) error = NULL;
    gboolean readable = ocpp_frame_parse(bytes, size, &frame, &error);
    OcppAction action;

    g_assert_true(readable == (error == NULL));
    check_engine(bytes, size, &frame, readable);
    if (readable && frame.type != OCPP_CALLERROR)
        check_frame(&frame);
    if (readable && frame.type == OCPP_CALL && ocpp_action_from_name(frame.action, &action)) {
        check_payload(action, FALSE, frame.payload);
        if (action == OCPP_ACTION_NOTIFY_EVENT)
            check_bays(frame.payload);
    }
    for (guint i = 0; readable && frame.type == OCPP_CALLRESULT && i < OCPP_N_ACTIONS; i++)
        check_payload((OcppAction)i, TRUE, frame.payload);
    return 0;
}

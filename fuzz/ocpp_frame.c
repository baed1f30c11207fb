/* Any bytes as an OCPP message: no crash; a call reaches the owner or gets exactly one answer; an answer gets
 * none; and what the decoders accept, the encoders write so that it reads back the same.
 */
#include <string.h>

#include "protocol/json_gate.h"
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

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const gchar *bytes = (const gchar *)data;
    g_auto(OcppFrame) frame = {0};
    g_autoptr(GError) error = NULL;
    gboolean readable = ocpp_frame_parse(bytes, size, &frame, &error);
    OcppAction action;

    g_assert_true(readable == (error == NULL));
    check_engine(bytes, size, &frame, readable);
    if (readable && frame.type == OCPP_CALL && ocpp_action_from_name(frame.action, &action))
        check_payload(action, FALSE, frame.payload);
    for (guint i = 0; readable && frame.type == OCPP_CALLRESULT && i < OCPP_N_ACTIONS; i++)
        check_payload((OcppAction)i, TRUE, frame.payload);
    return 0;
}

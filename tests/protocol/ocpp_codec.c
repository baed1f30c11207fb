/* The OCPP codec against frames that no program of ours has made. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/ocpp_rpc.h"
#include "tests/protocol/ocpp_golden.h"
#include "tests/protocol/ocpp_recode.h"

static gchar *print(JsonObject *object)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

    json_node_set_object(node, object);
    return json_gate_print(node, NULL);
}

static gboolean equal(JsonObject *a, JsonObject *b)
{
    g_autoptr(JsonNode) left = json_node_new(JSON_NODE_OBJECT), right = json_node_new(JSON_NODE_OBJECT);

    json_node_set_object(left, a);
    json_node_set_object(right, b);
    return json_node_equal(left, right);
}

/* Decodes and encodes the payload of a readable frame. */
static JsonObject *recode(const OcppGolden *golden, const OcppFrame *frame, GError **error)
{
    OcppAction action;

    cr_assert(ocpp_action_from_name(golden->answers != NULL ? golden->answers : frame->action, &action), "%s",
              golden->name);
    return ocpp_recode(action, frame->type == OCPP_CALLRESULT, frame->payload, error);
}

Test(ocpp_codec, good_frames_become_values_and_the_same_frames_again)
{
    g_autoptr(GPtrArray) all = ocpp_golden_load(GOLDEN_DIR);
    guint n = 0;

    for (guint i = 0; i < all->len; i++) {
        const OcppGolden *golden = g_ptr_array_index(all, i);
        g_auto(OcppFrame) frame = {0};
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonObject) again = NULL;

        if (golden->error != NULL)
            continue;
        cr_assert(ocpp_frame_parse(golden->text, golden->len, &frame, &error), "%s: %s", golden->name,
                  error != NULL ? error->message : "");
        again = recode(golden, &frame, &error);
        cr_assert_not_null(again, "%s: %s", golden->name, error != NULL ? error->message : "");
        JsonObject *wanted = golden->becomes != NULL ? golden->becomes : frame.payload;
        g_autofree gchar *have = print(again), *want = print(wanted);
        cr_expect(equal(again, wanted), "%s, %s:\nhave %s\nwant %s", golden->file, golden->name, have, want);
        n++;
    }
    cr_assert_gt(n, 50);
}

Test(ocpp_codec, bad_payloads_get_the_error_code_of_the_table_and_name_the_field)
{
    g_autoptr(GPtrArray) all = ocpp_golden_load(GOLDEN_DIR);
    guint n = 0;

    for (guint i = 0; i < all->len; i++) {
        const OcppGolden *golden = g_ptr_array_index(all, i);
        g_auto(OcppFrame) frame = {0};
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonObject) again = NULL;

        if (golden->error == NULL || g_str_equal(golden->file, "frames.json"))
            continue;
        cr_assert(ocpp_frame_parse(golden->text, golden->len, &frame, NULL), "%s", golden->name);
        again = recode(golden, &frame, &error);
        cr_assert_null(again, "%s was accepted", golden->name);
        cr_expect_str_eq(ocpp_error_code_name((OcppErrorCode)error->code), golden->error, "%s: %s",
                         golden->name, error->message);
        cr_expect_eq(error->domain, OCPP_ERROR);
        cr_expect_not_null(strchr(error->message, ':'), "%s names no field: %s", golden->name,
                           error->message);
        n++;
    }
    cr_assert_gt(n, 40);
}

/* The frame, its id and the actions are the engine's business: it must answer on its own. */
Test(ocpp_codec, bad_frames_are_answered_under_the_id_that_can_be_read)
{
    static const OcppAction served[] = {OCPP_ACTION_HEARTBEAT};
    g_autoptr(GPtrArray) all = ocpp_golden_load(GOLDEN_DIR);
    guint n = 0;

    for (guint i = 0; i < all->len; i++) {
        const OcppGolden *golden = g_ptr_array_index(all, i);
        g_autoptr(OcppRpc) rpc = ocpp_rpc_new(served, G_N_ELEMENTS(served));
        g_auto(OcppFrame) answer = {0};
        g_auto(OcppRpcEvent) event = {0};

        if (!g_str_equal(golden->file, "frames.json"))
            continue;
        ocpp_rpc_connected(rpc);
        ocpp_rpc_receive(rpc, golden->text, golden->len, 0);
        cr_expect_not(ocpp_rpc_pop_event(rpc, &event), "%s reached the owner", golden->name);
        g_autofree gchar *text = ocpp_rpc_pop_outgoing(rpc);
        n++;
        if (golden->id[0] == '\0') {
            cr_expect_null(text, "%s: an answer was answered", golden->name);
            continue;
        }
        cr_assert_not_null(text, "%s: no answer", golden->name);
        cr_assert(ocpp_frame_parse(text, strlen(text), &answer, NULL));
        cr_expect_eq(answer.type, OCPP_CALLERROR, "%s", golden->name);
        cr_expect_str_eq(answer.id, golden->id, "%s", golden->name);
        cr_expect_str_eq(ocpp_error_code_name(answer.code), golden->error, "%s", golden->name);
    }
    cr_assert_gt(n, 20);
}

Test(ocpp_codec, every_action_has_its_name_and_one_name)
{
    for (guint i = 0; i < OCPP_N_ACTIONS; i++) {
        OcppAction action = OCPP_N_ACTIONS;
        cr_expect(ocpp_action_from_name(ocpp_action_name((OcppAction)i), &action));
        cr_expect_eq(action, i, "%s", ocpp_action_name((OcppAction)i));
    }
    cr_expect_str_eq(ocpp_action_name(OCPP_ACTION_GET_15118_EV_CERTIFICATE), "Get15118EVCertificate");
    cr_expect_eq(ocpp_action_sender(OCPP_ACTION_BOOT_NOTIFICATION), OCPP_SENDER_STATION);
    cr_expect_eq(ocpp_action_sender(OCPP_ACTION_RESET), OCPP_SENDER_CSMS);
    cr_expect_eq(ocpp_action_sender(OCPP_ACTION_DATA_TRANSFER), OCPP_SENDER_BOTH);
}

Test(ocpp_codec, error_text_that_repeats_hostile_bytes_is_cut_to_255_characters)
{
    g_autofree gchar *hostile = g_strnfill(1000, 'x');
    g_auto(OcppFrame) frame = {0};

    memcpy(hostile, "\xff\"\\\n", 4);
    g_autofree gchar *text = ocpp_frame_print_error("a", OCPP_ERROR_GENERIC, hostile);
    cr_assert(ocpp_frame_parse(text, strlen(text), &frame, NULL));
    cr_assert_eq(g_utf8_strlen(frame.description, -1), OCPP_ERROR_DESCRIPTION_CHARS);
    cr_assert(g_str_has_prefix(frame.description, "\xef\xbf\xbd\"\\\n"));
}

Test(ocpp_codec, an_error_without_text_and_details_still_ends_our_call)
{
    g_auto(OcppFrame) frame = {0};
    static const gchar text[] = "[4,\"a\",\"VendorSpecific\"]";

    cr_assert(ocpp_frame_parse(text, strlen(text), &frame, NULL));
    cr_assert_eq(frame.code, OCPP_ERROR_GENERIC);
    cr_assert_str_eq(frame.description, "");
}

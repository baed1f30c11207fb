/* The rules of one OCPP connection, with the test owning socket and clock. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/ocpp_rpc.h"

static const OcppAction served[] = {OCPP_ACTION_RESET, OCPP_ACTION_UNLOCK_CONNECTOR};

static OcppRpc *connected(void)
{
    OcppRpc *rpc = ocpp_rpc_new(served, G_N_ELEMENTS(served));

    ocpp_rpc_connected(rpc);
    return rpc;
}

static void call(OcppRpc *rpc, guint64 tag, gint64 now_ms)
{
    ocpp_rpc_call(rpc, OCPP_ACTION_HEARTBEAT, json_object_new(), 1000, tag, now_ms);
}

/* The next text that goes out, parsed; fails when there is none. */
static OcppFrame sent(OcppRpc *rpc)
{
    g_autofree gchar *text = ocpp_rpc_pop_outgoing(rpc);
    OcppFrame frame;

    cr_assert_not_null(text, "nothing was sent");
    cr_assert(ocpp_frame_parse(text, strlen(text), &frame, NULL), "%s", text);
    return frame;
}

static gboolean nothing_sent(OcppRpc *rpc)
{
    g_autofree gchar *text = ocpp_rpc_pop_outgoing(rpc);

    return text == NULL;
}

static void receive(OcppRpc *rpc, gchar *text, gint64 now_ms)
{
    ocpp_rpc_receive(rpc, text, strlen(text), now_ms);
    g_free(text);
}

static void receive_result(OcppRpc *rpc, const gchar *id, gint64 now_ms)
{
    receive(rpc, g_strdup_printf("[3,\"%s\",{}]", id), now_ms);
}

static void expect_event(OcppRpc *rpc, OcppRpcEventType type, guint64 tag)
{
    g_auto(OcppRpcEvent) event = {0};

    cr_assert(ocpp_rpc_pop_event(rpc, &event), "no event for %u", (guint)tag);
    cr_expect_eq(event.type, type, "event %d for %u", event.type, (guint)event.tag);
    cr_expect_eq(event.tag, tag);
}

static void expect_no_event(OcppRpc *rpc)
{
    g_auto(OcppRpcEvent) event = {0};

    cr_expect_not(ocpp_rpc_pop_event(rpc, &event));
}

Test(ocpp_rpc, one_call_is_outstanding_and_the_next_waits_for_its_answer)
{
    g_autoptr(OcppRpc) rpc = connected();

    call(rpc, 1, 0);
    call(rpc, 2, 0);
    g_auto(OcppFrame) first = sent(rpc);
    cr_expect(nothing_sent(rpc));
    cr_expect_eq(ocpp_rpc_n_calls(rpc), 2);
    receive_result(rpc, first.id, 10);
    expect_event(rpc, OCPP_RPC_EVENT_RESULT, 1);
    g_auto(OcppFrame) second = sent(rpc);
    cr_expect_str_eq(second.action, "Heartbeat");
    cr_expect_str_neq(first.id, second.id);
    cr_expect_eq(strlen(second.id), 36);
}

Test(ocpp_rpc, a_call_times_out_from_sending_not_from_queueing)
{
    g_autoptr(OcppRpc) rpc = connected();

    call(rpc, 1, 0);
    call(rpc, 2, 0);
    g_auto(OcppFrame) first = sent(rpc);
    cr_expect_eq(ocpp_rpc_deadline_ms(rpc), 1000);
    ocpp_rpc_tick(rpc, 999);
    expect_no_event(rpc);
    ocpp_rpc_tick(rpc, 1000);
    expect_event(rpc, OCPP_RPC_EVENT_TIMEOUT, 1);
    g_auto(OcppFrame) second = sent(rpc);
    cr_expect_eq(ocpp_rpc_deadline_ms(rpc), 2000);

    receive_result(rpc, first.id, 1500); /* too late: must not end the second call */
    expect_no_event(rpc);
    cr_expect_eq(ocpp_rpc_counters(rpc)->unknown_answers, 1);
    receive_result(rpc, second.id, 1600);
    expect_event(rpc, OCPP_RPC_EVENT_RESULT, 2);
    cr_expect_eq(ocpp_rpc_deadline_ms(rpc), G_MAXINT64);
}

Test(ocpp_rpc, an_answer_that_nobody_asked_for_is_counted_and_not_answered)
{
    g_autoptr(OcppRpc) rpc = connected();

    receive_result(rpc, "nobody", 0);
    receive(rpc, g_strdup("[4,\"nobody\",\"GenericError\",\"\",{}]"), 0);
    cr_expect_eq(ocpp_rpc_counters(rpc)->unknown_answers, 2);
    cr_expect(nothing_sent(rpc));
    expect_no_event(rpc);
}

Test(ocpp_rpc, a_callerror_ends_the_call_with_its_code_and_text)
{
    g_autoptr(OcppRpc) rpc = connected();
    g_auto(OcppRpcEvent) event = {0};

    call(rpc, 7, 0);
    g_auto(OcppFrame) frame = sent(rpc);
    receive(rpc, g_strdup_printf("[4,\"%s\",\"SecurityError\",\"not yours\",{}]", frame.id), 5);
    cr_assert(ocpp_rpc_pop_event(rpc, &event));
    cr_expect_eq(event.type, OCPP_RPC_EVENT_ERROR);
    cr_expect_eq(event.tag, 7);
    cr_expect_eq(event.code, OCPP_ERROR_SECURITY);
    cr_expect_str_eq(event.description, "not yours");
}

Test(ocpp_rpc, losing_the_connection_ends_every_call_once)
{
    g_autoptr(OcppRpc) rpc = connected();

    call(rpc, 1, 0);
    call(rpc, 2, 0);
    g_auto(OcppFrame) first = sent(rpc);
    ocpp_rpc_disconnected(rpc);
    expect_event(rpc, OCPP_RPC_EVENT_LOST, 1);
    expect_event(rpc, OCPP_RPC_EVENT_LOST, 2);
    call(rpc, 3, 0); /* not connected */
    expect_event(rpc, OCPP_RPC_EVENT_LOST, 3);
    expect_no_event(rpc);

    ocpp_rpc_connected(rpc);
    receive_result(rpc, first.id, 20); /* the answer of the old connection */
    expect_no_event(rpc);
    cr_expect_eq(ocpp_rpc_counters(rpc)->unknown_answers, 1);
    call(rpc, 1, 30); /* the owner repeats it */
    g_auto(OcppFrame) again = sent(rpc);
    cr_expect_str_neq(first.id, again.id, "a repeated call has a new id (4.1.4)");
}

Test(ocpp_rpc, text_from_before_the_connection_is_not_sent_after_it)
{
    g_autoptr(OcppRpc) rpc = connected();

    call(rpc, 1, 0);
    ocpp_rpc_connected(rpc); /* a new connection replaced the old one before anything was sent */
    expect_event(rpc, OCPP_RPC_EVENT_LOST, 1);
    cr_expect(nothing_sent(rpc));
}

Test(ocpp_rpc, a_served_action_reaches_the_owner_and_is_answered_exactly_once)
{
    g_autoptr(OcppRpc) rpc = connected();
    g_auto(OcppRpcEvent) event = {0};

    receive(rpc, g_strdup("[2,\"q1\",\"Reset\",{\"type\":\"OnIdle\"}]"), 0);
    cr_assert(ocpp_rpc_pop_event(rpc, &event));
    cr_expect_eq(event.type, OCPP_RPC_EVENT_CALL);
    cr_expect_eq(event.action, OCPP_ACTION_RESET);
    cr_expect_str_eq(event.id, "q1");
    cr_expect_str_eq(json_object_get_string_member(event.payload, "type"), "OnIdle");
    cr_expect(nothing_sent(rpc));
    cr_expect(ocpp_rpc_answer(rpc, "q1", json_object_new()));
    g_auto(OcppFrame) answer = sent(rpc);
    cr_expect_eq(answer.type, OCPP_CALLRESULT);
    cr_expect_str_eq(answer.id, "q1");
    cr_expect_not(ocpp_rpc_answer(rpc, "q1", json_object_new()));
    cr_expect_not(ocpp_rpc_answer_error(rpc, "q1", OCPP_ERROR_GENERIC, ""));
    cr_expect(nothing_sent(rpc));
}

Test(ocpp_rpc, an_answer_does_not_cross_to_the_next_connection)
{
    g_autoptr(OcppRpc) rpc = connected();
    g_auto(OcppRpcEvent) event = {0};

    receive(rpc, g_strdup("[2,\"q1\",\"Reset\",{\"type\":\"OnIdle\"}]"), 0);
    cr_assert(ocpp_rpc_pop_event(rpc, &event));
    ocpp_rpc_disconnected(rpc);
    ocpp_rpc_connected(rpc);
    cr_expect_not(ocpp_rpc_answer(rpc, "q1", json_object_new()));
    cr_expect(nothing_sent(rpc));
}

Test(ocpp_rpc, the_same_id_while_the_first_is_worked_on_is_refused)
{
    g_autoptr(OcppRpc) rpc = connected();

    receive(rpc, g_strdup("[2,\"q1\",\"Reset\",{}]"), 0);
    receive(rpc, g_strdup("[2,\"q1\",\"Reset\",{}]"), 0);
    g_auto(OcppFrame) refusal = sent(rpc);
    cr_expect_eq(refusal.type, OCPP_CALLERROR);
    cr_expect_eq(refusal.code, OCPP_ERROR_RPC_FRAMEWORK);
    cr_expect(ocpp_rpc_answer(rpc, "q1", json_object_new()), "the first still gets its answer");
}

Test(ocpp_rpc, a_peer_that_does_not_wait_is_told_to_and_cannot_fill_our_memory)
{
    g_autoptr(OcppRpc) rpc = connected();

    for (guint i = 0; i < OCPP_RPC_MAX_UNANSWERED; i++)
        receive(rpc, g_strdup_printf("[2,\"q%u\",\"Reset\",{}]", i), 0);
    cr_expect(nothing_sent(rpc));
    receive(rpc, g_strdup("[2,\"more\",\"Reset\",{}]"), 0);
    g_auto(OcppFrame) refusal = sent(rpc);
    cr_expect_str_eq(refusal.id, "more");
    cr_expect_eq(refusal.code, OCPP_ERROR_PROTOCOL);
}

Test(ocpp_rpc, own_calls_are_refused_when_the_queue_is_full_and_each_ends_once)
{
    g_autoptr(OcppRpc) rpc = connected();
    guint n_refused = 0, n_lost = 0;

    for (guint i = 0; i < OCPP_RPC_MAX_QUEUED + 3; i++)
        call(rpc, i, 0);
    ocpp_rpc_disconnected(rpc);
    for (OcppRpcEvent event; ocpp_rpc_pop_event(rpc, &event); ocpp_rpc_event_clear(&event)) {
        n_refused += event.type == OCPP_RPC_EVENT_REFUSED ? 1 : 0;
        n_lost += event.type == OCPP_RPC_EVENT_LOST ? 1 : 0;
    }
    cr_expect_eq(n_refused, 2);
    cr_expect_eq(n_lost, OCPP_RPC_MAX_QUEUED + 1);
}

Test(ocpp_rpc, an_inner_error_does_not_leak_its_text_to_the_peer)
{
    g_autoptr(OcppRpc) rpc = connected();
    g_autoptr(GError) inner = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOSPC, "/var/lib/secret");
    g_autoptr(GError) decoder =
        g_error_new_literal(OCPP_ERROR, OCPP_ERROR_TYPE_CONSTRAINT, "type: a string is expected");

    receive(rpc, g_strdup("[2,\"q1\",\"Reset\",{}]"), 0);
    receive(rpc, g_strdup("[2,\"q2\",\"Reset\",{}]"), 0);
    ocpp_rpc_answer_gerror(rpc, "q1", inner);
    ocpp_rpc_answer_gerror(rpc, "q2", decoder);
    g_auto(OcppFrame) first = sent(rpc), second = sent(rpc);
    cr_expect_eq(first.code, OCPP_ERROR_INTERNAL);
    cr_expect_str_eq(first.description, "");
    cr_expect_eq(second.code, OCPP_ERROR_TYPE_CONSTRAINT);
    cr_expect_str_eq(second.description, "type: a string is expected");
}

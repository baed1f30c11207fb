/* A hostile peer against the call engine, in virtual time. Input: lines:
 *   <text>   a frame of the peer; "?" in it stands for the id of our open call
 *   =C       we call       =A, =E   the owner answers, or refuses, the oldest call it was told of
 *   =T<n>    n ms pass     =U, =D   connected, gone
 * Every call of ours ends exactly once, every call of the peer is answered at most once, and one call of ours
 * is in flight. */
#include "protocol/ocpp_rpc.h"
#include "protocol/json_gate.h"
#include "protocol/ocpp_frame.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    OcppRpc *rpc;
    gint64 now_ms;
    guint64 n_called, n_ended;
    gchar open_id[OCPP_MESSAGE_ID_BYTES];
    GQueue told; /* of ids */
    gboolean ended[OCPP_RPC_MAX_QUEUED * 4];
} World;

static void hear_events(World *world)
{
    for (;;) {
        g_auto(OcppRpcEvent) event = {0};

        if (!ocpp_rpc_pop_event(world->rpc, &event))
            return;
        if (event.type == OCPP_RPC_EVENT_CALL) {
            g_assert_nonnull(event.payload);
            g_queue_push_tail(&world->told, g_strdup(event.id));
            continue;
        }
        g_assert_true(event.tag < world->n_called && !world->ended[event.tag]);
        g_assert_true((event.type == OCPP_RPC_EVENT_RESULT) == (event.payload != NULL));
        world->ended[event.tag] = TRUE;
        world->n_ended++;
    }
}

static void look_at_outgoing(World *world)
{
    for (;;) {
        g_autofree gchar *text = ocpp_rpc_pop_outgoing(world->rpc);
        g_auto(OcppFrame) frame = {0};

        if (text == NULL)
            return;
        g_assert_true(ocpp_frame_parse(text, strlen(text), &frame, NULL));
        if (frame.type == OCPP_CALL)
            g_strlcpy(world->open_id, frame.id, sizeof world->open_id);
    }
}

static void answer(World *world, gboolean refused)
{
    g_autofree gchar *id = g_queue_pop_head(&world->told);
    g_autoptr(GError) error = g_error_new_literal(OCPP_ERROR, (gint)OCPP_ERROR_NOT_SUPPORTED, "no");

    if (id == NULL)
        return;
    if (refused)
        ocpp_rpc_answer_gerror(world->rpc, id, error);
    else
        ocpp_rpc_answer(world->rpc, id, json_object_new());
    g_assert_false(ocpp_rpc_answer_error(world->rpc, id, OCPP_ERROR_INTERNAL, "again"));
}

static void follow(World *world, const gchar *line)
{
    g_auto(GStrv) parts = NULL;
    g_autofree gchar *text = NULL;

    if (line[0] != '=') {
        parts = g_strsplit(line, "?", -1);
        text = g_strjoinv(world->open_id, parts);
        ocpp_rpc_receive(world->rpc, text, strlen(text), world->now_ms);
    } else if (line[1] == 'C' && world->n_called < G_N_ELEMENTS(world->ended)) {
        ocpp_rpc_call(world->rpc, OCPP_ACTION_HEARTBEAT, json_object_new(), 30000, world->n_called++,
                      world->now_ms);
    } else if (line[1] == 'A' || line[1] == 'E') {
        answer(world, line[1] == 'E');
    } else if (line[1] == 'T') {
        world->now_ms += (gint64)MIN(g_ascii_strtoull(line + 2, NULL, 10), 1000000);
        ocpp_rpc_tick(world->rpc, world->now_ms);
        g_assert_cmpint(ocpp_rpc_deadline_ms(world->rpc), >, world->now_ms);
    } else if (line[1] == 'U') {
        ocpp_rpc_connected(world->rpc);
    } else if (line[1] == 'D') {
        ocpp_rpc_disconnected(world->rpc);
        g_assert_cmpuint(ocpp_rpc_n_calls(world->rpc), ==, 0);
        g_assert_false(ocpp_rpc_is_connected(world->rpc));
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const OcppAction served[] = {OCPP_ACTION_RESET, OCPP_ACTION_HEARTBEAT};
    g_autofree World *world = g_new0(World, 1);
    g_autofree gchar *text = g_strndup((const gchar *)data, MIN(size, 16384));
    g_auto(GStrv) lines = g_strsplit(text, "\n", 1000);

    world->rpc = ocpp_rpc_new(served, G_N_ELEMENTS(served));
    ocpp_rpc_connected(world->rpc);
    for (guint i = 0; lines[i] != NULL; i++) {
        follow(world, lines[i]);
        look_at_outgoing(world);
        hear_events(world);
        g_assert_cmpuint(ocpp_rpc_n_calls(world->rpc), ==, world->n_called - world->n_ended);
    }
    ocpp_rpc_disconnected(world->rpc);
    hear_events(world);
    g_assert_cmpuint(world->n_ended, ==, world->n_called);
    ocpp_rpc_free(world->rpc);
    g_queue_clear_full(&world->told, g_free);
    return 0;
}

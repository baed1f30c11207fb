/* A hostile CSMS, a damaged store and a hand at the controls against one station, all in virtual time.
 * Input: lines, each a letter and a text:
 *   A<action> <json>  the CSMS asks          R<json>  it answers the call in flight
 *   E                 it refuses that call    S<words> a control of the simulator
 *   P<path> <json>    the same as JSON        T<n>     n seconds pass
 *   D<name> <json>    a stored record         U, D     link up; "D" alone: link down
 * Invariants: every request is answered exactly once, one call in flight, deadlines never lie in the past for
 * ever.
 */
#include "pile-sim/model/station.h"
#include "protocol/json_gate.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
    Station *station;
    StationTime now;
    gint64 in_flight;
    guint answers;
    gboolean linked;
} World;

static void carry_out(World *world, GArray *effects)
{
    world->answers = 0;
    for (guint i = 0; i < effects->len; i++) {
        const Effect *effect = &g_array_index(effects, Effect, i);

        if (effect->type == EFFECT_ANSWER || effect->type == EFFECT_REFUSE)
            world->answers++;
        if (effect->type != EFFECT_CALL)
            continue;
        g_assert_true(world->linked);
        g_autoptr(JsonObject) payload = json_gate_parse_object(effect->text, strlen(effect->text), NULL);
        g_assert_nonnull(payload);
        world->in_flight = effect->id;
    }
    g_array_set_size(effects, 0);
}

static void pass(World *world, GArray *effects, gint64 ms)
{
    for (guint turns = 0; ms > 0 && turns < 500; turns++) {
        gint64 due_ms = station_deadline_ms(world->station, world->now.mono_ms);
        gint64 step_ms = CLAMP(due_ms - world->now.mono_ms, 0, ms);

        world->now.mono_ms += step_ms;
        world->now.unix_ms += step_ms;
        ms -= step_ms;
        station_tick(world->station, world->now, effects);
        carry_out(world, effects);
        g_assert_true(station_deadline_ms(world->station, world->now.mono_ms) > world->now.mono_ms);
    }
}

static void simulate(World *world, GArray *effects, const SimCommand *command)
{
    const gchar *why = NULL;

    station_simulate(world->station, command, world->now, effects, &why);
    carry_out(world, effects);
}

static void ask(World *world, GArray *effects, gchar *text)
{
    gchar *space = strchr(text, ' ');
    OcppAction action = 0;
    g_autoptr(JsonObject) payload = NULL;

    if (space == NULL)
        return;
    *space = '\0';
    payload = json_gate_parse_object(space + 1, strlen(space + 1), NULL);
    if (payload == NULL || !ocpp_action_from_name(text, &action))
        return;
    station_asked(world->station, action, payload, world->now, effects);
    carry_out(world, effects);
    g_assert_cmpuint(world->answers, ==, 1);
}

static void end_call(World *world, GArray *effects, const gchar *text)
{
    g_autoptr(JsonObject) answer = text != NULL ? json_gate_parse_object(text, strlen(text), NULL) : NULL;
    gint64 id = world->in_flight;

    if (id == 0 || (text != NULL && answer == NULL))
        return;
    world->in_flight = 0;
    if (answer != NULL)
        station_answered(world->station, id, answer, world->now, effects);
    else
        station_call_failed(world->station, id, TRUE, OCPP_ERROR_SECURITY, world->now, effects);
    carry_out(world, effects);
}

static void restore(World *world, gchar *text)
{
    gchar *space = strchr(text, ' ');

    if (space == NULL)
        return;
    *space = '\0';
    station_restore(world->station, text, space + 1, world->now, NULL);
}

static void control(World *world, GArray *effects, gchar *text, gboolean json)
{
    g_auto(GStrv) words = g_strsplit(text, " ", json ? 2 : 8);
    SimCommand command = {0};
    SimAction action = 0;

    if (!json && sim_command_from_words(words, 2, &command, NULL))
        simulate(world, effects, &command);
    if (!json || words[0] == NULL || words[1] == NULL || !sim_action_from_path(words[0], &action))
        return;
    g_autoptr(JsonObject) body = json_gate_parse_object(words[1], strlen(words[1]), NULL);
    if (body != NULL && sim_command_from_json(action, body, 2, &command, NULL))
        simulate(world, effects, &command);
}

static void link_changes(World *world, GArray *effects, gboolean up)
{
    if (world->linked == up)
        return;
    world->linked = up;
    world->in_flight = 0;
    if (up)
        station_link_up(world->station, world->now, effects);
    else
        station_link_down(world->station, world->now, effects);
    carry_out(world, effects);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    StationConfig config = {.identity = "FUZZ", .n_evses = 2, .max_power_w = 150000, .speed = 10};
    World world = {.now = {1000, G_GINT64_CONSTANT(1795233600000)}};
    g_autoptr(Station) station = station_new(&config);
    g_autoptr(GArray) effects = effects_new();
    g_autofree gchar *text = g_strndup((const gchar *)data, MIN(size, 16384));
    g_auto(GStrv) lines = g_strsplit(text, "\n", 64);

    world.station = station;
    for (guint i = 0; lines[i] != NULL; i++) /* the store is read before anything else happens */
        if (lines[i][0] == 'D' && lines[i][1] != '\0')
            restore(&world, lines[i] + 1);
    station_start(station, world.now, effects);
    carry_out(&world, effects);
    for (guint i = 0; lines[i] != NULL; i++) {
        gchar *rest = lines[i][0] != '\0' ? lines[i] + 1 : lines[i];

        switch (lines[i][0]) {
        case 'A':
            ask(&world, effects, rest);
            break;
        case 'R':
            end_call(&world, effects, rest);
            break;
        case 'E':
            end_call(&world, effects, NULL);
            break;
        case 'S':
        case 'P':
            control(&world, effects, rest, lines[i][0] == 'P');
            break;
        case 'T':
            pass(&world, effects, (gint64)MIN(g_ascii_strtoull(rest, NULL, 10), 10000) * 1000);
            break;
        case 'U':
            link_changes(&world, effects, TRUE);
            break;
        case 'D':
            if (rest[0] == '\0')
                link_changes(&world, effects, FALSE);
            break;
        default:
            break;
        }
    }
    g_autoptr(JsonObject) shown = station_snapshot(station); /* what the front panel makes of it all */
    g_assert_nonnull(shown);
    return 0;
}

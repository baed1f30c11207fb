#include "ui-bridge/view/scene.h"

#include "ui-bridge/view/facts.h"

SceneScreen scene_screen(GVariant *snapshot)
{
    const gchar *driving = NULL;

    if (snapshot == NULL)
        return SCENE_ABSENT;
    driving = facts_text(snapshot, "driving_state");
    if (g_str_equal(driving, "reversing") || g_str_equal(facts_text(snapshot, "gear"), "R"))
        return SCENE_REVERSING;
    return g_str_equal(driving, "parked") ? SCENE_PARKED : SCENE_MOVING;
}

gboolean scene_may_set(GVariant *snapshot)
{
    return scene_screen(snapshot) == SCENE_PARKED && g_str_equal(facts_text(snapshot, "gear"), "P");
}

static SceneAction action_of_offer(GVariant *snapshot)
{
    g_autoptr(GVariant) pile = facts_dict(snapshot, "pile");

    if (pile == NULL || !scene_may_set(snapshot))
        return SCENE_ACTION_NONE;
    if (facts_flag(pile, "can_order"))
        return SCENE_ACTION_ORDER;
    return g_str_equal(facts_text(pile, "why_not"), "NoConsent") ? SCENE_ACTION_LIMITS : SCENE_ACTION_NONE;
}

gboolean scene_reservation_is_open(GVariant *snapshot)
{
    static const gchar *const open[] = {"requested", "held", "taken", NULL};
    g_autoptr(GVariant) reservation = facts_dict(snapshot, "reservation");

    return reservation != NULL && (g_strv_contains(open, facts_text(reservation, "state")) ||
                                   g_str_equal(facts_text(reservation, "pending"), "reserve"));
}

gboolean scene_reservation_is_taken(GVariant *snapshot)
{
    g_autoptr(GVariant) reservation = facts_dict(snapshot, "reservation");

    return reservation != NULL && g_str_equal(facts_text(reservation, "state"), "taken") &&
           !facts_flag(reservation, "here");
}

/* The pile has no network, and the server would give a code for it. */
static gboolean can_get_code(GVariant *snapshot)
{
    static const gchar *const states[] = {"offered", "ordering", NULL};
    g_autoptr(GVariant) offline = facts_dict(snapshot, "offline");

    return offline != NULL && g_str_equal(facts_text(offline, "state"), "code_offered") &&
           g_strv_contains(states, facts_text(snapshot, "journey_state")) && scene_may_set(snapshot);
}

static gboolean can_move(GVariant *snapshot)
{
    g_autoptr(GVariant) reservation = facts_dict(snapshot, "reservation");
    g_autoptr(GVariant) other = reservation != NULL ? facts_dict(reservation, "alternative") : NULL;

    return other != NULL && scene_reservation_is_taken(snapshot);
}

SceneAction scene_action(GVariant *snapshot)
{
    static const struct {
        const gchar *state;
        SceneAction action;
    } fixed[] = {
        {"ordering", SCENE_ACTION_CANCEL}, {"waiting_plug", SCENE_ACTION_CANCEL},
        {"charging", SCENE_ACTION_STOP},   {"done", SCENE_ACTION_RECEIPT},
        {"failed", SCENE_ACTION_DISMISS},
    };
    const gchar *state = NULL;

    state = facts_text(snapshot, "journey_state");
    if (g_str_equal(state, "idle") && scene_screen(snapshot) != SCENE_REVERSING && can_move(snapshot))
        return SCENE_ACTION_MOVE;
    if (scene_screen(snapshot) != SCENE_PARKED)
        return SCENE_ACTION_NONE;
    if (g_str_equal(state, "idle") && scene_reservation_is_open(snapshot))
        return SCENE_ACTION_UNRESERVE;
    if (can_get_code(snapshot))
        return action_of_offer(snapshot) == SCENE_ACTION_LIMITS ? SCENE_ACTION_LIMITS : SCENE_ACTION_GET_CODE;
    if (g_str_equal(state, "offered"))
        return action_of_offer(snapshot);
    for (guint i = 0; i < G_N_ELEMENTS(fixed); i++) {
        if (g_str_equal(fixed[i].state, state))
            return fixed[i].action;
    }
    return SCENE_ACTION_NONE;
}

const gchar *scene_screen_name(SceneScreen screen)
{
    static const gchar *const names[] = {"absent", "reversing", "parked", "moving"};

    return names[screen];
}

const gchar *scene_action_name(SceneAction action)
{
    static const gchar *const names[] = {"",        "order",   "limits",   "cancel",    "stop",
                                         "receipt", "dismiss", "get_code", "unreserve", "move"};

    return names[action];
}

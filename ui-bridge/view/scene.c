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

    if (scene_screen(snapshot) != SCENE_PARKED)
        return SCENE_ACTION_NONE;
    state = facts_text(snapshot, "journey_state");
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
    static const gchar *const names[] = {"", "order", "limits", "cancel", "stop", "receipt", "dismiss"};

    return names[action];
}

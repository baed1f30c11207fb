#include "pile-sim/panel/panel_face.h"

static const gchar *step_of_transaction(JsonObject *evse, JsonObject *transaction)
{
    static const gchar *const steps[][2] = {{"Charging", "charging"},
                                            {"EVConnected", "starting"},
                                            {"SuspendedEV", "full"},
                                            {"SuspendedEVSE", "paused"}};
    const gchar *state = json_object_get_string_member_with_default(transaction, "charging_state", "");

    /* Without a cable nothing else matters, whatever the state was before it was pulled. */
    if (!json_object_get_boolean_member_with_default(evse, "cable", FALSE))
        return "plug";
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        if (g_str_equal(state, steps[i][0]))
            return steps[i][1];
    return "starting";
}

const gchar *panel_face_step(JsonObject *evse, gboolean online)
{
    if (json_object_get_boolean_member_with_default(evse, "fault", FALSE))
        return "fault";
    if (json_object_has_member(evse, "transaction"))
        return step_of_transaction(evse, json_object_get_object_member(evse, "transaction"));
    if (g_str_equal(json_object_get_string_member_with_default(evse, "connector", ""), "Unavailable"))
        return "unavailable";
    if (json_object_has_member(evse, "last_session"))
        return "done";
    if (!online)
        return "offline"; /* a running charge goes on without the server; a new one cannot begin */
    if (json_object_get_boolean_member_with_default(evse, "cable", FALSE))
        return json_object_get_boolean_member_with_default(evse, "authorized", FALSE) ? "starting"
                                                                                      : "connected";
    if (json_object_get_boolean_member_with_default(evse, "authorized", FALSE))
        return "plug";
    return g_str_equal(json_object_get_string_member_with_default(evse, "connector", ""), "Reserved")
               ? "reserved"
               : "free";
}

const gchar *panel_face_light(const gchar *step)
{
    static const gchar *const lights[][2] = {
        {"free", "green"},    {"reserved", "amber"}, {"plug", "amber"}, {"connected", "amber"},
        {"starting", "blue"}, {"charging", "blue"},  {"full", "green"}, {"paused", "amber"},
        {"done", "green"},    {"fault", "red"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lights); i++)
        if (g_str_equal(step, lights[i][0]))
            return lights[i][1];
    return "off";
}

void panel_face_add(JsonObject *state)
{
    JsonArray *evses = json_object_get_array_member(state, "evses");
    gboolean online = json_object_get_boolean_member_with_default(state, "connected", FALSE) &&
                      g_str_equal(json_object_get_string_member_with_default(state, "boot", ""), "accepted");

    for (guint i = 0; i < json_array_get_length(evses); i++) {
        JsonObject *evse = json_array_get_object_element(evses, i);
        const gchar *step = panel_face_step(evse, online);

        json_object_set_string_member(evse, "step", step);
        json_object_set_string_member(evse, "light", panel_face_light(step));
    }
}

/* Does the car that orders stand at this pile? Two witnesses, and what each may say. */
#include <criterion/criterion.h>

#include "server-stub/model/bay_table.h"
#include "server-stub/model/presence.h"

#define T G_GINT64_CONSTANT(1790000000000)

static OrderPresence judged(BaySensor sensor, gint64 occupied_ms, gint64 others_ms, gint64 distance_m,
                            gboolean live_code, gint64 now_ms)
{
    const PresenceFacts facts = {sensor, occupied_ms, others_ms, distance_m, live_code};

    return presence_judge(&facts, T, now_ms);
}

Test(presence, a_bay_that_has_just_become_occupied_speaks_for_the_order)
{
    cr_assert_eq(judged(BAY_SENSOR_OCCUPIED, T - 5000, 0, -1, FALSE, T), ORDER_PRESENCE_CONFIRMED);
    cr_assert_eq(judged(BAY_SENSOR_OCCUPIED, T - 5000, T - 90000, 30, FALSE, T), ORDER_PRESENCE_CONFIRMED);
}

Test(presence, a_car_far_away_is_a_mismatch_whatever_the_bay_says)
{
    cr_assert_eq(judged(BAY_SENSOR_OCCUPIED, T - 5000, 0, 5000, TRUE, T), ORDER_PRESENCE_MISMATCH);
    cr_assert_eq(judged(BAY_SENSOR_FREE, 0, 0, 201, FALSE, T), ORDER_PRESENCE_MISMATCH);
    cr_assert_neq(judged(BAY_SENSOR_OCCUPIED, T - 5000, 0, 200, FALSE, T), ORDER_PRESENCE_MISMATCH);
}

Test(presence, an_occupation_that_another_car_has_ordered_for_is_not_ours)
{
    cr_assert_eq(judged(BAY_SENSOR_OCCUPIED, T - 60000, T - 30000, 10, FALSE, T), ORDER_PRESENCE_MISMATCH);
}

Test(presence, an_empty_bay_is_waited_for_and_then_speaks_against)
{
    cr_assert_eq(judged(BAY_SENSOR_FREE, 0, 0, 10, FALSE, T + PRESENCE_WAIT_MS - 1), ORDER_PRESENCE_PENDING);
    cr_assert_eq(judged(BAY_SENSOR_FREE, 0, 0, 10, TRUE, T + PRESENCE_WAIT_MS), ORDER_PRESENCE_MISMATCH);
}

Test(presence, without_a_sensor_the_position_or_a_live_code_speaks)
{
    cr_assert_eq(judged(BAY_SENSOR_SILENT, 0, 0, 150, FALSE, T), ORDER_PRESENCE_CONFIRMED);
    cr_assert_eq(judged(BAY_SENSOR_SILENT, 0, 0, -1, TRUE, T), ORDER_PRESENCE_CONFIRMED);
    cr_assert_eq(judged(BAY_SENSOR_SILENT, 0, 0, -1, FALSE, T), ORDER_PRESENCE_UNPROVEN);
}

Test(presence, an_old_occupation_proves_nothing_either_way)
{
    cr_assert_eq(judged(BAY_SENSOR_OCCUPIED, T - PRESENCE_JUST_MS - 1, 0, -1, FALSE, T),
                 ORDER_PRESENCE_UNPROVEN);
    cr_assert_eq(judged(BAY_SENSOR_OCCUPIED, 0, 0, 20, FALSE, T), ORDER_PRESENCE_CONFIRMED);
}

Test(presence, only_where_it_is_enforced_it_forbids)
{
    for (guint p = 0; p < ORDER_N_PRESENCES; p++) {
        cr_assert_not(presence_forbids(PRESENCE_OFF, p));
        cr_assert_not(presence_forbids(PRESENCE_WARN, p));
        cr_assert_eq(presence_forbids(PRESENCE_ENFORCE, p), p >= ORDER_PRESENCE_UNPROVEN);
    }
}

Test(bay_table, a_sensor_counts_for_its_connection_only)
{
    g_autoptr(BayTable) bays = bay_table_new();

    cr_assert_not(bay_table_tell(bays, "P", 1, TRUE, T), "not connected");
    bay_table_connected(bays, "P", T);
    cr_assert(bay_table_tell(bays, "P", 1, TRUE, T));
    cr_assert_not(bay_table_tell(bays, "P", 1, TRUE, T + 1), "a repetition");
    cr_assert_eq(bay_table_state(bays, "P", 1).occupied_ms, 0, "it stood there before we looked");
    bay_table_tell(bays, "P", 1, FALSE, T + 2);
    bay_table_tell(bays, "P", 1, TRUE, T + 3);
    cr_assert_eq(bay_table_state(bays, "P", 1).occupied_ms, T + 3);
    cr_assert(bay_table_silence(bays, "P", 1), "the sensor is broken");
    cr_assert_eq(bay_table_state(bays, "P", 1).sensor, BAY_SENSOR_SILENT);
    cr_assert_not(bay_table_silence(bays, "P", 1));
    bay_table_tell(bays, "P", 1, TRUE, T + 4);
    bay_table_gone(bays, "P");
    cr_assert_eq(bay_table_state(bays, "P", 1).sensor, BAY_SENSOR_SILENT);
}

Test(bay_table, an_event_older_than_the_connection_is_past)
{
    g_autoptr(BayTable) bays = bay_table_new();

    bay_table_connected(bays, "P", T);
    cr_assert(bay_table_is_past(bays, "P", T - BAY_TABLE_CLOCK_SLACK_MS - 1));
    cr_assert_not(bay_table_is_past(bays, "P", T - BAY_TABLE_CLOCK_SLACK_MS));
}

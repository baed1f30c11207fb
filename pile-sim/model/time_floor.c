#include "pile-sim/model/time_floor.h"

#include "protocol/json_read.h"

#define MAX_MS G_GINT64_CONSTANT(253402300799000) /* year 9999, as all our times */

void time_floor_init(TimeFloor *self, gint64 boot_ms)
{
    *self = (TimeFloor){.floor_ms = TIME_FLOOR_BUILD_MS, .boot_ms = boot_ms};
}

gint64 time_floor_ms(const TimeFloor *self, gint64 boot_ms)
{
    return MIN(self->floor_ms + MAX(boot_ms - self->boot_ms, 0), MAX_MS);
}

static void carry_on(TimeFloor *self, gint64 boot_ms)
{
    gint64 floor_ms = time_floor_ms(self, boot_ms);

    if (self->server_ms > 0)
        self->server_ms += MAX(boot_ms - self->boot_ms, 0);
    self->floor_ms = floor_ms;
    self->boot_ms = MAX(boot_ms, self->boot_ms);
}

void time_floor_carry_on_from(TimeFloor *self, gint64 boot_ms)
{
    self->boot_ms = boot_ms;
}

void time_floor_hear_server(TimeFloor *self, gint64 server_ms, gint64 boot_ms)
{
    carry_on(self, boot_ms);
    self->server_ms = CLAMP(server_ms, 0, MAX_MS);
    self->floor_ms = MAX(self->floor_ms, self->server_ms);
}

void time_floor_hear_issue(TimeFloor *self, gint64 issue_ms, gint64 boot_ms)
{
    carry_on(self, boot_ms);
    issue_ms = CLAMP(issue_ms, 0, MAX_MS);
    self->floor_ms = MAX(self->floor_ms, MIN(issue_ms, self->floor_ms + TIME_FLOOR_ISSUE_STEP_MS));
}

void time_floor_start_anew(TimeFloor *self, gint64 boot_ms)
{
    carry_on(self, boot_ms);
    self->floor_ms = MAX(TIME_FLOOR_BUILD_MS, self->server_ms);
}

gboolean time_floor_is_due(const TimeFloor *self, gint64 boot_ms)
{
    return ABS(time_floor_ms(self, boot_ms) - self->saved_ms) >= TIME_FLOOR_SAVE_MS;
}

JsonObject *time_floor_to_json(TimeFloor *self, gint64 boot_ms)
{
    JsonObject *json = json_object_new();

    carry_on(self, boot_ms);
    self->saved_ms = self->floor_ms;
    json_object_set_int_member(json, "floor_ms", self->floor_ms);
    return json;
}

gboolean time_floor_from_json(TimeFloor *self, JsonObject *json, gint64 boot_ms, GError **error)
{
    gint64 floor_ms = 0;

    if (!json_read_int(json, "floor_ms", JSON_REQUIRED, 0, MAX_MS, &floor_ms, error))
        return FALSE;
    time_floor_init(self, boot_ms);
    self->saved_ms = floor_ms;
    self->floor_ms = MAX(self->floor_ms, floor_ms);
    return TRUE;
}

#include "daemon/journey/telling.h"

#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <string.h>

const gchar *const telling_source_names[] = {"off", "vehicle", "fixed", NULL};

gchar *telling_print(const Telling *self)
{
    JsonObject *object = json_object_new();
    g_autoptr(JsonNode) node = json_write_node(object);

    json_object_set_int_member(object, "kinds", self->kinds);
    json_object_set_int_member(object, "radius_m", self->radius_m);
    json_object_set_string_member(object, "source", telling_source_names[self->source]);
    api_position_write(object, "place", &self->place);
    json_object_set_int_member(object, "sharing", self->sharing);
    return json_gate_print(node, NULL);
}

gboolean telling_read(Telling *self, const gchar *text, GError **error)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, strlen(text), error);
    Telling read = {0};
    gint64 kinds = 0, sharing = 0;
    guint source = 0;

    if (object == NULL ||
        !json_read_int(object, "kinds", JSON_REQUIRED, 0, NEWS_OFFER | NEWS_RESERVATION | NEWS_BAY, &kinds,
                       error) ||
        !json_read_int(object, "radius_m", JSON_REQUIRED, SUBSCRIPTION_MIN_RADIUS_M,
                       SUBSCRIPTION_MAX_RADIUS_M, &read.radius_m, error) ||
        !json_read_enum(object, "source", JSON_REQUIRED, telling_source_names, &source, error) ||
        !api_position_read(object, "place", JSON_OPTIONAL, &read.place, error) ||
        !json_read_int(object, "sharing", JSON_REQUIRED, 0, VEHICLE_ALL, &sharing, error))
        return FALSE;
    read.kinds = (guint)kinds;
    read.sharing = (guint)sharing;
    read.source = (TellingSource)source;
    *self = read;
    return TRUE;
}

Subscription telling_subscription(const Telling *self, const ApiPosition *here)
{
    Subscription wanted = {.kinds = self->kinds, .radius_m = self->radius_m};

    if (self->kinds != 0 && self->source == TELLING_FIXED)
        wanted.position = self->place;
    if (self->kinds != 0 && self->source == TELLING_VEHICLE)
        wanted.position = *here;
    return wanted;
}

gboolean telling_differs(const Subscription *sent, const Subscription *wanted)
{
    if (sent->kinds != wanted->kinds || (wanted->kinds != 0 && sent->radius_m != wanted->radius_m))
        return TRUE;
    if (!sent->position.known || !wanted->position.known)
        return sent->position.known != wanted->position.known;
    return api_position_distance_m(&sent->position, &wanted->position) > wanted->radius_m / 10;
}

VehicleState telling_answer(const Telling *self, const VehicleQuery *query, const VehicleState *known)
{
    guint allowed = query->want & self->sharing;
    VehicleState answer = {.soc_percent = -1, .denied = query->want & ~self->sharing};

    g_strlcpy(answer.query_id, query->query_id, sizeof answer.query_id);
    if (allowed & VEHICLE_POSITION)
        answer.position = known->position;
    if (allowed & VEHICLE_SOC)
        answer.soc_percent = known->soc_percent;
    if (allowed & VEHICLE_PLUG)
        answer.plug = known->plug;
    if (allowed & VEHICLE_GEAR)
        answer.gear = known->gear;
    answer.unknown = (!answer.position.known ? VEHICLE_POSITION : 0) |
                     (answer.soc_percent < 0 ? VEHICLE_SOC : 0) |
                     (answer.plug == VEHICLE_PLUG_UNKNOWN ? VEHICLE_PLUG : 0) |
                     (answer.gear == VEHICLE_GEAR_UNKNOWN ? VEHICLE_GEAR : 0);
    answer.unknown &= allowed;
    return answer;
}

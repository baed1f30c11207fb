#include "pile-sim/model/reservations.h"

#include "protocol/json_read.h"
#include "protocol/json_write.h"

void reservations_init(Reservations *self)
{
    self->list = g_array_new(FALSE, TRUE, sizeof(Reservation));
}

void reservations_clear(Reservations *self)
{
    g_clear_pointer(&self->list, g_array_unref);
}

guint reservations_n(const Reservations *self)
{
    return self->list->len;
}

Reservation *reservations_at(Reservations *self, guint i)
{
    return &g_array_index(self->list, Reservation, i);
}

Reservation *reservations_find(Reservations *self, gint32 id)
{
    for (guint i = 0; i < self->list->len; i++) {
        Reservation *reservation = reservations_at(self, i);

        if (reservation->state == RESERVATION_HELD && reservation->id == id)
            return reservation;
    }
    return NULL;
}

Reservation *reservations_of_evse(Reservations *self, gint32 evse_id)
{
    for (guint i = 0; i < self->list->len; i++) {
        Reservation *reservation = reservations_at(self, i);

        if (reservation->state == RESERVATION_HELD && reservation->evse_id == evse_id)
            return reservation;
    }
    return NULL;
}

guint reservations_n_anywhere(Reservations *self, const Reservation *except)
{
    guint n = 0;

    for (guint i = 0; i < self->list->len; i++) {
        const Reservation *reservation = reservations_at(self, i);

        n += reservation->state == RESERVATION_HELD && reservation->evse_id == 0 && reservation != except;
    }
    return n;
}

gboolean reservation_admits(const Reservation *self, const OcppIdToken *token, const OcppIdToken *group)
{
    return ocpp_id_token_equal(&self->token, token) ||
           (group != NULL && ocpp_id_token_equal(&self->group, group)) ||
           /* The group's own id is of the group. */
           ocpp_id_token_equal(&self->group, token);
}

gboolean reservations_put(Reservations *self, const Reservation *reservation)
{
    Reservation *old = NULL;

    /* What ended under this id before is of no interest any more; told late it would end the new one. */
    for (guint i = self->list->len; i > 0; i--) {
        const Reservation *ended = reservations_at(self, i - 1);

        if (ended->state != RESERVATION_HELD && ended->id == reservation->id)
            g_array_remove_index(self->list, i - 1);
    }
    old = reservations_find(self, reservation->id);
    if (old != NULL)
        *old = *reservation;
    else if (self->list->len >= RESERVATIONS_MAX)
        return FALSE;
    else
        g_array_append_val(self->list, *reservation);
    return TRUE;
}

void reservations_drop(Reservations *self, const Reservation *reservation)
{
    for (guint i = 0; i < self->list->len; i++) {
        if (reservations_at(self, i) != reservation)
            continue;
        g_array_remove_index(self->list, i);
        return;
    }
}

static void write_token(JsonObject *json, const gchar *name, const gchar *type_name, const OcppIdToken *token)
{
    if (!token->present)
        return;
    json_object_set_string_member(json, name, token->id_token);
    json_object_set_string_member(json, type_name, ocpp_id_token_type_names[token->type]);
}

static gboolean read_token(JsonObject *json, const gchar *name, const gchar *type_name, OcppIdToken *token,
                           GError **error)
{
    token->present = json_object_has_member(json, name);
    return json_read_text(json, name, JSON_OPTIONAL, token->id_token, sizeof token->id_token, error) &&
           json_read_enum(json, type_name, JSON_OPTIONAL, ocpp_id_token_type_names, &token->type, error);
}

JsonObject *reservations_to_json(const Reservations *self)
{
    JsonObject *json = json_object_new();
    JsonArray *list = json_array_new();

    for (guint i = 0; i < self->list->len; i++) {
        const Reservation *reservation = &g_array_index(self->list, Reservation, i);
        JsonObject *entry = json_object_new();

        json_object_set_int_member(entry, "id", reservation->id);
        json_object_set_int_member(entry, "evse", reservation->evse_id);
        json_object_set_int_member(entry, "expiry_ms", reservation->expiry_ms);
        json_object_set_int_member(entry, "state", reservation->state);
        write_token(entry, "token", "token_type", &reservation->token);
        write_token(entry, "group", "group_type", &reservation->group);
        json_array_add_object_element(list, entry);
    }
    json_object_set_array_member(json, "reservations", list);
    return json;
}

gboolean reservations_from_json(Reservations *self, JsonObject *json, GError **error)
{
    JsonArray *list = NULL;

    if (!json_read_array(json, "reservations", JSON_REQUIRED, RESERVATIONS_MAX, TRUE, &list, error))
        return FALSE;
    g_array_set_size(self->list, 0);
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonObject *entry = json_array_get_object_element(list, i);
        Reservation read = {0};
        gint64 id = 0, evse_id = 0, state = 0;

        if (!json_read_int(entry, "id", JSON_REQUIRED, G_MININT32, G_MAXINT32, &id, error) ||
            !json_read_int(entry, "evse", JSON_REQUIRED, 0, G_MAXINT32, &evse_id, error) ||
            !json_read_int(entry, "expiry_ms", JSON_REQUIRED, 0, G_MAXINT64, &read.expiry_ms, error) ||
            !json_read_int(entry, "state", JSON_REQUIRED, 0, RESERVATION_REMOVED, &state, error) ||
            !read_token(entry, "token", "token_type", &read.token, error) ||
            !read_token(entry, "group", "group_type", &read.group, error))
            return FALSE;
        read.id = (gint32)id;
        read.evse_id = (gint32)evse_id;
        read.state = (ReservationState)state;
        g_array_append_val(self->list, read);
    }
    return TRUE;
}

#include "server-stub/reservation_calls.h"
#include "server-stub/serve_private.h"

void serve_on_reserve(const ReservationRow *row, gpointer data)
{
    reservation_calls_reserve(((Server *)data)->hub, ((Server *)data)->desk, row);
}

void serve_on_release(const ReservationRow *row, gpointer data)
{
    reservation_calls_release(((Server *)data)->hub, ((Server *)data)->desk, row);
}

void serve_on_reservation_changed(const ReservationRow *row, gpointer data)
{
    Server *self = data;

    if (self->front == NULL) /* while the server comes up */
        return;
    web_front_vehicle_changed(self->front, row->vehicle_id);
    operator_feed_mark(web_front_operator_feed(self->front), OPERATOR_RESERVATION,
                       row->reservation.reservation_id);
}

void serve_on_evse_changed(const gchar *station_id, gpointer data)
{
    Server *self = data;

    if (self->places != NULL) /* NULL: while the server comes up */
        location_desk_mark(self->places, station_id);
    if (self->front != NULL)
        operator_feed_mark(web_front_operator_feed(self->front), OPERATOR_STATION, station_id);
}

gboolean serve_on_instead_of(const gchar *evse_key, Place *other, gpointer data)
{
    return location_desk_instead_of(((Server *)data)->places, evse_key, other);
}

void serve_on_place_changed(const Place *place, gpointer data)
{
    Server *self = data;

    if (self->front != NULL)
        web_front_place_changed(self->front, place);
}

GArray *serve_search(const PlaceQuery *query, gboolean *more, gpointer data)
{
    return location_desk_search(((Server *)data)->places, query, more);
}

gboolean serve_reserve(const gchar *vehicle_id, const gchar *moved_from, const ReservationRequest *request,
                       gchar **answer, gboolean *first, WebProblem *problem, gpointer data)
{
    Desk *desk = ((Server *)data)->desk;
    g_autoptr(GError) error = NULL;
    gboolean ok = moved_from == NULL ? desk_reserve(desk, vehicle_id, request, g_get_real_time() / 1000,
                                                    answer, first, &error)
                                     : desk_reservation_move(desk, vehicle_id, moved_from, request,
                                                             g_get_real_time() / 1000, answer, first, &error);

    return ok || desk_problem(error, problem);
}

gboolean serve_reservation_cancel(const gchar *vehicle_id, const gchar *reservation_id,
                                  Reservation *reservation, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_reservation_cancel(((Server *)data)->desk, vehicle_id, reservation_id,
                                   g_get_real_time() / 1000, reservation, &error) ||
           desk_problem(error, problem);
}

gboolean serve_reservation(const gchar *vehicle_id, const gchar *reservation_id, Reservation *reservation,
                           WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_reservation(((Server *)data)->desk, vehicle_id, reservation_id, reservation, &error) ||
           desk_problem(error, problem);
}

GArray *serve_reservations(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = store_reservations_of(((Server *)data)->store, vehicle_id, limit, &error);
    GArray *reservations;

    if (rows == NULL) {
        desk_problem(error, problem);
        return NULL;
    }
    reservations = g_array_sized_new(FALSE, FALSE, sizeof(Reservation), rows->len);
    for (guint i = 0; i < rows->len; i++)
        g_array_append_val(reservations, g_array_index(rows, ReservationRow, i).reservation);
    return reservations;
}

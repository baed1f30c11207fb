/* Location API: search, live view of an area, reservations (protocol/README.md, section 2). Checks and hands
 * on; decides nothing. */
#pragma once

#include "protocol/api_reservation.h"
#include "server-stub/http/web_problem.h"
#include "weblink/web_request.h"

/* FALSE or NULL: @problem is filled. */
typedef struct {
    /* (transfer full) (element-type Place) */
    GArray *(*search)(const PlaceQuery *query, gboolean *more, gpointer data);
    /* @answer: (transfer full): JSON text. @first: 201 rather than 200. @moved_from: (nullable) */
    gboolean (*reserve)(const gchar *vehicle_id, const gchar *moved_from, const ReservationRequest *request,
                        gchar **answer, gboolean *first, WebProblem *problem, gpointer data);
    gboolean (*cancel)(const gchar *vehicle_id, const gchar *reservation_id, Reservation *reservation,
                       WebProblem *problem, gpointer data);
    gboolean (*reservation)(const gchar *vehicle_id, const gchar *reservation_id, Reservation *reservation,
                            WebProblem *problem, gpointer data);
    /* (transfer full) (nullable) (element-type Reservation): newest first */
    GArray *(*reservations)(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data);
} WebLocationPorts;

/* Route handlers: the user data is the WebFront. */
void location_api_search(WebRequest *request, gpointer front);
void location_api_watch(WebRequest *request, gpointer front);
void location_api_reserve(WebRequest *request, gpointer front);
void location_api_move(WebRequest *request, gpointer front);
void location_api_reservation(WebRequest *request, gpointer front);
void location_api_reservations(WebRequest *request, gpointer front);
void location_api_cancel(WebRequest *request, gpointer front);

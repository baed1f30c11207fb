/* The running server's insides, shared by serve.c (start, cars, timer), serve_doors.c (who comes in),
 * serve_places.c (search and reservations) and serve_codes.c (codes). */
#pragma once

#include <gio/gio.h>

#include "server-stub/control_desk.h"
#include "server-stub/desk.h"
#include "server-stub/desk_problem.h"
#include "server-stub/http/web_front.h"
#include "server-stub/location_desk.h"
#include "server-stub/model/try_limit.h"
#include "server-stub/operator_desk.h"
#include "server-stub/serve.h"
#include "server-stub/station_hub.h"

typedef struct {
    Store *store;
    Desk *desk;
    StationHub *hub;
    WebFront *front;
    TryLimit *tries;
    OcppLog *log;
    GMainLoop *loop;
    OperatorDesk *operator_desk;
    LocationDesk *places;
    ControlDesk *control;
    gint64 started_ms;
    GroupCommit *group;
    guint rearm; /* GSource id: the desk's next time is to be looked up */
    guint deadline;
    guint watch;         /* GSource id: what other processes write */
    gint64 data_version; /* of the store, as last seen */
} Server;

/* Doors: who comes in (serve_doors.c); @data is the Server. */
WebDoor serve_vehicle_of(const gchar *token, gchar *vehicle_id, gpointer data);
WebDoor serve_station_knocks(const gchar *identity, const gchar *password, gboolean certified, gpointer data);
void serve_station_enters(WebRequest *request, const gchar *identity, gpointer data);
gint64 serve_try_wait_ms(const gchar *name, gpointer data);
void serve_try_failed(const gchar *name, gpointer data);

/* Desk -> world; @data is the Server. */
void serve_on_reserve(const ReservationRow *row, gpointer data);
void serve_on_release(const ReservationRow *row, gpointer data);
void serve_on_reservation_changed(const ReservationRow *row, gpointer data);
void serve_on_evse_changed(const gchar *station_id, gpointer data);
gboolean serve_on_instead_of(const gchar *evse_key, Place *other, gpointer data);
void serve_on_place_changed(const Place *place, gpointer data);

gboolean serve_on_call(const gchar *station_id, OcppAction action, JsonObject *payload, DeskAnswer answer,
                       gpointer answer_data, gpointer data);
/* From now on, changes of codes by sub-commands reach the piles. */
void serve_codes_watch(Server *self);

/* Web front -> desks */
gboolean serve_issue_code(const gchar *vehicle_id, const OrderRequest *request, Order *order, gboolean *first,
                          WebProblem *problem, gpointer data);
gboolean serve_issue_voucher(const gchar *vehicle_id, const VoucherRequest *request, VoucherAnswer *answer,
                             gboolean *first, WebProblem *problem, gpointer data);
gboolean serve_withdraw(const gchar *vehicle_id, const gchar *client_ref, Order *order, WebProblem *problem,
                        gpointer data);
JsonNode *serve_code_add(JsonObject *body, WebProblem *problem, gpointer data);
JsonNode *serve_code_block(const gchar *code_id, gboolean blocked, WebProblem *problem, gpointer data);
gboolean serve_code_remove(const gchar *code_id, WebProblem *problem, gpointer data);
#define SERVE_CODE_PORTS                                                                                     \
    {                                                                                                        \
        serve_issue_code, serve_issue_voucher, serve_withdraw, serve_code_add, serve_code_block,             \
            serve_code_remove                                                                                \
    }

GArray *serve_search(const PlaceQuery *query, gboolean *more, gpointer data);
gboolean serve_reserve(const gchar *vehicle_id, const gchar *moved_from, const ReservationRequest *request,
                       gchar **answer, gboolean *first, WebProblem *problem, gpointer data);
gboolean serve_reservation_cancel(const gchar *vehicle_id, const gchar *reservation_id,
                                  Reservation *reservation, WebProblem *problem, gpointer data);
gboolean serve_reservation(const gchar *vehicle_id, const gchar *reservation_id, Reservation *reservation,
                           WebProblem *problem, gpointer data);
GArray *serve_reservations(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data);
#define SERVE_LOCATION_PORTS                                                                                 \
    {                                                                                                        \
        serve_search, serve_reserve, serve_reservation_cancel, serve_reservation, serve_reservations         \
    }

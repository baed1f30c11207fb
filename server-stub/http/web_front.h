/* Web front: the HTTP side of the server: car API, event stream, operator API, and the door for stations.
 * It checks who asks and whether the question is well formed, hands values to the ports and writes their
 * answers; it decides nothing. Wire contract: protocol/README.md, sections 2 to 4.
 *
 *   location_api.c, area_feed.c   /v1/locations, /v1/reservations
 *   car_api.c   /v1/...         event_feed.c     /v1/events
 *   operator_api.c   /operator/v1   operator_page.c, operator_feed.c   /operator
 *   news_api.c   /v1/subscription, /v1/offers, /v1/vehicle-state     control_api.c   what operators write and
 * ask station_door.c   /ocpp/<identity>
 */
#pragma once

#include "protocol/api_order.h"
#include "server-stub/http/code_api.h"
#include "server-stub/http/control_api.h"
#include "server-stub/http/event_feed.h"
#include "server-stub/http/location_api.h"
#include "server-stub/http/news_api.h"
#include "server-stub/http/operator_feed.h"
#include "weblink/bounded_server.h"
#include "weblink/sse_hub.h"

#define WEB_FRONT_VEHICLE_ID_BYTES 65

/**
 * WebDoor:
 * @WEB_DOOR_WELCOME: the credential is right
 * @WEB_DOOR_WRONG: it is not: 401, counted
 * @WEB_DOOR_UNKNOWN: no such station: 404, counted
 * @WEB_DOOR_UNREADABLE: the register cannot be read: 500, and nothing is said about the credential
 */
typedef enum { WEB_DOOR_WELCOME, WEB_DOOR_WRONG, WEB_DOOR_UNKNOWN, WEB_DOOR_UNREADABLE } WebDoor;

typedef struct {
    /* Cars. @vehicle_id: (out): %WEB_FRONT_VEHICLE_ID_BYTES */
    WebDoor (*vehicle_of)(const gchar *token, gchar *vehicle_id, gpointer data);
    /* FALSE: @problem is filled. */
    gboolean (*scan)(const gchar *vehicle_id, const ScanRequest *request, ScanAnswer *answer,
                     WebProblem *problem, gpointer data);
    /* @answer: (transfer full): JSON text. @first: 201 rather than 200 */
    gboolean (*place)(const gchar *vehicle_id, const OrderRequest *request, gchar **answer, gboolean *first,
                      WebProblem *problem, gpointer data);
    gboolean (*order)(const gchar *vehicle_id, const gchar *order_id, Order *order, WebProblem *problem,
                      gpointer data);
    gboolean (*stop)(const gchar *vehicle_id, const gchar *order_id, Order *order, WebProblem *problem,
                     gpointer data);
    /* (transfer full) (nullable) (element-type Order): newest first */
    GArray *(*orders)(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data);
    EventFeedPorts events;
    WebLocationPorts places;
    WebCodePorts codes;

    /* Stations. */
    /* @password: (nullable): NULL: none that could count. @certified: a verified certificate names @identity
     */
    WebDoor (*station_knocks)(const gchar *identity, const gchar *password, gboolean certified,
                              gpointer data);
    void (*station_enters)(WebRequest *request, const gchar *identity, gpointer data); /* answers @request */

    /* Failed logins: ms to wait before @name may try again; and one more failure of it. */
    gint64 (*try_wait_ms)(const gchar *name, gpointer data);
    void (*try_failed)(const gchar *name, gpointer data);
} WebFrontPorts;

/* Operator: programs with its token, the page with a session. */
typedef struct {
    gboolean (*may)(const gchar *token, gpointer data);
    /* @view: the last word of the path; (transfer full) (nullable) */
    JsonNode *(*view)(const gchar *view, WebProblem *problem, gpointer data);
    /* (transfer full) (nullable): the secret for the page's cookie; NULL: wrong token */
    gchar *(*login)(const gchar *token, gpointer data);
    gboolean (*session)(const gchar *session, gpointer data);
    void (*logout)(const gchar *session, gpointer data);
    gint64 session_s;
    /* (transfer full): recent OCPP messages; @station, @text: (nullable): only those that contain it */
    JsonNode *(*messages)(const gchar *station, const gchar *text, guint limit, gpointer data);
    OperatorFeedPorts feed;
} WebOperatorPorts;

typedef struct _WebFront WebFront;

WebFront *web_front_new(const WebFrontPorts *ports, gpointer data, const WebOperatorPorts *operator_ports,
                        gpointer operator_data);
void web_front_free(WebFront *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebFront, web_front_free)

/* (transfer none): to allow hosts, set TLS, listen, stop */
BoundedServer *web_front_server(WebFront *self);

/* From now on a station is who its client certificate says, and nobody without one (OCPP 2.0.1 part 2, A00,
 * security profile 3). The server must ask for certificates: bounded_server_set_tls(). */
void web_front_ask_station_certificates(WebFront *self);

/* (transfer none): to be told what has changed */
OperatorFeed *web_front_operator_feed(WebFront *self);

/* There is something new for @vehicle_id (and it is stored): an order, an offer, a reservation. */
void web_front_vehicle_changed(WebFront *self, const gchar *vehicle_id);

/* Before the first request: subscriptions, offers and vehicle states; what operators write and ask. @news,
 * @control: borrowed */
void web_front_serve_news(WebFront *self, const WebNewsPorts *news, gpointer data);
void web_front_serve_control(WebFront *self, const WebControlPorts *control, gpointer data);

/* (transfer none): to send what is of this moment only */
EventFeeds *web_front_feeds(WebFront *self);

/* A charging point looks different now: tells those who watch its area. */
void web_front_place_changed(WebFront *self, const Place *place);

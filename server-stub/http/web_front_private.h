/* Shared by the files of this folder only. */
#pragma once

#include "server-stub/http/area_feed.h"
#include "server-stub/http/event_feed.h"
#include "server-stub/http/web_front.h"

struct _WebFront {
    WebFrontPorts ports;
    gpointer data;
    WebOperatorPorts operator_ports;
    gpointer operator_data;
    BoundedServer *server;
    EventFeeds *feeds;
    AreaFeed *areas;
    const WebNewsPorts *news;
    gpointer news_data;
    const WebControlPorts *control;
    gpointer control_data;
    gboolean asks_certificates; /* of stations: OCPP security profile 3 */
    OperatorFeed *operator_feed;
};

/* Answers with a problem document and writes one redacted log line (none for 429: that is for floods). */
void web_front_problem(WebRequest *request, guint status, const gchar *code, const gchar *detail);
void web_front_reply_problem(WebRequest *request, const WebProblem *problem);
/* Answers with @node: (transfer full) (nullable), or, when there is none, with @problem. */
void web_front_reply(WebRequest *request, guint status, JsonNode *node, const WebProblem *problem);
/* Returns: whether there is a complaint (nullable); if so it is answered: 400, "bad_field" */
gboolean web_front_complain(WebRequest *request, const gchar *complaint);
/* Returns: (transfer full): {"@name": @rows}. @rows: (transfer full) */
JsonNode *web_front_list(const gchar *name, JsonArray *rows);

/* Bearer token of a car. Returns: (transfer none) (nullable): the vehicle, valid as long as @request; NULL:
 * answered with 401 or 429, or 400 when it came with a body that is no JSON. */
const gchar *web_front_vehicle(WebFront *self, WebRequest *request);

/* 401 with @challenge, or 429 when @name has failed too often; counts the failure. */
void web_front_refuse(WebFront *self, WebRequest *request, const gchar *name, const gchar *challenge);

/* Operator token or session cookie. Returns: FALSE: answered with 401 or 429. */
gboolean operator_api_admits(WebFront *self, WebRequest *request);
/* The same for what changes something, with one log line; a session needs our Origin besides, else 403. */
gboolean operator_api_admits_writing(WebFront *self, WebRequest *request);
/* Does @request carry the cookie of an open session? */
gboolean operator_page_session(WebFront *self, WebRequest *request);

/* The JSON object that a car sent. Returns: (transfer full) (nullable): NULL: answered with 400 */
JsonObject *car_api_body(WebRequest *request);
/* The beginning of what a car asks: who, and with which body (nullable: without). Returns: FALSE: answered */
gboolean car_api_begin(WebFront *self, WebRequest *request, const gchar **vehicle_id, JsonObject **body);
/* Two names for one key would be two deeds after a lost answer: they must agree. Returns: (nullable): detail
 */
const gchar *car_api_key_complaint(WebRequest *request, const gchar *client_ref);

/* Route handlers: the user data is the WebFront. */
void car_api_scan(WebRequest *request, gpointer front);
void car_api_place(WebRequest *request, gpointer front);
void car_api_orders(WebRequest *request, gpointer front);
void car_api_order(WebRequest *request, gpointer front);
void car_api_stop(WebRequest *request, gpointer front);
void car_api_events(WebRequest *request, gpointer front);
void news_api_subscription(WebRequest *request, gpointer front);
void news_api_subscribe(WebRequest *request, gpointer front);
void news_api_offers(WebRequest *request, gpointer front);
void news_api_accept(WebRequest *request, gpointer front);
void news_api_vehicle_state(WebRequest *request, gpointer front);
void control_api_list(WebRequest *request, gpointer front);
void control_api_create(WebRequest *request, gpointer front);
void control_api_replace(WebRequest *request, gpointer front);
void control_api_remove(WebRequest *request, gpointer front);
void control_api_call(WebRequest *request, gpointer front);
void control_api_query(WebRequest *request, gpointer front);
void operator_page_file(WebRequest *request, gpointer front);
void operator_page_login(WebRequest *request, gpointer front);
void operator_page_logout(WebRequest *request, gpointer front);
void operator_page_events(WebRequest *request, gpointer front);
void operator_page_messages(WebRequest *request, gpointer front);
void code_api_issue(WebRequest *request, gpointer front);
void code_api_voucher(WebRequest *request, gpointer front);
void code_api_withdraw(WebRequest *request, gpointer front);
void code_api_add(WebRequest *request, gpointer front);
void code_api_block(WebRequest *request, gpointer front);
void code_api_unblock(WebRequest *request, gpointer front);
void code_api_remove(WebRequest *request, gpointer front);
void operator_api_view(WebRequest *request, gpointer front);
void station_door_knock(WebRequest *request, gpointer front);

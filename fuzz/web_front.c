/* Whatever a client sends to the server's HTTP port, byte for byte, through the real listener, libsoup and
 * all handlers. Behind them stand ports that know one vehicle ("Bearer car"), one operator ("Bearer
 * operator", or the cookie of a session "page") and one station (PILE1, password "secret") and that find
 * everything they are asked for. Every connection is answered with HTTP or closed, never with 500, and none
 * is forgotten. Host: fuzz.example. */
#include "server-stub/http/web_front.h"
#include "fuzz/loopback.h"
#include "protocol/ocpp_error.h"
#include "server-stub/http/station_line.h"
#include "weblink/bounded_server.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Cars */

static WebDoor vehicle_of(const gchar *token, gchar *vehicle_id, gpointer data)
{
    g_strlcpy(vehicle_id, "CAR", WEB_FRONT_VEHICLE_ID_BYTES);
    return g_str_equal(token, "car") ? WEB_DOOR_WELCOME : WEB_DOOR_WRONG;
}

static gboolean refuse(WebProblem *problem)
{
    *problem = (WebProblem){404, "not_found", "no such thing"};
    return FALSE;
}

static gboolean scan(const gchar *vehicle_id, const ScanRequest *request, ScanAnswer *answer,
                     WebProblem *problem, gpointer data)
{
    return refuse(problem);
}

static gboolean place(const gchar *vehicle_id, const OrderRequest *request, gchar **answer, gboolean *first,
                      WebProblem *problem, gpointer data)
{
    *answer = g_strdup("{}");
    return TRUE;
}

static gboolean order(const gchar *vehicle_id, const gchar *order_id, Order *found, WebProblem *problem,
                      gpointer data)
{
    *found = (Order){.limits.currency = "EUR"};
    return g_str_equal(order_id, "o") || refuse(problem);
}

static GArray *orders(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data)
{
    g_assert_true(limit >= 1 && limit <= 200);
    return g_array_new(FALSE, FALSE, sizeof(Order));
}

static GPtrArray *events_read(const gchar *vehicle_id, gint64 event_seq, guint limit, gpointer data)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)feed_event_free);
}

static gint64 events_newest(const gchar *vehicle_id, gpointer data)
{
    return 7;
}

static GArray *search(const PlaceQuery *query, gboolean *more, gpointer data)
{
    g_assert_true(query->latitude_deg >= -90 && query->latitude_deg <= 90);
    g_assert_true(query->longitude_deg >= -180 && query->longitude_deg <= 180);
    g_assert_true(query->radius_m >= 1 && query->limit >= 1 && query->max_price_micro >= -1);
    return g_array_new(FALSE, FALSE, sizeof(Place));
}

static gboolean reserve(const gchar *vehicle_id, const gchar *moved_from, const ReservationRequest *request,
                        gchar **answer, gboolean *first, WebProblem *problem, gpointer data)
{
    g_assert_true(moved_from != NULL || request->until_ms > 0);
    *answer = g_strdup("{}");
    return TRUE;
}

static gboolean reservation(const gchar *vehicle_id, const gchar *reservation_id, Reservation *found,
                            WebProblem *problem, gpointer data)
{
    *found = (Reservation){.currency = "EUR"};
    return g_str_equal(reservation_id, "r") || refuse(problem);
}

static GArray *reservations(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data)
{
    g_assert_true(limit >= 1 && limit <= 200);
    return g_array_new(FALSE, FALSE, sizeof(Reservation));
}

static gboolean issue(const gchar *vehicle_id, const OrderRequest *request, Order *found, gboolean *first,
                      WebProblem *problem, gpointer data)
{
    return order(vehicle_id, "o", found, problem, data);
}

static gboolean voucher(const gchar *vehicle_id, const VoucherRequest *request, VoucherAnswer *answer,
                        gboolean *first, WebProblem *problem, gpointer data)
{
    return refuse(problem);
}

static JsonNode *one(void)
{
    return json_node_init_string(json_node_alloc(), "one");
}

static JsonNode *add_code(JsonObject *body, WebProblem *problem, gpointer data)
{
    return one();
}

static JsonNode *block_code(const gchar *code_id, gboolean blocked, WebProblem *problem, gpointer data)
{
    refuse(problem);
    return NULL;
}

static gboolean remove_code(const gchar *code_id, WebProblem *problem, gpointer data)
{
    return TRUE;
}

static gboolean subscribe(const gchar *vehicle_id, const Subscription *subscription, WebProblem *problem,
                          gpointer data)
{
    return TRUE;
}

static gboolean subscription(const gchar *vehicle_id, Subscription *found, WebProblem *problem, gpointer data)
{
    *found = (Subscription){0};
    return TRUE;
}

static GArray *offers(const gchar *vehicle_id, WebProblem *problem, gpointer data)
{
    return g_array_new(FALSE, FALSE, sizeof(Offer));
}

static gboolean accept_offer(const gchar *vehicle_id, const gchar *offer_id, Offer *offer,
                             WebProblem *problem, gpointer data)
{
    return refuse(problem);
}

static gboolean vehicle_state(const gchar *vehicle_id, const VehicleState *state, WebProblem *problem,
                              gpointer data)
{
    return TRUE;
}

/* Stations */

static WebDoor station_knocks(const gchar *identity, const gchar *password, gboolean certified, gpointer data)
{
    if (!g_str_equal(identity, "PILE1"))
        return WEB_DOOR_UNKNOWN;
    return g_strcmp0(password, "secret") == 0 ? WEB_DOOR_WELCOME : WEB_DOOR_WRONG;
}

static void on_call(StationLine *line, OcppAction action, const gchar *id, JsonObject *payload, gpointer data)
{
    station_line_answer(line, id, json_object_new());
}

static void on_outcome(StationLine *line, const OcppRpcEvent *event, gpointer data)
{
}

static void on_message(StationLine *line, gboolean received, const gchar *text, gsize len, gpointer data)
{
    g_assert_true(g_utf8_validate_len(text, len, NULL) || memchr(text, '\0', len) != NULL);
}

static void on_closed(StationLine *line, guint code, gpointer data)
{
}

static void station_enters(WebRequest *request, const gchar *identity, gpointer data)
{
    static const OcppAction served[] = {OCPP_ACTION_HEARTBEAT};
    static const StationLinePorts ports = {on_call, on_outcome, on_message, on_closed};

    station_line_open(request, served, G_N_ELEMENTS(served), 0, &ports, NULL);
}

static gint64 try_wait_ms(const gchar *name, gpointer data)
{
    return strstr(name, "wait") != NULL ? 1500 : 0;
}

static void try_failed(const gchar *name, gpointer data)
{
}

/* Operators */

static gboolean may(const gchar *token, gpointer data)
{
    return g_str_equal(token, "operator");
}

static JsonNode *view(const gchar *name, WebProblem *problem, gpointer data)
{
    refuse(problem);
    return g_str_equal(name, "stations") ? one() : NULL;
}

static gchar *login(const gchar *token, gpointer data)
{
    return may(token, data) ? g_strdup("page") : NULL;
}

static gboolean session(const gchar *secret, gpointer data)
{
    return g_str_equal(secret, "page");
}

static void logout(const gchar *secret, gpointer data)
{
}

static JsonNode *messages(const gchar *station, const gchar *text, guint limit, gpointer data)
{
    g_assert_true(limit >= 1 && limit <= 500);
    return one();
}

static JsonNode *feed_item(OperatorKind kind, const gchar *id, gpointer data)
{
    return NULL;
}

static JsonNode *feed_messages(gint64 *seq, guint limit, gpointer data)
{
    return one();
}

static JsonNode *control_list(const gchar *what, WebProblem *problem, gpointer data)
{
    return one();
}

static JsonNode *control_write(const gchar *what, const gchar *id, JsonObject *input, WebProblem *problem,
                               gpointer data)
{
    return one();
}

static gboolean control_remove(const gchar *what, const gchar *id, WebProblem *problem, gpointer data)
{
    return TRUE;
}

static gboolean answer_late(gpointer request)
{
    web_reply_empty(request, 204);
    web_request_unref(request);
    return G_SOURCE_REMOVE;
}

static void control_ask(WebRequest *request, const gchar *whom, JsonObject *input, gpointer data)
{
    g_idle_add(answer_late, web_request_ref(request)); /* as piles and vehicles do */
}

static BoundedServer *start(void)
{
    static const WebFrontPorts ports = {.vehicle_of = vehicle_of,
                                        .scan = scan,
                                        .place = place,
                                        .order = order,
                                        .stop = order,
                                        .orders = orders,
                                        .events = {events_read, events_newest},
                                        .places = {search, reserve, reservation, reservation, reservations},
                                        .codes = {issue, voucher, order, add_code, block_code, remove_code},
                                        .station_knocks = station_knocks,
                                        .station_enters = station_enters,
                                        .try_wait_ms = try_wait_ms,
                                        .try_failed = try_failed};
    static const WebOperatorPorts operators = {.may = may,
                                               .view = view,
                                               .login = login,
                                               .session = session,
                                               .logout = logout,
                                               .session_s = 60,
                                               .messages = messages,
                                               .feed = {feed_item, feed_messages}};
    static const WebNewsPorts news = {subscribe, subscription, offers, accept_offer, vehicle_state};
    static const WebControlPorts control = {control_list, control_write, control_remove, control_ask,
                                            control_ask};
    static WebFront *front;
    BoundedServer *server;

    if (front != NULL)
        return web_front_server(front);
    g_log_set_handler(NULL, G_LOG_LEVEL_MESSAGE, loopback_drop_log, NULL);
    g_log_set_handler("rearcharge-server", G_LOG_LEVEL_MESSAGE, loopback_drop_log, NULL);
    front = web_front_new(&ports, NULL, &operators, NULL);
    web_front_serve_news(front, &news, NULL);
    web_front_serve_control(front, &control, NULL);
    server = web_front_server(front);
    bounded_server_set_request_rate(server, 0, 0);
    bounded_server_allow_host(server, "fuzz.example");
    g_assert_true(bounded_server_listen(server, "0", NULL));
    return server;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    BoundedServer *server = start();
    guint16 port = (guint16)g_ascii_strtoull(strrchr(bounded_server_url(server), ':') + 1, NULL, 10);
    g_autoptr(GString) heard = NULL;

    if (size > 65536)
        return 0;
    heard = loopback_say(port, data, size);
    g_assert_true(heard->len == 0 || g_str_has_prefix(heard->str, "HTTP/1."));
    g_assert_null(strstr(heard->str, " 500 "));
    for (guint i = 0; i < 1000 && bounded_server_n_connections(server) > 0; i++) {
        loopback_settle();
        g_usleep(100);
    }
    g_assert_cmpuint(bounded_server_n_connections(server), ==, 0);
    return 0;
}

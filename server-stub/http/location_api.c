#include "server-stub/http/location_api.h"

#include <string.h>

#include "server-stub/http/web_front_private.h"

#define LIST_DEFAULT 50
#define LIST_MAX 200

/* A number in a query; absent leaves @value alone. Returns: FALSE when it is not one in the range */
static gboolean read_number(WebRequest *request, const gchar *name, gdouble min, gdouble max, gdouble *value)
{
    const gchar *text = web_request_query(request, name);
    gchar *end = NULL;

    if (text == NULL)
        return TRUE;
    *value = g_ascii_strtod(text, &end);
    /* Alone it would take blanks, "0x10" and "nan" too. */
    return text[strspn(text, "0123456789+-.eE")] == '\0' && end != text && *end == '\0' && *value >= min &&
           *value <= max;
}

static gboolean read_whole(WebRequest *request, const gchar *name, guint64 min, guint64 max, guint64 *value)
{
    const gchar *text = web_request_query(request, name);

    return text == NULL || g_ascii_string_to_unsigned(text, 10, min, max, value, NULL);
}

/* Where, and how far around. Returns: (nullable): what is wrong with it */
static const gchar *read_area(WebRequest *request, PlaceQuery *query)
{
    guint64 radius_m = PLACE_DEFAULT_RADIUS_M;

    if (web_request_query(request, "latitude") == NULL || web_request_query(request, "longitude") == NULL)
        return "latitude, longitude: missing";
    if (!read_number(request, "latitude", -90, 90, &query->latitude_deg))
        return "latitude: want degrees";
    if (!read_number(request, "longitude", -180, 180, &query->longitude_deg))
        return "longitude: want degrees";
    if (!read_whole(request, "radius_m", 1, PLACE_MAX_RADIUS_M, &radius_m))
        return "radius_m: want 1 to 100000";
    query->radius_m = (gint64)radius_m;
    return NULL;
}

static const gchar *read_wishes(WebRequest *request, PlaceQuery *query)
{
    const gchar *connector = web_request_query(request, "connector");
    const gchar *price = web_request_query(request, "max_price");
    const gchar *free_now = web_request_query(request, "free_now");
    guint64 limit = PLACE_DEFAULT_LIMIT, min_power_w = 0;

    if (!read_whole(request, "limit", 1, PLACE_MAX_LIMIT, &limit))
        return "limit: want 1 to 200";
    if (!read_whole(request, "min_power_w", 0, 10000000, &min_power_w))
        return "min_power_w: want watts";
    if (connector != NULL && strlen(connector) >= sizeof query->connector)
        return "connector: want an OCPI ConnectorType";
    if (price != NULL && (query->max_price_micro = tariff_price_parse(price)) < 0)
        return "max_price: want a decimal with at most 4 digits after the point";
    if (free_now != NULL && !g_str_equal(free_now, "true") && !g_str_equal(free_now, "false"))
        return "free_now: want true or false";
    query->limit = (guint)limit;
    query->min_power_w = (gint64)min_power_w;
    query->free_now = g_strcmp0(free_now, "true") == 0;
    g_strlcpy(query->connector, connector != NULL ? connector : "", sizeof query->connector);
    return NULL;
}

void location_api_search(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    PlaceQuery query = PLACE_QUERY_INIT;
    g_autoptr(GArray) places = NULL;
    gboolean more = FALSE;
    const gchar *complaint;

    if (web_front_vehicle(self, request) == NULL)
        return;
    complaint = read_area(request, &query);
    if (complaint == NULL)
        complaint = read_wishes(request, &query);
    if (web_front_complain(request, complaint))
        return;
    places = self->ports.places.search(&query, &more, self->data);
    web_front_reply(request, 200, places_to_json(places, more), NULL);
}

void location_api_watch(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    PlaceQuery area = PLACE_QUERY_INIT;

    if (vehicle_id == NULL || web_front_complain(request, read_area(request, &area)))
        return;
    if (!area_feed_open(self->areas, request, vehicle_id, &area)) {
        web_reply_header(request, "Retry-After", "5");
        web_front_problem(request, 429, "too_many", "4 areas are watched already");
    }
}

/* @moved_from: (nullable): the reservation that it takes the place of */
static void make(WebRequest *request, WebFront *self, const gchar *moved_from)
{
    const gchar *vehicle_id = NULL;
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree gchar *answer = NULL;
    g_autoptr(GBytes) bytes = NULL;
    ReservationRequest wish;
    WebProblem problem;
    const gchar *complaint;
    gboolean first = FALSE;

    if (!car_api_begin(self, request, &vehicle_id, &body))
        return;
    complaint = reservation_request_from_json(body, &wish, &error)
                    ? car_api_key_complaint(request, wish.client_ref)
                    : error->message;
    if (complaint == NULL && moved_from == NULL && wish.until_ms == 0)
        complaint = "until: missing";
    if (web_front_complain(request, complaint))
        return;
    if (!self->ports.places.reserve(vehicle_id, moved_from, &wish, &answer, &first, &problem, self->data)) {
        web_front_reply_problem(request, &problem);
        return;
    }
    bytes = g_bytes_new(answer, strlen(answer));
    web_reply_json(request, first ? 201 : 200, bytes);
}

void location_api_reserve(WebRequest *request, gpointer front)
{
    make(request, front, NULL);
}

void location_api_move(WebRequest *request, gpointer front)
{
    make(request, front, web_request_param(request, "reservation_id"));
}

typedef gboolean (*OnePort)(const gchar *vehicle_id, const gchar *reservation_id, Reservation *reservation,
                            WebProblem *problem, gpointer data);

static void answer_one(WebRequest *request, WebFront *self, OnePort port)
{
    const gchar *vehicle_id = web_front_vehicle(self, request);
    JsonNode *node = NULL;
    Reservation reservation;
    WebProblem problem;

    if (vehicle_id == NULL)
        return;
    if (port(vehicle_id, web_request_param(request, "reservation_id"), &reservation, &problem, self->data))
        node = reservation_to_json(&reservation);
    web_front_reply(request, 200, node, &problem);
}

void location_api_reservation(WebRequest *request, gpointer front)
{
    answer_one(request, front, ((WebFront *)front)->ports.places.reservation);
}

void location_api_cancel(WebRequest *request, gpointer front)
{
    answer_one(request, front, ((WebFront *)front)->ports.places.cancel);
}

void location_api_reservations(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *vehicle_id = web_front_vehicle(self, request);
    guint64 limit = LIST_DEFAULT;
    g_autoptr(GArray) reservations = NULL;
    JsonArray *rows;
    WebProblem problem;

    if (vehicle_id == NULL)
        return;
    if (!read_whole(request, "limit", 1, LIST_MAX, &limit)) {
        web_front_problem(request, 400, "bad_field", "limit: want 1 to 200");
        return;
    }
    reservations = self->ports.places.reservations(vehicle_id, (guint)limit, &problem, self->data);
    if (reservations == NULL) {
        web_front_reply_problem(request, &problem);
        return;
    }
    rows = json_array_sized_new(reservations->len);
    for (guint i = 0; i < reservations->len; i++)
        json_array_add_element(rows, reservation_to_json(&g_array_index(reservations, Reservation, i)));
    web_front_reply(request, 200, web_front_list("reservations", rows), NULL);
}

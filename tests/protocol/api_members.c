/* Every object of the car's API, whole: it comes out as it went in, and each of its members is looked at: one
 * that is of another type than the contract says (protocol/README.md section 2) is refused. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/api_offer.h"
#include "protocol/api_order.h"
#include "protocol/api_reservation.h"
#include "protocol/api_subscription.h"
#include "protocol/api_vehicle.h"
#include "protocol/api_voucher.h"
#include "protocol/json_gate.h"

#define UUID "\"0b9a1b1e-6a0b-4a7c-9a3b-1d2e3f405162\""
#define TIME "\"2026-11-21T06:00:00.000Z\""
#define DEGREES_TEXT "{\"latitude\":\"52.500000\",\"longitude\":\"13.400000\"}"
#define OFFER_REF "{\"offer_id\":" UUID ",\"text\":\"20 % off\"}"
#define LOCATION                                                                                             \
    "{\"id\":\"L1\",\"name\":\"Garage\",\"operator\":{\"name\":\"ABC\"},\"coordinates\":" DEGREES_TEXT "}"
#define CONNECTOR                                                                                            \
    "{\"id\":\"1\",\"standard\":\"IEC_62196_T2_COMBO\",\"format\":\"CABLE\",\"power_type\":\"DC\","          \
    "\"max_electric_power\":150000}"
#define TARIFF                                                                                               \
    "{\"id\":\"day\",\"currency\":\"EUR\",\"elements\":[{\"price_components\":["                             \
    "{\"type\":\"ENERGY\",\"price\":0.49,\"step_size\":1}]}]}"

typedef union {
    Offer offer;
    Reservation reservation;
    ReservationRequest reservation_request;
    Subscription subscription;
    VehicleQuery query;
    VehicleState state;
    VoucherRequest voucher_request;
    ScanRequest scan_request;
    ScanAnswer scan_answer;
    OrderRequest order_request;
    Order order;
    Receipt receipt;
    Place place;
} Any;

typedef struct {
    const gchar *name;
    gboolean (*read)(JsonObject *object, Any *any, GError **error);
    JsonNode *(*print)(const Any *any);
    const gchar *text;
} Kind;

#define KIND(type, field, prefix)                                                                            \
    static gboolean read_##field(JsonObject *object, Any *any, GError **error)                               \
    {                                                                                                        \
        return prefix##_from_json(object, &any->field, error);                                               \
    }                                                                                                        \
    static JsonNode *print_##field(const Any *any)                                                           \
    {                                                                                                        \
        return prefix##_to_json(&any->field);                                                                \
    }
KIND(Offer, offer, offer)
KIND(Reservation, reservation, reservation)
KIND(ReservationRequest, reservation_request, reservation_request)
KIND(Subscription, subscription, subscription)
KIND(VehicleQuery, query, vehicle_query)
KIND(VehicleState, state, vehicle_state)
KIND(VoucherRequest, voucher_request, voucher_request)
KIND(ScanRequest, scan_request, scan_request)
KIND(ScanAnswer, scan_answer, scan_answer)
KIND(OrderRequest, order_request, order_request)
KIND(Receipt, receipt, receipt)
KIND(Order, order, order)

static gboolean read_place(JsonObject *object, Any *any, GError **error)
{
    return place_from_json(object, &any->place, error);
}

static JsonNode *print_place(const Any *any)
{
    return json_node_init_object(json_node_alloc(), place_to_json(&any->place));
}

#define RECEIPT                                                                                              \
    "{\"receipt_id\":" UUID ",\"order_id\":" UUID ",\"evse_id\":\"DE*ABC*E1\",\"operator\":\"ABC\","         \
    "\"started_at\":" TIME ",\"ended_at\":" TIME ",\"duration_s\":1800,\"meter_start_wh\":10,"               \
    "\"meter_stop_wh\":20,\"energy_wh\":10,\"soc_start_percent\":20,\"soc_stop_percent\":80,"                \
    "\"tariff\":" TARIFF ",\"offer\":" OFFER_REF ",\"lines\":[{\"type\":\"FLAT\",\"cost_minor\":0},"         \
    "{\"type\":\"ENERGY\",\"cost_minor\":1},{\"type\":\"TIME\",\"cost_minor\":0}],\"sum_minor\":1,"          \
    "\"waived_minor\":0,\"total_minor\":1,\"currency\":\"EUR\",\"missing_events\":2,\"corrected\":true}"
#define LIMITS                                                                                               \
    "{\"max_cost_minor\":5000,\"currency\":\"EUR\",\"max_energy_wh\":60000,\"max_duration_s\":7200}"
#define PLACE                                                                                                \
    "{\"id\":\"L1\",\"name\":\"Garage\",\"operator\":{\"name\":\"ABC\"},\"coordinates\":" DEGREES_TEXT       \
    ",\"distance_m\":900,\"evses\":[{\"uid\":\"u1\",\"evse_id\":\"DE*ABC*E1\",\"evse_key\":\"DEABCE1\","     \
    "\"status\":\"AVAILABLE\",\"bay\":\"free\",\"free\":true,\"connectors\":[" CONNECTOR                     \
    "],\"tariff\":" TARIFF ",\"no_show_minor\":200}]}"

static const Kind kinds[] = {
    {"offer", read_offer, print_offer,
     "{\"offer_id\":" UUID ",\"event_seq\":9,\"state\":\"open\",\"text\":\"20 % off\",\"from\":" TIME
     ",\"until\":" TIME ",\"single_use\":true,\"place\":{\"name\":\"Mall\",\"latitude\":52.5,"
     "\"longitude\":13.4,\"radius_m\":300},\"evse_ids\":[\"DE*ABC*E1\",\"DE*ABC*E2\"],\"distance_m\":70,"
     "\"tariff\":" TARIFF "}"},
    {"place", read_place, print_place, PLACE},
    {"reservation", read_reservation, print_reservation,
     "{\"reservation_id\":" UUID ",\"client_ref\":" UUID ",\"event_seq\":7,\"evse_key\":\"DEABCE1\","
     "\"evse_id\":\"DE*ABC*E1\",\"location\":" LOCATION ",\"state\":\"expired\",\"reason\":\"no_show\","
     "\"created_at\":" TIME ",\"until\":" TIME ",\"updated_at\":" TIME
     ",\"arrived\":true,\"no_show_minor\":200,"
     "\"currency\":\"EUR\",\"order_id\":" UUID ",\"moved_to\":" UUID ",\"moved_from\":" UUID
     ",\"alternative\":" PLACE ",\"receipt\":{\"receipt_id\":" UUID ",\"reservation_id\":" UUID
     ",\"evse_id\":\"DE*ABC*E1\",\"operator\":\"ABC\",\"at\":" TIME
     ",\"lines\":[{\"type\":\"NO_SHOW\",\"cost_minor\":200}],\"total_minor\":200,\"currency\":\"EUR\"}}"},
    {"reservation request", read_reservation_request, print_reservation_request,
     "{\"client_ref\":" UUID ",\"evse_key\":\"DEABCE1\",\"until\":" TIME "}"},
    {"subscription", read_subscription, print_subscription,
     "{\"kinds\":[\"offer\",\"bay\"],\"radius_m\":5000,\"position\":{\"latitude\":52.5,\"longitude\":13.4}}"},
    {"vehicle query", read_query, print_query,
     "{\"query_id\":" UUID ",\"want\":[\"position\",\"gear\"],\"expires_at\":" TIME "}"},
    {"vehicle state", read_state, print_state,
     "{\"query_id\":" UUID ",\"position\":{\"latitude\":52.5,\"longitude\":13.4},\"soc_percent\":41,"
     "\"plug\":\"connected\",\"gear\":\"parked\",\"denied\":[\"soc\"],\"unknown\":[\"plug\"]}"},
    {"voucher request", read_voucher_request, print_voucher_request,
     "{\"client_ref\":" UUID
     ",\"vehicle_key\":\"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ\",\"limits\":" LIMITS "}"},
    {"scan request", read_scan_request, print_scan_request,
     "{\"qr_evse_id\":\"DE*ABC*E1\",\"qr_token\":\"tok\",\"position\":{\"latitude\":52.5,\"longitude\":13.4}"
     "}"},
    {"scan answer", read_scan_answer, print_scan_answer,
     "{\"scan_ref\":" UUID ",\"expires_at\":" TIME ",\"evse_key\":\"DEABCE1\",\"evse_id\":\"DE*ABC*E1\","
     "\"location\":" LOCATION ",\"evse\":{\"uid\":\"u1\",\"evse_id\":\"DE*ABC*E1\",\"status\":\"AVAILABLE\","
     "\"connectors\":[" CONNECTOR "]},\"tariff\":" TARIFF ",\"offer\":" OFFER_REF
     ",\"bay\":\"free\",\"trust\":\"dynamic\",\"reachable\":true,\"offline_code\":{\"max_energy_wh\":30000},"
     "\"link_url\":\"http://192.0.2.7:8090\",\"reservation_id\":" UUID "}"},
    {"order request", read_order_request, print_order_request,
     "{\"client_ref\":" UUID ",\"scan_ref\":" UUID ",\"limits\":" LIMITS "}"},
    {"receipt", read_receipt, print_receipt, RECEIPT},
    {"order", read_order, print_order,
     "{\"order_id\":" UUID ",\"client_ref\":" UUID ",\"evse_key\":\"DEABCE1\",\"evse_id\":\"DE*ABC*E1\","
     "\"event_seq\":17,\"state\":\"settled\",\"reason\":\"ev_full\",\"limits\":" LIMITS
     ",\"created_at\":" TIME ",\"expires_at\":" TIME ",\"updated_at\":" TIME
     ",\"charging_state\":\"Idle\",\"transaction_id\":\"t-1\","
     "\"started_at\":" TIME ",\"ended_at\":" TIME ",\"meter_start_wh\":0,\"meter_wh\":10,\"energy_wh\":10,"
     "\"power_w\":0,\"soc_percent\":80,\"cost_minor\":1,\"currency\":\"EUR\",\"presence\":\"confirmed\","
     "\"receipt\":" RECEIPT ",\"origin\":\"offline_code\",\"offline_code_offered\":true,"
     "\"offline_code\":{\"digits\":\"1234567890123456\",\"grouped\":\"1234-5678-9012-3456\",\"valid_"
     "until\":" TIME ",\"max_energy_wh\":30000,\"link_url\":\"http://192.0.2.7:8090\"}}"},
};

static JsonNode *parse(const gchar *text)
{
    g_autoptr(GError) error = NULL;
    JsonObject *object = json_gate_parse_object(text, strlen(text), &error);
    JsonNode *node;

    cr_assert_not_null(object, "%s: %s", text, error != NULL ? error->message : "");
    node = json_node_init_object(json_node_alloc(), object);
    json_object_unref(object);
    return node;
}

static JsonNode *through(const Kind *kind, JsonNode *node, GError **error)
{
    Any any;

    memset(&any, 0, sizeof any);
    return kind->read(json_node_get_object(node), &any, error) ? kind->print(&any) : NULL;
}

Test(api_members, every_object_comes_out_as_it_went_in)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) in = parse(kinds[i].text);
        g_autoptr(JsonNode) out = through(&kinds[i], in, &error);
        g_autofree gchar *before = json_gate_print(in, NULL);
        g_autofree gchar *after = out != NULL ? json_gate_print(out, NULL) : NULL;

        cr_expect_not_null(after, "%s: %s", kinds[i].name, error != NULL ? error->message : "");
        if (after != NULL)
            cr_expect(json_node_equal(in, out), "%s:\n%s\n%s", kinds[i].name, before, after);
    }
}

/* These repeat, for readers of one part, what the object says elsewhere: not looked at here. */
static const gchar *const repeated[] = {
    "reservation.receipt.reservation_id",
    "reservation.receipt.evse_id",
    "reservation.receipt.operator",
    "reservation.receipt.lines",
    "reservation.receipt.lines.type",
    "reservation.receipt.lines.cost_minor",
    "scan answer.evse.evse_id",
    "order.offline_code.grouped",
    NULL,
};

/* Put a value of a wrong type in the place of each member, one at a time: @path names them in the reports. */
static guint spoil(const Kind *kind, JsonNode *root, JsonNode *node, const gchar *path);

static guint spoil_member(const Kind *kind, JsonNode *root, JsonObject *object, const gchar *name,
                          const gchar *path)
{
    g_autofree gchar *here = g_strdup_printf("%s.%s", path, name);
    g_autoptr(JsonNode) right = json_node_copy(json_object_get_member(object, name));
    gboolean is_boolean = JSON_NODE_HOLDS_VALUE(right) && json_node_get_value_type(right) == G_TYPE_BOOLEAN;
    g_autoptr(GError) error = NULL;
    guint n = 1;

    if (is_boolean)
        json_object_set_int_member(object, name, 7);
    else
        json_object_set_boolean_member(object, name, TRUE);
    g_autoptr(JsonNode) out = through(kind, root, &error);
    cr_expect_eq(out != NULL, g_strv_contains(repeated, here), "%s", here);
    cr_expect(out != NULL || strstr(error->message, name) != NULL, "%s: %s", here,
              error != NULL ? error->message : "");
    json_object_set_member(object, name, json_node_copy(right));
    n += spoil(kind, root, json_object_get_member(object, name), here);
    return n;
}

static guint spoil(const Kind *kind, JsonNode *root, JsonNode *node, const gchar *path)
{
    guint n = 0;

    if (JSON_NODE_HOLDS_OBJECT(node)) {
        JsonObject *object = json_node_get_object(node);
        g_autoptr(GList) names = json_object_get_members(object);

        for (GList *l = names; l != NULL; l = l->next) {
            g_autofree gchar *name = g_strdup(l->data); /* setting a member frees its old name */

            n += spoil_member(kind, root, object, name, path);
        }
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);

        for (guint i = 0; i < json_array_get_length(array); i++)
            n += spoil(kind, root, json_array_get_element(array, i), path);
    }
    return n;
}

Test(api_members, one_of_a_wrong_type_is_refused_and_named)
{
    guint n = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(JsonNode) root = parse(kinds[i].text);

        n += spoil(&kinds[i], root, root, kinds[i].name);
    }
    cr_expect_geq(n, 250, "the walk reached %u members", n);
}

/* @right, but with @to for @from. */
static void refuse(const gchar *kind_name, const gchar *from, const gchar *to, const gchar *wanted)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!g_str_equal(kinds[i].name, kind_name))
            continue;
        g_auto(GStrv) parts = g_strsplit(kinds[i].text, from, -1);
        g_autofree gchar *text = g_strjoinv(to, parts);
        g_autoptr(JsonNode) node = parse(text);
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonNode) out = through(&kinds[i], node, &error);

        cr_expect_gt(g_strv_length(parts), 1, "%s has no %s", kind_name, from);
        cr_expect_null(out, "%s with %s", kind_name, to);
        cr_expect(error != NULL && strstr(error->message, wanted) != NULL, "%s with %s: %s", kind_name, to,
                  error != NULL ? error->message : "");
    }
}

Test(api_members, one_amount_is_in_one_currency)
{
    refuse("receipt", "\"currency\":\"EUR\",\"missing", "\"currency\":\"CHF\",\"missing", "currency");
    refuse("reservation", "200,\"currency\":\"EUR\"}}", "200,\"currency\":\"CHF\"}}", "currency");
    refuse("order", "1,\"currency\":\"EUR\",\"presence", "1,\"currency\":\"CHF\",\"presence", "currency");
}

Test(api_members, what_is_outside_of_its_range_is_refused_and_named)
{
    static const struct {
        const gchar *kind, *from, *to, *wanted;
    } rows[] = {
        {"place", "\"52.500000\"", "\"90.1\"", "latitude"},
        {"place", "\"13.400000\"", "\"east\"", "longitude"},
        {"place", "\"13.400000\"", "\"\"", "longitude"},
        {"place", "\"13.400000\"", "\"-180.5\"", "longitude"},
        {"offer", "[\"DE*ABC*E1\",\"DE*ABC*E2\"]", "[7]", "evse_ids"},
        {"offer", "\"DE*ABC*E1\",\"DE*ABC*E2\"", "[]", "evse_ids"},
        {"offer", "DE*ABC*E2", "DE*ABC*E23456789012345678901234567890123456789012", "evse_ids"},
        {"vehicle query", "[\"position\",\"gear\"]", "[\"mood\"]", "want"},
        {"vehicle query", "[\"position\",\"gear\"]", "[{}]", "want"},
        {"vehicle query", "[\"position\",\"gear\"]", "[]", "want"},
        {"subscription", "[\"offer\",\"bay\"]", "[\"weather\"]", "kinds"},
        {"subscription", "[\"offer\",\"bay\"]", "[[]]", "kinds"},
        {"scan answer", "http://192.0.2.7:8090", "https://192.0.2.7", "link_url"},
        {"order", "1234567890123456\"", "123456789012345\"", "16 digits"},
        {"order", "1234567890123456\"", "123456789012345x\"", "16 digits"},
        {"order", "http://192.0.2.7:8090", "http://", "an address"},
        {"receipt", "\"type\":\"FLAT\"", "\"type\":\"TIP\"", "type"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        refuse(rows[i].kind, rows[i].from, rows[i].to, rows[i].wanted);
}

/* The objects between car and server: the low half of the first byte picks the reader (append new ones), the
 * rest is its JSON. What is accepted must survive being printed and read again. */
#include <string.h>

#include "protocol/api_offer.h"
#include "protocol/api_order.h"
#include "protocol/api_reservation.h"
#include "protocol/api_subscription.h"
#include "protocol/api_vehicle.h"
#include "protocol/api_voucher.h"
#include "protocol/json_gate.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef union {
    ScanRequest scan_request;
    ScanAnswer scan_answer;
    OrderRequest order_request;
    Order order;
    Offer offer;
    Subscription subscription;
    VehicleQuery vehicle_query;
    VehicleState vehicle_state;
    ReservationRequest reservation_request;
    Reservation reservation;
    VoucherRequest voucher_request;
    VoucherAnswer voucher_answer;
} AnyObject;

#define READER(type)                                                                                         \
    static JsonNode *read_##type(JsonObject *object, AnyObject *any)                                         \
    {                                                                                                        \
        return type##_from_json(object, &any->type, NULL) ? type##_to_json(&any->type) : NULL;               \
    }
READER(scan_request)
READER(scan_answer)
READER(order_request)
READER(order)
READER(offer)
READER(subscription)
READER(vehicle_query)
READER(vehicle_state)
READER(reservation_request)
READER(reservation)
READER(voucher_request)
READER(voucher_answer)

static JsonNode *read_places(JsonObject *object, AnyObject *any)
{
    g_autoptr(GArray) places = places_from_json(object, NULL);

    return places != NULL ? places_to_json(places, FALSE) : NULL;
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static JsonNode *(*const readers[])(JsonObject *, AnyObject *) = {
        read_scan_request,  read_scan_answer,   read_order_request,
        read_order,         read_offer,         read_subscription,
        read_vehicle_query, read_vehicle_state, read_reservation_request,
        read_reservation,   read_places,        read_voucher_request,
        read_voucher_answer};
    g_autoptr(JsonObject) object = NULL;
    AnyObject any;

    guint which = size > 0 ? data[0] & 15 : 15;

    if (which >= G_N_ELEMENTS(readers))
        return 0;
    object = json_gate_parse_object((const gchar *)data + 1, size - 1, NULL);
    if (object == NULL)
        return 0;
    g_autoptr(JsonNode) printed = readers[which](object, &any);
    if (printed != NULL) {
        g_autoptr(JsonNode) again = readers[which](json_node_get_object(printed), &any);
        g_assert(again != NULL);
    }
    return 0;
}

/* What a server, or whoever took its place, can say to the car: the first byte picks the call, the rest is
 * sent as the answer, byte for byte, and the connection ends. Every call ends exactly once, with a value that
 * keeps its bounds or with an error of one line. */
#include "daemon/net/event_stream.h"
#include "daemon/net/json_call.h"
#include "daemon/net/location_client.h"
#include "daemon/net/order_client.h"
#include "daemon/net/pile_link.h"
#include "daemon/net/scan_client.h"
#include "fuzz/loopback.h"
#include "protocol/voucher.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Of protocol/examples/offline/voucher.json. */
#define VOUCHER                                                                                              \
    "AVsfDD6Kd01SnB4KGyw9Tl89QBfD6EOJWpK3CqdNG368nJgszy7ElozAzVXxKvRmDAAAAABrAUFwAAAAAGsFNfAAAHUwwi_ABWqU"   \
    "Iiz3s_eUruiQcDWbRdJvhHdGqqsVZtUwvgYcF5BTHiGuLqa8B4Jp6XZM6CQ6XY2_tjh5KghHC88kDg"

typedef struct {
    HttpClient *http;
    OrderClient *orders;
    EventStream *stream;
    GCancellable *cancellable;
    guint n_ended;
    gboolean comes_later; /* its order's last callback, which frees it */
} Car;

static void end(Car *car, gboolean ok, GError *error)
{
    g_assert_true(ok == (error == NULL));
    if (error != NULL)
        g_assert_null(strchr(error->message, '\n'));
    g_clear_error(&error);
    car->n_ended++;
}

static void on_scanned(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autofree ScanAnswer *answer = g_new0(ScanAnswer, 1);
    GError *error = NULL;
    gboolean ok = scan_client_look_up_finish(HTTP_CLIENT(source), result, answer, &error);

    end(data, ok, error);
}

static void on_ordered(GObject *source, GAsyncResult *result, gpointer data)
{
    Car *car = data;
    g_autofree Order *order = g_new0(Order, 1);
    GError *error = NULL;
    gboolean ok = order_client_call_finish(ORDER_CLIENT(source), result, order, &error);

    if (!car->comes_later) {
        end(car, ok, error);
        return;
    }
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&error);
    g_free(car);
}

static void on_orders(GObject *source, GAsyncResult *result, gpointer data)
{
    GError *error = NULL;
    g_autoptr(GArray) orders = order_client_list_finish(ORDER_CLIENT(source), result, &error);

    end(data, orders != NULL, error);
}

static void on_found(GObject *source, GAsyncResult *result, gpointer data)
{
    GError *error = NULL;
    g_autoptr(GArray) places = location_client_find_finish(HTTP_CLIENT(source), result, &error);

    end(data, places != NULL, error);
}

static void on_reserved(GObject *source, GAsyncResult *result, gpointer data)
{
    Reservation reservation;
    GError *error = NULL;
    gboolean ok = location_client_call_finish(HTTP_CLIENT(source), result, &reservation, &error);

    end(data, ok, error);
}

static void on_reservations(GObject *source, GAsyncResult *result, gpointer data)
{
    GError *error = NULL;
    g_autoptr(GArray) rows = location_client_list_finish(HTTP_CLIENT(source), result, &error);

    end(data, rows != NULL, error);
}

static void on_handed(GObject *source, GAsyncResult *result, gpointer data)
{
    GError *error = NULL;
    gboolean ok = pile_link_hand_over_finish(result, &error);

    end(data, ok, error);
}

/* One attempt is enough: the next would come seconds later. It is cancelled then, in the run of another
 * input. */
static void on_attempt(OrderClient *orders, const gchar *problem, gpointer data)
{
    Car *car = data;

    if (problem == NULL)
        return;
    g_cancellable_cancel(car->cancellable);
    car->n_ended++;
    car->comes_later = TRUE;
}

static void on_link(EventStream *stream, gboolean up, const gchar *problem, gpointer data)
{
    if (up)
        return;
    event_stream_stop(stream);
    ((Car *)data)->n_ended++;
}

static void begin(Car *car, guint8 which, const gchar *url)
{
    static const guint8 secret[VOUCHER_SECRET_BYTES] = {1};
    const ScanRequest scan = {.qr_evse_id = "DE*ABC*E12345*1"};
    const PlaceQuery query = PLACE_QUERY_INIT;
    const PileLinkOffer offer = {
        .kind = PILE_LINK_VOUCHER, .evse_key = "DEABCE123451", .text = VOUCHER, .secret = secret};
    const PileLinkOffer code = {
        .kind = PILE_LINK_CODE, .evse_key = "DEABCE123451", .text = "6679037982485451"};

    switch (which) {
    case 's':
        scan_client_look_up_async(car->http, &scan, car->cancellable, on_scanned, car);
        break;
    case 'o':
        order_client_call_async(car->orders, ORDER_CALL_PLACE, "c", "{}", car->cancellable, on_ordered, car);
        break;
    case 'l':
        order_client_list_async(car->orders, car->cancellable, on_orders, car);
        break;
    case 'f':
        location_client_find_async(car->http, &query, car->cancellable, on_found, car);
        break;
    case 'r':
        location_client_call_async(car->http, "POST", "/v1/reservations", "{}", "c", car->cancellable,
                                   on_reserved, car);
        break;
    case 'a':
        location_client_list_async(car->http, 5, car->cancellable, on_reservations, car);
        break;
    case 'v':
        pile_link_hand_over_async(url, &offer, car->cancellable, on_handed, car);
        break;
    case 'c':
        pile_link_hand_over_async(url, &code, car->cancellable, on_handed, car);
        break;
    default:
        event_stream_start(car->stream, which);
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Loopback *server = loopback_get();
    Car *car;

    if (size == 0 || size > 65536)
        return 0;
    g_log_set_handler("rearcharged", G_LOG_LEVEL_MASK, loopback_drop_log, NULL);
    car = g_new0(Car, 1);
    car->http = http_client_new(server->url, NULL, "token", NULL);
    car->orders = order_client_new(car->http);
    car->stream = event_stream_new(car->http);
    car->cancellable = g_cancellable_new();
    g_signal_connect(car->orders, "attempt", G_CALLBACK(on_attempt), car);
    g_signal_connect(car->stream, "link", G_CALLBACK(on_link), car);
    begin(car, data[0], server->url);
    loopback_answer(server, data + 1, size - 1, &car->n_ended);
    g_assert_cmpuint(car->n_ended, ==, 1);
    g_object_unref(car->stream);
    g_object_unref(car->orders);
    g_object_unref(car->http);
    g_object_unref(car->cancellable);
    if (!car->comes_later)
        g_free(car);
    loopback_settle();
    return 0;
}

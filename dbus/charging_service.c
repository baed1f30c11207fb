#define G_LOG_DOMAIN "charging-service"

#include "dbus/charging_service.h"

#include <unistd.h>

#include "base/identifier.h"
#include "dbus/bus_object.h"
#include "dbus/charging_values.h"

/* A ChargingCall is the invocation itself: only the type differs, so that its answers are ours alone. */
#define CALL(invocation) ((ChargingCall *)(invocation))
#define INVOCATION(call) ((BusInvocation *)(call))

#define HISTORY_MAX 1000
#define RESERVATIONS_MAX 50

struct _ChargingService {
    GObject parent_instance;
    BusObject *object;
    const ChargingHandlers *handlers;
    gpointer user_data;
};
G_DEFINE_FINAL_TYPE(ChargingService, charging_service, G_TYPE_OBJECT)

void charging_call_return(ChargingCall *call, GVariant *result)
{
    bus_invocation_return(INVOCATION(call), result, NULL);
}

void charging_call_return_fd(ChargingCall *call, gint fd)
{
    g_autoptr(GUnixFDList) fds = g_unix_fd_list_new_from_array(&fd, 1); /* owns it */

    bus_invocation_return(INVOCATION(call), g_variant_new("(h)", 0), fds);
}

void charging_call_fail(ChargingCall *call, GError *error)
{
    if (error->domain != CHARGING_ERROR) {
        GError *failed = g_error_new_literal(CHARGING_ERROR, CHARGING_ERROR_FAILED, error->message);
        g_error_free(error);
        error = failed;
    }
    bus_invocation_fail(INVOCATION(call), error);
}

static void fail_value(ChargingCall *call, const gchar *name, const gchar *expected)
{
    GError *error = NULL;

    charging_values_refuse(&error, name, expected);
    charging_call_fail(call, error);
}

/* Returns: FALSE when @call was answered with InvalidValue */
static gboolean check(ChargingCall *call, ChargingValues table, GVariant *dict)
{
    GError *error = NULL;

    if (charging_values_check(table, dict, &error))
        return TRUE;
    charging_call_fail(call, error);
    return FALSE;
}

/* ---- methods ---- */

static void order(ChargingService *self, ChargingCall *call, GVariant *args)
{
    self->handlers->order(call, self->user_data);
}

static void get_offline_code(ChargingService *self, ChargingCall *call, GVariant *args)
{
    self->handlers->get_offline_code(call, self->user_data);
}

static void cancel(ChargingService *self, ChargingCall *call, GVariant *args)
{
    self->handlers->cancel(call, self->user_data);
}

static void stop(ChargingService *self, ChargingCall *call, GVariant *args)
{
    self->handlers->stop(call, self->user_data);
}

static void set_consent(ChargingService *self, ChargingCall *call, GVariant *args)
{
    g_autoptr(GVariant) consent = g_variant_get_child_value(args, 0);

    if (check(call, CHARGING_VALUES_CONSENT, consent))
        self->handlers->set_consent(call, consent, self->user_data);
}

static void get_history(ChargingService *self, ChargingCall *call, GVariant *args)
{
    guint limit = 0;

    g_variant_get(args, "(u)", &limit);
    if (limit >= 1 && limit <= HISTORY_MAX)
        self->handlers->get_history(call, limit, self->user_data);
    else
        fail_value(call, "limit", "1..1000");
}

static void get_receipt(ChargingService *self, ChargingCall *call, GVariant *args)
{
    const gchar *order_id = NULL;

    g_variant_get(args, "(&s)", &order_id);
    if (identifier_is_valid(order_id, 36))
        self->handlers->get_receipt(call, order_id, self->user_data);
    else
        fail_value(call, "order_id", "an order id, at most 36 characters");
}

static void open_preview(ChargingService *self, ChargingCall *call, GVariant *args)
{
    self->handlers->open_preview(call, self->user_data);
}

static void set_subscription(ChargingService *self, ChargingCall *call, GVariant *args)
{
    g_autoptr(GVariant) subscription = g_variant_get_child_value(args, 0);

    if (check(call, CHARGING_VALUES_SUBSCRIPTION, subscription))
        self->handlers->set_subscription(call, subscription, self->user_data);
}

static void set_sharing(ChargingService *self, ChargingCall *call, GVariant *args)
{
    g_autoptr(GVariant) sharing = g_variant_get_child_value(args, 0);

    if (check(call, CHARGING_VALUES_SHARING, sharing))
        self->handlers->set_sharing(call, sharing, self->user_data);
}

static void on_offer(ChargingService *self, ChargingCall *call, GVariant *args,
                     void (*handler)(ChargingCall *call, const gchar *offer_id, gpointer user_data))
{
    const gchar *offer_id = NULL;

    g_variant_get(args, "(&s)", &offer_id);
    if (identifier_is_valid(offer_id, 36))
        handler(call, offer_id, self->user_data);
    else
        fail_value(call, "offer_id", "an offer id, at most 36 characters");
}

static void accept_offer(ChargingService *self, ChargingCall *call, GVariant *args)
{
    on_offer(self, call, args, self->handlers->accept_offer);
}

static void dismiss_offer(ChargingService *self, ChargingCall *call, GVariant *args)
{
    on_offer(self, call, args, self->handlers->dismiss_offer);
}

static void find_piles(ChargingService *self, ChargingCall *call, GVariant *args)
{
    g_autoptr(GVariant) query = g_variant_get_child_value(args, 0);

    if (check(call, CHARGING_VALUES_QUERY, query))
        self->handlers->find_piles(call, query, self->user_data);
}

static void reserve(ChargingService *self, ChargingCall *call, GVariant *args)
{
    const gchar *evse = NULL, *until = NULL;

    g_variant_get(args, "(&s&s)", &evse, &until);
    self->handlers->reserve(call, evse, until, self->user_data);
}

static void cancel_reservation(ChargingService *self, ChargingCall *call, GVariant *args)
{
    self->handlers->cancel_reservation(call, self->user_data);
}

static void move_reservation(ChargingService *self, ChargingCall *call, GVariant *args)
{
    const gchar *evse = NULL;

    g_variant_get(args, "(&s)", &evse);
    self->handlers->move_reservation(call, evse, self->user_data);
}

static void get_reservations(ChargingService *self, ChargingCall *call, GVariant *args)
{
    guint limit = 0;

    g_variant_get(args, "(u)", &limit);
    if (limit >= 1 && limit <= RESERVATIONS_MAX)
        self->handlers->get_reservations(call, limit, self->user_data);
    else
        fail_value(call, "limit", "1..50");
}

#define METHOD(name, member)                                                                                 \
    {                                                                                                        \
        name, G_STRUCT_OFFSET(ChargingHandlers, member), member                                              \
    }

static const struct {
    const gchar *name;
    gsize handler; /* in ChargingHandlers; pointers to functions of several types, compared with NULL only */
    void (*run)(ChargingService *self, ChargingCall *call, GVariant *args);
} methods[] = {
    METHOD("Order", order),
    METHOD("Cancel", cancel),
    METHOD("GetOfflineCode", get_offline_code),
    METHOD("Stop", stop),
    METHOD("SetConsent", set_consent),
    METHOD("GetHistory", get_history),
    METHOD("GetReceipt", get_receipt),
    METHOD("OpenPreview", open_preview),
    METHOD("SetSubscription", set_subscription),
    METHOD("SetSharing", set_sharing),
    METHOD("AcceptOffer", accept_offer),
    METHOD("DismissOffer", dismiss_offer),
    METHOD("FindPiles", find_piles),
    METHOD("Reserve", reserve),
    METHOD("CancelReservation", cancel_reservation),
    METHOD("MoveReservation", move_reservation),
    METHOD("GetReservations", get_reservations),
};

static void on_method(BusInvocation *invocation, const gchar *method, GVariant *args, gpointer data)
{
    ChargingService *self = data;
    guint i = 0;

    while (i < G_N_ELEMENTS(methods) && !g_str_equal(methods[i].name, method))
        i++;
    if (i < G_N_ELEMENTS(methods) && G_STRUCT_MEMBER(gpointer, self->handlers, methods[i].handler) != NULL)
        methods[i].run(self, CALL(invocation), args);
    else
        bus_invocation_fail(invocation, g_error_new(G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED,
                                                    "%s is not served here", method));
}

ChargingService *charging_service_new(BusLoop *bus, const ChargingHandlers *handlers, gpointer user_data)
{
    ChargingService *self = g_object_new(CHARGING_TYPE_SERVICE, NULL);

    charging_error_quark(); /* registers the error names */
    self->handlers = handlers;
    self->user_data = user_data;
    self->object = bus_object_new(bus, CHARGING_OBJECT_PATH);
    bus_object_add_interface(self->object, CHARGING_INTERFACE, on_method, self);
    bus_object_set_property(self->object, CHARGING_INTERFACE, "Snapshot", g_variant_new("a{sv}", NULL));
    bus_loop_own_name(bus, CHARGING_BUS_NAME);
    return self;
}

void charging_service_publish(ChargingService *self, GVariant *snapshot)
{
    bus_object_set_property(self->object, CHARGING_INTERFACE, "Snapshot", snapshot);
}

static void charging_service_dispose(GObject *object)
{
    ChargingService *self = CHARGING_SERVICE(object);

    g_clear_object(&self->object);
    G_OBJECT_CLASS(charging_service_parent_class)->dispose(object);
}

static void charging_service_class_init(ChargingServiceClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = charging_service_dispose;
}

static void charging_service_init(ChargingService *self)
{
}

#define G_LOG_DOMAIN "charging-service"

#include "dbus/charging_service.h"

#include <unistd.h>

#include "base/identifier.h"
#include "base/money.h"
#include "dbus/bus_object.h"

/* A ChargingCall is the invocation itself: only the type differs, so that its answers are ours alone. */
#define CALL(invocation) ((ChargingCall *)(invocation))
#define INVOCATION(call) ((BusInvocation *)(call))

#define HISTORY_MAX 1000

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
    charging_call_fail(
        call, g_error_new(CHARGING_ERROR, CHARGING_ERROR_INVALID_VALUE, "%s: expected %s", name, expected));
}

/* ---- SetConsent: the table of the XML ---- */

static gboolean is_confirm(GVariant *value)
{
    static const gchar *const words[] = {"tap", "park", "auto", NULL};

    return g_strv_contains(words, g_variant_get_string(value, NULL));
}

static gboolean is_currency(GVariant *value)
{
    return money_currency_is_supported(g_variant_get_string(value, NULL));
}

static gboolean is_cost(GVariant *value)
{
    gint64 minor = g_variant_get_int64(value);

    return minor >= 1 && minor <= MONEY_MAX_MINOR;
}

static gboolean is_limit(GVariant *value)
{
    gint64 limit = g_variant_get_int64(value);

    return limit >= 0 && limit <= G_MAXINT32;
}

static gboolean is_any(GVariant *value)
{
    return TRUE;
}

static const struct {
    const gchar *key, *type;
    gboolean (*is_valid)(GVariant *value);
    const gchar *expected;
} consent_keys[] = {
    {"confirm", "s", is_confirm, "s: tap, park or auto"},
    {"max_cost_minor", "x", is_cost, "x: 1..1000000000"},
    {"currency", "s", is_currency, "s: an ISO 4217 currency with two decimals"},
    {"max_energy_wh", "x", is_limit, "x: 0 (no limit)..2147483647"},
    {"max_duration_s", "x", is_limit, "x: 0 (no limit)..2147483647"},
    {"auto_code", "b", is_any, "b"},
    {"voucher", "b", is_any, "b"},
};

/* Returns: FALSE when @call was answered with InvalidValue */
static gboolean check_consent(ChargingCall *call, GVariant *consent)
{
    GVariantIter iter;
    const gchar *key = NULL;
    g_autoptr(GVariant) value = NULL;

    g_variant_iter_init(&iter, consent);
    while (g_variant_iter_loop(&iter, "{&sv}", &key, &value)) {
        guint i = 0;
        while (i < G_N_ELEMENTS(consent_keys) && !g_str_equal(consent_keys[i].key, key))
            i++;
        if (i < G_N_ELEMENTS(consent_keys) &&
            g_variant_is_of_type(value, G_VARIANT_TYPE(consent_keys[i].type)) &&
            consent_keys[i].is_valid(value))
            continue;
        fail_value(
            call, i < G_N_ELEMENTS(consent_keys) ? key : "a key",
            i < G_N_ELEMENTS(consent_keys)
                ? consent_keys[i].expected
                : "one of confirm, max_cost_minor, currency, max_energy_wh, max_duration_s, auto_code, "
                  "voucher");
        return FALSE;
    }
    return TRUE;
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

    if (check_consent(call, consent))
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

static const struct {
    const gchar *name;
    gsize handler; /* in ChargingHandlers; pointers to functions of several types, compared with NULL only */
    void (*run)(ChargingService *self, ChargingCall *call, GVariant *args);
} methods[] = {
    {"Order", G_STRUCT_OFFSET(ChargingHandlers, order), order},
    {"Cancel", G_STRUCT_OFFSET(ChargingHandlers, cancel), cancel},
    {"GetOfflineCode", G_STRUCT_OFFSET(ChargingHandlers, get_offline_code), get_offline_code},
    {"Stop", G_STRUCT_OFFSET(ChargingHandlers, stop), stop},
    {"SetConsent", G_STRUCT_OFFSET(ChargingHandlers, set_consent), set_consent},
    {"GetHistory", G_STRUCT_OFFSET(ChargingHandlers, get_history), get_history},
    {"GetReceipt", G_STRUCT_OFFSET(ChargingHandlers, get_receipt), get_receipt},
    {"OpenPreview", G_STRUCT_OFFSET(ChargingHandlers, open_preview), open_preview},
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

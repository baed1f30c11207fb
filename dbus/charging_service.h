/* Charging service: serves org.rearcharge.RearCharge1 (dbus/org.rearcharge.RearCharge1.xml is the contract).
 * The whole state is one property, Snapshot; whoever missed a change is right again with the next one.
 * Methods are answered later, by whoever decides; arguments were checked against the XML before a handler
 * runs.
 */
#pragma once

#include "dbus/bus_loop.h"

#define CHARGING_BUS_NAME "org.rearcharge.RearCharge"
#define CHARGING_OBJECT_PATH "/org/rearcharge/RearCharge"
#define CHARGING_INTERFACE "org.rearcharge.RearCharge1"

/* org.rearcharge.Error.*: the reader acts differently on each. charging_error_name() has the one table.
 * Registered with GIO, so that a GError of this domain crosses the bus and comes out the same at a client. */
typedef enum {
    CHARGING_ERROR_FAILED,      /* Failed: anything else; the text is for people */
    CHARGING_ERROR_NOT_OFFERED, /* NotOffered: no pile with a price is in the snapshot, or it can't be ordered
                                 */
    CHARGING_ERROR_NOT_STANDING_STILL, /* NotStandingStill: gear or speed forbid it now; unknown gear too */
    CHARGING_ERROR_NO_CONSENT, /* NoConsent: SetConsent first, or the price is over the consented maximum */
    CHARGING_ERROR_NOT_FOUND,  /* NotFound: no such order or receipt; nothing to cancel or stop */
    CHARGING_ERROR_BUSY,       /* Busy: an order is in flight or running */
    CHARGING_ERROR_CAMERA_UNAVAILABLE, /* CameraUnavailable: no picture can be given now */
    CHARGING_ERROR_INVALID_VALUE, /* InvalidValue: right D-Bus type, but not an allowed value; the text names
                                     it */
    CHARGING_ERROR_STORAGE,       /* Storage: could not be written down, so it was not done */
    CHARGING_ERROR_COUNT
} ChargingError;
#define CHARGING_ERROR (charging_error_quark())
GQuark charging_error_quark(void);
/* "org.rearcharge.Error.Busy" */
const gchar *charging_error_name(ChargingError code);

/* One method call waiting for its answer. Each must be answered exactly once; all functions take it over.
 * The caller may be gone by then: answering is harmless. */
typedef struct ChargingCall ChargingCall;
/* @result: (nullable): tuple of the method's out arguments, floating is sunk; NULL for none */
void charging_call_return(ChargingCall *call, GVariant *result);
/* @fd: taken over and closed (the bus sends a duplicate) */
void charging_call_return_fd(ChargingCall *call, gint fd);
/* @error: (transfer full): of CHARGING_ERROR; another domain is sent as Failed with its text */
void charging_call_fail(ChargingCall *call, GError *error);

/* Every handler owns @call from then on. NULL: answered with org.freedesktop.DBus.Error.NotSupported. */
typedef struct {
    void (*order)(ChargingCall *call, gpointer user_data);
    void (*cancel)(ChargingCall *call, gpointer user_data);
    void (*stop)(ChargingCall *call, gpointer user_data);
    /* @consent: a{sv}, borrowed: keys and types were checked against the table in the XML */
    void (*set_consent)(ChargingCall *call, GVariant *consent, gpointer user_data);
    /* return g_variant_new("(aa{sv})", builder); limit 1..1000 */
    void (*get_history)(ChargingCall *call, guint limit, gpointer user_data);
    void (*get_receipt)(ChargingCall *call, const gchar *order_id, gpointer user_data);
    void (*open_preview)(ChargingCall *call, gpointer user_data);
    void (*get_offline_code)(ChargingCall *call, gpointer user_data);
    /* dictionaries: a{sv}, borrowed, checked like the consent (charging_values.h) */
    void (*set_subscription)(ChargingCall *call, GVariant *subscription, gpointer user_data);
    void (*set_sharing)(ChargingCall *call, GVariant *sharing, gpointer user_data);
    void (*accept_offer)(ChargingCall *call, const gchar *offer_id, gpointer user_data);
    void (*dismiss_offer)(ChargingCall *call, const gchar *offer_id, gpointer user_data);
    /* return g_variant_new("(aa{sv})", builder) */
    void (*find_piles)(ChargingCall *call, GVariant *query, gpointer user_data);
    /* @evse, @until: not checked; bad ones are for the handler to refuse with InvalidValue */
    void (*reserve)(ChargingCall *call, const gchar *evse, const gchar *until, gpointer user_data);
    void (*cancel_reservation)(ChargingCall *call, gpointer user_data);
    void (*move_reservation)(ChargingCall *call, const gchar *evse,
                             gpointer user_data); /* "": the alternative */
    /* return g_variant_new("(aa{sv})", builder); limit 1..50 */
    void (*get_reservations)(ChargingCall *call, guint limit, gpointer user_data);
} ChargingHandlers;

#define CHARGING_TYPE_SERVICE (charging_service_get_type())
G_DECLARE_FINAL_TYPE(ChargingService, charging_service, CHARGING, SERVICE, GObject)

/**
 * charging_service_new:
 * @bus: a reference is kept; the caller starts it. The service asks for %CHARGING_BUS_NAME; see BusLoop
 * "name".
 * @handlers: (transfer none): must live as long as the service (static const)
 */
ChargingService *charging_service_new(BusLoop *bus, const ChargingHandlers *handlers, gpointer user_data);

/**
 * charging_service_publish:
 * @snapshot: a{sv}, the whole state; floating is sunk
 *
 * Cheap and repeatable: however often it is called in one turn of the main loop, at most one
 * PropertiesChanged goes out, and none when nothing differs from what was last sent.
 */
void charging_service_publish(ChargingService *self, GVariant *snapshot);

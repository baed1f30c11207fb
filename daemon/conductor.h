/* Conductor: the one owner of the daemon's state. Events of the adapters go into the trip (pure), its new
 * state is stored, then the effects go out to the adapters: persist, then act.
 */
#pragma once

#include "daemon/booking_desk.h"
#include "daemon/camera_process.h"
#include "daemon/config.h"
#include "daemon/courier.h"
#include "daemon/journey/trip.h"
#include "daemon/map_desk.h"
#include "daemon/news_desk.h"
#include "dbus/gear_watcher.h"
#include "protocol/api_voucher.h"

typedef struct Conductor Conductor;

typedef struct {
    const Config *config;           /* must live as long */
    Store *store;                   /* (transfer full) */
    HttpClient *http;               /* (nullable): a reference is kept */
    CameraProcess *camera;          /* (nullable): a reference is kept */
    GearWatcher *gear;              /* a reference is kept */
    void (*changed)(gpointer data); /* the snapshot is to be published again */
    gpointer data;
} ConductorParts;

Conductor *conductor_new(const ConductorParts *parts);
void conductor_free(Conductor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conductor, conductor_free)

/* Reads the store, takes up again what a crash interrupted, and begins to listen. */
void conductor_start(Conductor *self);

/* The driver's wishes. FALSE with #ChargingError: nothing was done. */
gboolean conductor_order(Conductor *self, GError **error);
gboolean conductor_cancel(Conductor *self, GError **error);
gboolean conductor_stop(Conductor *self, GError **error);
gboolean conductor_get_code(Conductor *self, GError **error);
gboolean conductor_set_consent(Conductor *self, const Consent *consent, GError **error);

/* For the snapshot. */
const Trip *conductor_get_trip(const Conductor *self);
const Order *conductor_get_shown_order(const Conductor *self); /* (nullable): current or last ended */
const SettlementCheck *conductor_get_shown_check(const Conductor *self); /* (nullable): of that order */
const VoucherAnswer *conductor_get_voucher(const Conductor *self);       /* (nullable) */
Store *conductor_get_store(Conductor *self);
CameraProcess *conductor_get_camera(Conductor *self); /* (nullable) */
GearWatcher *conductor_get_gear(Conductor *self);
HttpClient *conductor_get_http(Conductor *self); /* (nullable) */
const Booking *conductor_get_booking(const Conductor *self);
BookingDesk *conductor_get_booking_desk(Conductor *self);
MapDesk *conductor_get_map(Conductor *self);
ServerState conductor_get_server_state(const Conductor *self, const gchar **problem);
NewsDesk *conductor_get_news(Conductor *self);
gboolean conductor_storage_failed(const Conductor *self);
gboolean conductor_clock_jumped(const Conductor *self); /* somebody set the wall clock just now */

#include "server-stub/desk_private.h"

void desk_station_connected(Desk *self, const gchar *station_id, gint64 now_ms)
{
    bay_table_connected(self->bays, station_id, now_ms);
    self->ports.evse_changed(station_id, self->data);
}

void desk_station_gone(Desk *self, const gchar *station_id)
{
    bay_table_gone(self->bays, station_id);
    self->ports.evse_changed(station_id, self->data);
}

OrderPresence desk_presence(Desk *self, const OrderRow *row, const DeskWitness *witness, gint64 now_ms)
{
    BayState bay = bay_table_state(self->bays, row->station_id, row->evse_no);
    PresenceFacts facts = {.sensor = bay.sensor,
                           .occupied_ms = bay.occupied_ms,
                           .distance_m = witness->distance_m,
                           .live_code = witness->live_code};
    g_autoptr(GError) error = NULL;

    if (self->presence == PRESENCE_OFF)
        return ORDER_PRESENCE_NOT_CHECKED;
    if (!store_order_last_of_others(self->store, row->order.evse_key, row->vehicle_id, &facts.others_ms,
                                    &error))
        g_warning("presence at %s: %s", row->order.evse_id, error->message);
    return presence_judge(&facts, row->order.created_ms, now_ms);
}

gboolean desk_presence_settle(Desk *self, OrderRow *row, gint64 now_ms, GError **error)
{
    const DeskWitness nothing = {.distance_m = -1};
    const DeskWitness *witness = g_hash_table_lookup(self->witnesses, row->order.order_id);
    OrderPresence presence = desk_presence(self, row, witness != NULL ? witness : &nothing, now_ms);
    g_auto(StoreChange) change = {0};

    if (presence == ORDER_PRESENCE_PENDING)
        return TRUE;
    g_hash_table_remove(self->witnesses, row->order.order_id);
    row->order.presence = presence;
    g_message("order %s at %s: presence %s", row->order.order_id, row->order.evse_id,
              order_presence_names[presence]);
    if (presence_forbids(self->presence, presence))
        return desk_apply(self, row, ORDER_EVENT_START_REJECTED, ORDER_REASON_NOT_PRESENT, now_ms, error);
    row->due_ms = order_session_due_ms(&row->order);
    if (!store_begin(self->store, &change, error) || !store_order_save(self->store, row, error) ||
        !store_commit(&change, error))
        return FALSE;
    desk_tell(self, row, row->order.state, row->order.reason);
    desk_rearm(self);
    self->ports.start(row, self->data);
    return TRUE;
}

/* An order that waits for its bay: it may have come. */
static void settle_order_on(Desk *self, const gchar *evse_key, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    OrderRow row;

    if (self->presence != PRESENCE_OFF && store_order_open_row_on_evse(self->store, evse_key, &row, &error) &&
        row.order.state == ORDER_REQUESTED && row.order.presence == ORDER_PRESENCE_PENDING)
        desk_presence_settle(self, &row, now_ms, &error);
    if (error != NULL)
        g_warning("bay of %s: %s", evse_key, error->message);
}

/* The reservation of an EVSE sees its bay: what the sensor says, and a cable that is in. */
static void look_at_reserved_bay(Desk *self, const EvseRow *evse, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    EvseFacts facts;

    if (!desk_evse_facts(self, evse, &facts, &error)) {
        g_warning("bay of %s: %s", evse->evse_key, error->message);
        return;
    }
    if (!facts.reserved)
        return;
    if (facts.connector == CONNECTOR_FAULTED || facts.connector == CONNECTOR_UNAVAILABLE)
        desk_reservation_on(self, evse->evse_key, RESERVATION_EVENT_FAULT, now_ms);
    else if (facts.bay_sensor == BAY_SENSOR_OCCUPIED || facts.connector == CONNECTOR_OCCUPIED)
        desk_reservation_on(self, evse->evse_key, RESERVATION_EVENT_BAY_TAKEN, now_ms);
    else
        desk_reservation_on(self, evse->evse_key, RESERVATION_EVENT_BAY_FREE, now_ms);
}

/* From now on it is known that these bays have a sensor, so that it can be asked after a reconnect. Once in
 * the life of a bay; all of one message in one change. */
static void remember_sensors(Desk *self, const gchar *station_id, const GArray *new_bays, gint64 now_ms)
{
    g_auto(StoreChange) change = {0};
    g_autoptr(GError) error = NULL;
    gboolean ok = new_bays->len == 0 || store_begin(self->store, &change, &error);

    for (guint i = 0; ok && i < new_bays->len; i++) {
        const DeskBay *bay = &g_array_index(new_bays, DeskBay, i);

        ok = store_bay_set(self->store, station_id, bay->evse_no,
                           bay->occupied ? BAY_SENSOR_OCCUPIED : BAY_SENSOR_FREE, now_ms, &error);
    }
    if (!ok || (new_bays->len > 0 && !store_commit(&change, &error)))
        g_warning("bays of %s: %s", station_id, error->message);
}

gboolean desk_bays(Desk *self, const gchar *station_id, const DeskBay *bays, guint n, gint64 now_ms)
{
    g_autoptr(GArray) new_bays = g_array_new(FALSE, FALSE, sizeof(DeskBay));
    gboolean all_now = TRUE, any = FALSE;

    for (guint i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;
        EvseRow evse = {0};

        if (bays[i].at_ms > 0 && bay_table_is_past(self->bays, station_id, bays[i].at_ms)) {
            all_now = FALSE;
            continue;
        }
        if (!bay_table_tell(self->bays, station_id, bays[i].evse_no, bays[i].occupied, now_ms))
            continue;
        any = TRUE;
        if (!store_evse_by_number(self->store, station_id, bays[i].evse_no, &evse, &error))
            continue; /* a bay of an EVSE that is not registered */
        if (evse.bay_sensor == BAY_SENSOR_SILENT)
            g_array_append_val(new_bays, bays[i]);
        look_at_reserved_bay(self, &evse, now_ms);
        settle_order_on(self, evse.evse_key, now_ms);
    }
    remember_sensors(self, station_id, new_bays, now_ms);
    if (any)
        self->ports.evse_changed(station_id, self->data);
    return all_now;
}

void desk_bay_broken(Desk *self, const gchar *station_id, gint evse_no)
{
    if (bay_table_silence(self->bays, station_id, evse_no))
        self->ports.evse_changed(station_id, self->data);
}

GArray *desk_bays_unknown(Desk *self, const gchar *station_id)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint));
    g_autoptr(GArray) evses = store_evses(self->store, station_id, NULL);

    for (guint i = 0; evses != NULL && i < evses->len; i++) {
        const EvseRow *evse = &g_array_index(evses, EvseRow, i);

        if (evse->bay_sensor != BAY_SENSOR_SILENT &&
            bay_table_state(self->bays, station_id, evse->evse_no).sensor == BAY_SENSOR_SILENT)
            g_array_append_val(numbers, evse->evse_no);
    }
    return numbers;
}

/* The pile shows Available although it should keep the point: it has forgotten, or never marked it. */
static void remind(Desk *self, const gchar *evse_key, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    ReservationRow row;

    if (!store_reservation_open_on_evse(self->store, evse_key, &row, &error) || row.hold != PILE_HOLD_SURE ||
        row.reservation.state != RESERVATION_HELD || row.attempts >= RESERVATION_MAX_ATTEMPTS)
        return;
    row.hold = PILE_HOLD_PERHAPS;
    row.attempts++;
    row.due_ms = reservation_rules_due_ms(&row.reservation, row.hold, row.attempts, now_ms);
    if (store_reservation_save_plan(self->store, &row, &error))
        desk_reservation_act(self, &row, RESERVATION_TELL_RESERVE, FALSE);
    else
        g_warning("reservation %s: %s", row.reservation.reservation_id, error->message);
    desk_rearm(self);
}

gboolean desk_connector(Desk *self, const gchar *station_id, gint evse_no, gint connector_no,
                        ConnectorStatus status, gint64 at_ms, gint64 now_ms, GError **error)
{
    EvseRow evse = {0};

    if (!store_connector_set(self->store, station_id, evse_no, connector_no, (gint)status, at_ms, error))
        return FALSE;
    if (store_evse_by_number(self->store, station_id, evse_no, &evse, NULL)) {
        look_at_reserved_bay(self, &evse, now_ms);
        if (status == CONNECTOR_AVAILABLE)
            remind(self, evse.evse_key, now_ms);
    }
    self->ports.evse_changed(station_id, self->data);
    return TRUE;
}

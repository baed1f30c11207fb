#include "tests/race/race_oracle.h"

typedef struct {
    guint car, point;
    gint state, open, arrived;
    gchar order_id[37];
} Told;

/* The open one at @point (or of @car, when @point is RACE_EVSES). */
static const Told *open_one(GHashTable *all, guint car, guint point)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, all);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Told *told = value;

        if (told->open && (point < RACE_EVSES ? told->point == point : told->car == car))
            return told;
    }
    return NULL;
}

static const gchar *refusal(RaceOracle *self, guint point, gboolean own)
{
    const RacePoint *p = &self->points[point];

    if (open_one(self->orders, 0, point) != NULL)
        return "evse_occupied";
    if (!p->connected)
        return "pile_offline";
    if (p->status == CONNECTOR_FAULTED)
        return "evse_unavailable";
    if (!own && (p->status == CONNECTOR_RESERVED || open_one(self->reservations, 0, point) != NULL))
        return "evse_reserved";
    if (p->in_transaction && p->status != CONNECTOR_AVAILABLE && !(own && p->status == CONNECTOR_RESERVED))
        return "evse_occupied";
    return NULL;
}

const gchar *race_oracle_reserve(RaceOracle *self, guint car, guint point)
{
    const RacePoint *p = &self->points[point];
    const gchar *word = refusal(self, point, FALSE);

    if (open_one(self->reservations, car, RACE_EVSES) != NULL)
        return "has_reservation";
    if (word == NULL && (p->status == CONNECTOR_OCCUPIED || p->bay == BAY_SENSOR_OCCUPIED))
        word = "evse_occupied"; /* what stands in the bay cannot be promised away */
    return word;
}

const gchar *race_oracle_order(RaceOracle *self, guint car, guint point)
{
    const Told *reservation = open_one(self->reservations, 0, point);

    return refusal(self, point, reservation != NULL && reservation->car == car);
}

static Told *tell(RaceOracle *self, GHashTable *all, const gchar *id, guint car, guint point, gint64 seq)
{
    Told *told = g_hash_table_lookup(all, id);

    if (seq <= self->seq[car])
        race_complain(self, "an event of car %u does not rise", car);
    self->seq[car] = seq;
    if (told == NULL) {
        told = g_new0(Told, 1);
        told->state = -1;
        told->car = car;
        told->point = point;
        g_hash_table_insert(all, g_strdup(id), told);
    } else if (told->car != car || told->point != point) {
        race_complain(self, "%s changed its car or its point", id);
    }
    return told;
}

void race_oracle_order_told(RaceOracle *self, guint car, guint point, const Order *order, gint64 now_ms)
{
    Told *told = tell(self, self->orders, order->order_id, car, point, order->event_seq);
    const Told *other;

    if (told->state >= 0 && order_state_is_final((OrderState)told->state))
        race_complain(self, "order %s changed after its end", order->order_id);
    told->open = FALSE;
    if (order->state <= ORDER_CHARGING && open_one(self->orders, 0, point) != NULL)
        race_complain(self, "two open orders at point %u", point);
    told->state = (gint)order->state;
    told->open = order->state <= ORDER_CHARGING;
    other = open_one(self->reservations, 0, point);
    if (order->state == ORDER_REQUESTED && other != NULL && other->car != car)
        race_complain(self, "car %u ordered what is promised to car %u", car, other->car);
    if (order->state == ORDER_SETTLED && order->receipt.cost.total_minor > order->limits.max_cost_minor)
        race_complain(self, "order %s cost more than it may", order->order_id);
}

void race_oracle_reservation_told(RaceOracle *self, guint car, guint point, const Reservation *r,
                                  gint64 now_ms)
{
    Told *told = tell(self, self->reservations, r->reservation_id, car, point, r->event_seq);
    gint before = told->state;

    if (before >= 0 && !reservation_state_is_open((ReservationState)before))
        race_complain(self, "reservation %s came back as %s", r->reservation_id,
                      reservation_state_names[r->state]);
    told->open = FALSE;
    if (reservation_state_is_open(r->state) && (open_one(self->reservations, 0, point) != NULL ||
                                                open_one(self->reservations, car, RACE_EVSES) != NULL))
        race_complain(self, "two open reservations at point %u or of car %u", point, car);
    if (r->charged_minor > 0 && (before != (gint)RESERVATION_HELD || told->arrived ||
                                 !self->points[point].connected || now_ms < r->until_ms - 60000))
        race_complain(self, "reservation %s was charged and should not be", r->reservation_id);
    if (r->state == RESERVATION_EXPIRED && before == (gint)RESERVATION_HELD && r->charged_minor == 0 &&
        r->reason == RESERVATION_REASON_NO_SHOW && !told->arrived)
        race_complain(self, "reservation %s was not charged and should be", r->reservation_id);
    told->state = (gint)r->state;
    told->open = reservation_state_is_open(r->state);
    told->arrived = r->arrived;
    g_strlcpy(told->order_id, r->order_id, sizeof told->order_id);
}

void race_oracle_started(RaceOracle *self, const Order *order)
{
    if (order->presence == ORDER_PRESENCE_PENDING)
        race_complain(self, "order %s was started before its bay was known", order->order_id);
}

void race_oracle_at_rest(RaceOracle *self, guint point, const gchar *kept, gboolean working)
{
    const Told *promised = open_one(self->reservations, 0, point);
    const Told *keeps = g_hash_table_lookup(self->reservations, kept);
    const Told *order = keeps != NULL ? g_hash_table_lookup(self->orders, keeps->order_id) : NULL;

    if (kept[0] != '\0' && !(keeps != NULL && (keeps->open || (order != NULL && order->open))))
        race_complain(self, "point %u is kept for a reservation that has ended (%s)", point, kept);
    if (self->points[point].status == CONNECTOR_FAULTED && promised != NULL)
        race_complain(self, "point %u is broken and promised", point);
    if (working && promised != NULL && promised->state == (gint)RESERVATION_HELD && keeps != promised)
        race_complain(self, "point %u is promised, but the pile does not keep it", point);
}

void race_oracle_turned_away(RaceOracle *self, const gchar *order_id, const gchar *kept)
{
    const Told *keeps = g_hash_table_lookup(self->reservations, kept);

    if (keeps != NULL && g_str_equal(keeps->order_id, order_id))
        race_complain(self, "the pile keeps its point for order %s and does not know it", order_id);
}

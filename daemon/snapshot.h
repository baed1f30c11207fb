/* Snapshot: the whole state as org.rearcharge.RearCharge1 publishes it (dbus/org.rearcharge.RearCharge1.xml).
 */
#pragma once

#include "daemon/conductor.h"

/* Returns: floating a{sv} */
GVariant *snapshot_build(Conductor *conductor);

/* "offers", "subscription" and "sharing"; no offer while the car moves, or may */
void snapshot_put_news(GVariantBuilder *builder, const NewsDesk *news, DrivingState driving);

/* "order" and "receipt" of the snapshot, also rows of GetHistory and GetReceipt; floating a{sv}.
 * @check: (nullable): of the car's own calculation */
GVariant *snapshot_order(const Order *order, gboolean with_total);
GVariant *snapshot_receipt(const Receipt *receipt, const SettlementCheck *check);

/* snapshot_bay.c: "reservation"; a row of "nearby", FindPiles and "alternative"; a row of GetReservations;
 * floating
 */
GVariant *snapshot_booking(Conductor *conductor);
GVariant *snapshot_place(const Place *place);
GVariant *snapshot_places(const GArray *places);
GVariant *snapshot_reservation(const Reservation *reservation);
/* "offline"; @voucher: (nullable) */
GVariant *snapshot_offline(const Trip *trip, const VoucherAnswer *voucher);

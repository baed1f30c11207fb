/* Snapshot: the whole state as org.rearcharge.RearCharge1 publishes it (dbus/org.rearcharge.RearCharge1.xml).
 */
#pragma once

#include "daemon/conductor.h"

/* Returns: floating a{sv} */
GVariant *snapshot_build(Conductor *conductor);

/* "order" and "receipt" of the snapshot, also rows of GetHistory and GetReceipt; floating a{sv}.
 * @check: (nullable): of the car's own calculation */
GVariant *snapshot_order(const Order *order, gboolean with_total);
GVariant *snapshot_receipt(const Receipt *receipt, const SettlementCheck *check);

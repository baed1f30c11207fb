/* CSMS: what a station may say, and when. Pure. OCPP 2.0.1 part 2, B01-B03. */
#pragma once

#include "protocol/ocpp_action.h"
#include "protocol/ocpp_error.h"
#include "protocol/ocpp_provisioning.h"

#define CSMS_HEARTBEAT_S 300
#define CSMS_BOOT_RETRY_S 5 /* while the register cannot be written */

/* The actions that this server answers; all others get NotSupported (or NotImplemented) from ocpp_rpc. */
extern const OcppAction csms_served[];
extern const gsize csms_n_served;

/* Before its BootNotification is accepted, a station may send nothing else (B02.FR.09): SecurityError.
 * Accepted once is accepted until the register says otherwise: a station that only reconnects does not boot
 * again. */
gboolean csms_admits(OcppAction action, gboolean boot_accepted, GError **error);

/* A station that is in the register is accepted; one that was taken out while connected is rejected and may
 * ask again in @CSMS_HEARTBEAT_S. */
void csms_boot(gboolean registered, gint64 now_ms, OcppBootNotificationResponse *response);

/* The registration could not be written down: without that a restart of the server would forget it. Asked to
 * come again soon (Pending, B02), where a CALLERROR would leave the time to the station. */
void csms_boot_postpone(OcppBootNotificationResponse *response);

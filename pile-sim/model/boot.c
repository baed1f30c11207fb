#include "pile-sim/model/boot.h"

/* Where the CSMS leaves the waiting time to the station (interval 0). After no answer, or none that can be
 * used, the station comes to this only step by step: a CSMS whose disk was full for a moment must not cost
 * half a minute of charging. */
#define OWN_RETRY_MS 30000
#define FIRST_RETRY_MS 1000

const gchar *boot_state_name(BootState state)
{
    static const gchar *const names[] = {
        [BOOT_OFFLINE] = "offline", [BOOT_DUE] = "due",           [BOOT_ASKED] = "asked",
        [BOOT_PENDING] = "pending", [BOOT_REJECTED] = "rejected", [BOOT_ACCEPTED] = "accepted",
    };

    return names[state];
}

void boot_link_up(Boot *self, gint64 mono_ms)
{
    self->state = BOOT_DUE;
    self->ask_at_ms = mono_ms;
}

void boot_link_down(Boot *self)
{
    self->state = BOOT_OFFLINE;
    if (self->was_accepted && self->reason == OCPP_BOOT_POWER_UP)
        self->reason =
            OCPP_BOOT_UNKNOWN; /* no reboot, only a new connection: the standard has no word for it */
}

gboolean boot_ask(Boot *self, gint64 mono_ms)
{
    if ((self->state != BOOT_DUE && self->state != BOOT_PENDING && self->state != BOOT_REJECTED) ||
        mono_ms < self->ask_at_ms)
        return FALSE;
    self->state = BOOT_ASKED;
    return TRUE;
}

void boot_again(Boot *self, OcppBootReason reason, gint64 mono_ms)
{
    if (self->state == BOOT_OFFLINE || self->state == BOOT_ASKED)
        return;
    self->reason = reason;
    self->ask_at_ms = mono_ms;
    if (self->state == BOOT_ACCEPTED)
        self->state = BOOT_DUE;
}

void boot_answered(Boot *self, const OcppBootNotificationResponse *answer, gint64 heartbeat_s, gint64 mono_ms)
{
    gint64 wait_ms = answer->interval_s > 0 ? (gint64)answer->interval_s * 1000 : OWN_RETRY_MS;

    if (self->state != BOOT_ASKED)
        return;
    self->failures = 0;
    switch (answer->status) {
    case OCPP_REGISTRATION_ACCEPTED:
        self->state = BOOT_ACCEPTED;
        self->was_accepted = TRUE;
        self->reason = OCPP_BOOT_UNKNOWN;
        self->heartbeat_at_ms = mono_ms + (answer->interval_s > 0 ? wait_ms : heartbeat_s * 1000);
        return;
    case OCPP_REGISTRATION_PENDING:
        self->state = BOOT_PENDING;
        break;
    case OCPP_REGISTRATION_REJECTED:
        self->state = BOOT_REJECTED;
        break;
    }
    self->ask_at_ms = mono_ms + wait_ms;
}

void boot_failed(Boot *self, gint64 mono_ms)
{
    if (self->state != BOOT_ASKED)
        return;
    self->state = BOOT_DUE;
    self->ask_at_ms = mono_ms + MIN(FIRST_RETRY_MS << MIN(self->failures, 5), OWN_RETRY_MS);
    self->failures++;
}

gboolean boot_heartbeat(Boot *self, gint64 heartbeat_s, gint64 mono_ms)
{
    if (self->state != BOOT_ACCEPTED || mono_ms < self->heartbeat_at_ms)
        return FALSE;
    self->heartbeat_at_ms = mono_ms + heartbeat_s * 1000;
    return TRUE;
}

gint64 boot_deadline_ms(const Boot *self)
{
    switch (self->state) {
    case BOOT_ACCEPTED:
        return self->heartbeat_at_ms;
    case BOOT_DUE:
    case BOOT_PENDING:
    case BOOT_REJECTED:
        return self->ask_at_ms;
    default:
        return STATION_TIME_NEVER;
    }
}

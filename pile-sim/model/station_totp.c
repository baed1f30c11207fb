/* Station: the one-time token in the codes on its display (OCPP 2.1 part 2, C25; WebPaymentsCtrlr). */
#include "pile-sim/model/station_internal.h"
#include "protocol/totp.h"

gchar *station_totp(const Station *self, gint64 unix_ms, gint64 *until_ms)
{
    const Variables *v = &self->variables;
    TotpRule rule = {.secret = variables_get(v, VARIABLE_WEB_PAYMENTS_SECRET),
                     .validity_s = (guint)variables_get_int(v, VARIABLE_WEB_PAYMENTS_VALIDITY),
                     .length = (guint)variables_get_int(v, VARIABLE_WEB_PAYMENTS_LENGTH)};
    gint64 validity_ms = (gint64)rule.validity_s * 1000;

    *until_ms = 0;
    if (!variables_get_boolean(v, VARIABLE_WEB_PAYMENTS_ENABLED) || !totp_rule_is_valid(&rule) || unix_ms < 0)
        return NULL;
    *until_ms = (unix_ms / validity_ms + 1) * validity_ms;
    return totp_code(&rule, unix_ms / 1000);
}

gint64 station_totp_deadline_ms(const Station *self)
{
    gint64 until_ms = 0;
    g_autofree gchar *token = station_totp(self, self->now.unix_ms, &until_ms);

    return token != NULL ? self->now.mono_ms + until_ms - self->now.unix_ms : STATION_TIME_NEVER;
}

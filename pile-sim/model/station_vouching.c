/* Station: charging codes and vouchers (protocol/README.md, sections 8 and 9). What uses one up is stored in
 * the same turn as the event that it starts, before anything is acted upon.
 */
#include "pile-sim/model/admission_case.h"

#include <string.h>

#include "base/identifier.h"

#define CHALLENGE_MS 30000

/* Codes */

/* An order that has become a transaction here. Returns: TRUE and @reason when this showing ends with that */
static gboolean is_known_order(const AdmissionCase *self, AdmissionReason *reason)
{
    const gchar *transaction_id = station_transaction_of_order(self->station, self->showing->order_id);
    const Transaction *transaction = &self->evse->transaction;

    if (transaction_id == NULL)
        return FALSE;
    *reason = transaction_is_running(transaction) && g_str_equal(transaction->id, transaction_id)
                  ? ADMISSION_FINE
                  : ADMISSION_ORDER_ENDED;
    g_strlcpy(self->answer->transaction_id, transaction_id, sizeof self->answer->transaction_id);
    return TRUE;
}

static AdmissionReason wrong_code(const AdmissionCase *self, const OfflineCodePlace *here,
                                  const gchar *digits)
{
    CodeGuard *guard = &self->station->offline.guard;
    OfflineCodePlace place = *here;
    OfflineCode code = {0};

    for (place.evse = 1; place.evse <= (gint32)self->station->n_evses; place.evse++)
        if (place.evse != here->evse &&
            offline_code_check(&place, admission_case_floor_s(self), digits, &code) != OFFLINE_CODE_WRONG)
            return ADMISSION_WRONG_EVSE;
    code_guard_wrong(guard, self->evse->id, self->turn.now.mono_ms);
    self->answer->has_tries_left = TRUE;
    self->answer->tries_left = code_guard_tries_left(guard, self->evse->id, self->turn.now.mono_ms);
    self->answer->locked_ms = code_guard_locked_ms(guard, self->evse->id, self->turn.now.mono_ms);
    return ADMISSION_WRONG_PILE;
}

/* Too old by the floor: was the wall clock set back to make it look fresh? */
static AdmissionReason too_old(const AdmissionCase *self, gint64 expires_s)
{
    return self->turn.now.unix_ms / 1000 < expires_s ? ADMISSION_CLOCK : ADMISSION_EXPIRED;
}

static AdmissionReason start_by_code(const AdmissionCase *self, const gchar *digits, const OfflineCode *code)
{
    Offline *offline = &self->station->offline;
    Grant grant = {.token = {.present = TRUE, .type = OCPP_ID_TOKEN_KEY_CODE}};
    AdmissionReason reason = ADMISSION_FINE;

    g_strlcpy(grant.token.id_token, digits, sizeof grant.token.id_token);
    if (admission_case_is_running(self, &grant.token) || is_known_order(self, &reason))
        return reason;
    if (code_guard_code_is_used(&offline->guard, self->evse->id, code->slot))
        return ADMISSION_USED;
    reason = admission_case_may_start(self, NULL, NULL, TRUE);
    if (reason != ADMISSION_FINE)
        return reason;
    code_guard_use_code(&offline->guard, self->evse->id, code->slot);
    code_guard_right(&offline->guard, self->evse->id);
    time_floor_hear_issue(&offline->floor, code->slot * OFFLINE_CODE_SLOT_S * 1000, self->turn.now.boot_ms);
    grant.energy_cap_wh = offline_code_energy_wh(code->energy_step);
    grant.proof.present = self->showing->order_id[0] != '\0';
    g_strlcpy(grant.proof.order_id, self->showing->order_id, sizeof grant.proof.order_id);
    admission_case_admit(self, &grant);
    return ADMISSION_FINE;
}

AdmissionReason admission_show_code(const AdmissionCase *self)
{
    Station *station = self->station;
    OfflineCodePlace here = {.secret = variables_get(&station->variables, VARIABLE_OFFLINE_CODE_SECRET),
                             .station = station->identity,
                             .evse = self->evse->id};
    OfflineCode code = {0};
    gchar digits[OFFLINE_CODE_BYTES];

    self->answer->by = ADMISSION_BY_CODE;
    if (!offline_code_secret_is_valid(here.secret))
        return ADMISSION_NOT_CONFIGURED;
    self->answer->locked_ms =
        code_guard_locked_ms(&station->offline.guard, here.evse, self->turn.now.mono_ms);
    if (self->answer->locked_ms > 0)
        return ADMISSION_LOCKED;
    if (!offline_code_read(self->showing->code, strlen(self->showing->code), digits))
        return ADMISSION_BAD_CODE;
    switch (offline_code_check(&here, admission_case_floor_s(self), digits, &code)) {
    case OFFLINE_CODE_WRONG:
        return wrong_code(self, &here, digits);
    case OFFLINE_CODE_EXPIRED:
        return too_old(self, offline_code_expires_s(code.slot));
    default:
        return start_by_code(self, digits, &code);
    }
}

/* Vouchers */

static gboolean verify_voucher(const AdmissionCase *self, Voucher *voucher)
{
    g_auto(GStrv) keys =
        g_strsplit(variables_get(&self->station->variables, VARIABLE_OFFLINE_VOUCHER_KEYS), ",", -1);

    for (guint i = 0; keys[i] != NULL; i++) {
        guint8 key[VOUCHER_KEY_BYTES];

        if (voucher_key_parse(g_strstrip(keys[i]), key, NULL) &&
            voucher_verify(self->showing->voucher, key, voucher, NULL))
            return TRUE;
    }
    return FALSE;
}

static OcppIdToken token_of_voucher(const gchar *id)
{
    OcppIdToken token = {.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL};

    g_strlcpy(token.id_token, id, sizeof token.id_token);
    return token;
}

/* What holds at the voucher and must still hold at the answer. */
static AdmissionReason voucher_may_start(const AdmissionCase *self, const Voucher *voucher)
{
    OcppIdToken token = token_of_voucher(voucher->id);

    if (admission_case_floor_s(self) >= voucher->expires_s)
        return too_old(self, voucher->expires_s);
    if (code_guard_voucher_is_used(&self->station->offline.guard, voucher->id))
        return ADMISSION_USED;
    return admission_case_may_start(self, &token, NULL, TRUE);
}

static void make_challenge(guint8 challenge[VOUCHER_CHALLENGE_BYTES])
{
    g_autofree gchar *hex = identifier_new_secret(VOUCHER_CHALLENGE_BYTES);

    for (guint i = 0; i < VOUCHER_CHALLENGE_BYTES; i++)
        challenge[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
}

AdmissionReason admission_show_voucher(const AdmissionCase *self)
{
    OpenVoucher *open = &self->station->offline.challenges[self->evse->id - 1];
    Voucher voucher = {0};
    OcppIdToken token = {0};
    AdmissionReason reason = ADMISSION_FINE;

    self->answer->by = ADMISSION_BY_VOUCHER;
    if (variables_get(&self->station->variables, VARIABLE_OFFLINE_VOUCHER_KEYS)[0] == '\0')
        return ADMISSION_NOT_CONFIGURED;
    if (!verify_voucher(self, &voucher))
        return ADMISSION_BAD_VOUCHER;
    token = token_of_voucher(voucher.id);
    if (admission_case_is_running(self, &token))
        return ADMISSION_FINE;
    reason = voucher_may_start(self, &voucher);
    if (reason != ADMISSION_FINE)
        return reason;
    *open =
        (OpenVoucher){.open = TRUE, .until_ms = self->turn.now.mono_ms + CHALLENGE_MS, .voucher = voucher};
    g_strlcpy(open->text, self->showing->voucher, sizeof open->text);
    make_challenge(open->challenge);
    self->answer->outcome = ADMISSION_ASKED;
    return ADMISSION_FINE;
}

AdmissionReason admission_show_answer(const AdmissionCase *self)
{
    Offline *offline = &self->station->offline;
    OpenVoucher open = offline->challenges[self->evse->id - 1];
    VoucherQuestion question = {.challenge = open.challenge,
                                .station = self->station->identity,
                                .evse_key = self->station->evse_keys[self->evse->id - 1],
                                .voucher_id = open.voucher.id};
    OcppIdToken token = token_of_voucher(self->showing->voucher_id);
    Grant grant = {.token = token, .energy_cap_wh = open.voucher.energy_cap_wh, .proof = {.present = TRUE}};
    g_autofree gchar *challenge = voucher_key_text(open.challenge);
    AdmissionReason reason = ADMISSION_FINE;

    self->answer->by = ADMISSION_BY_VOUCHER;
    if (admission_case_is_running(self, &token))
        return ADMISSION_FINE;
    if (!open.open || self->turn.now.mono_ms >= open.until_ms ||
        !g_str_equal(open.voucher.id, self->showing->voucher_id))
        return ADMISSION_NO_CHALLENGE;
    offline->challenges[self->evse->id - 1].open = FALSE; /* answered once, well or not */
    if (!voucher_answer_verify(&question, self->showing->answer, open.voucher.vehicle_key, NULL))
        return ADMISSION_BAD_ANSWER;
    reason = voucher_may_start(self, &open.voucher);
    if (reason != ADMISSION_FINE)
        return reason;
    code_guard_use_voucher(&offline->guard, &open.voucher);
    time_floor_hear_issue(&offline->floor, open.voucher.issued_s * 1000, self->turn.now.boot_ms);
    g_strlcpy(grant.proof.voucher, open.text, sizeof grant.proof.voucher);
    g_strlcpy(grant.proof.challenge, challenge, sizeof grant.proof.challenge);
    g_strlcpy(grant.proof.answer, self->showing->answer, sizeof grant.proof.answer);
    admission_case_admit(self, &grant);
    return ADMISSION_FINE;
}

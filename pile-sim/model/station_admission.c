/* Station: who may charge without the CSMS saying so: by an id (OCPP 2.0.1 part 2, C10-C15), a charging code
 * or a voucher (protocol/README.md, sections 5b, 8 and 9). What uses something up is stored in the same turn
 * as the event that it starts, before anything is acted upon.
 */
#include "pile-sim/model/admission_case.h"

#include <string.h>

#include "base/redact.h"
#include "protocol/ocpp_authorization.h"

gint64 admission_case_floor_s(const AdmissionCase *self)
{
    return time_floor_ms(&self->station->offline.floor, self->turn.now.boot_ms) / 1000;
}

AdmissionReason admission_case_may_start(const AdmissionCase *self, const OcppIdToken *token,
                                         const OcppIdToken *group, gboolean needs_cable)
{
    const Evse *evse = self->evse;

    if (!evse->operative || evse->faulted || evse->inoperative_when_idle)
        return ADMISSION_UNAVAILABLE;
    if (!evse_may_grant(evse) || evse->asked.token.present)
        return ADMISSION_BUSY;
    if (token != NULL && !station_may_use(self->station, evse, token, group))
        return ADMISSION_BUSY;
    return needs_cable && !evse->plugged ? ADMISSION_NO_CABLE : ADMISSION_FINE;
}

gboolean admission_case_is_running(const AdmissionCase *self, const OcppIdToken *token)
{
    if (!self->evse->grant.token.present || !ocpp_id_token_equal(&self->evse->grant.token, token))
        return FALSE;
    g_strlcpy(self->answer->transaction_id, self->evse->transaction.id, sizeof self->answer->transaction_id);
    self->answer->energy_limit_wh = self->evse->grant.energy_cap_wh;
    return TRUE;
}

void admission_case_admit(const AdmissionCase *self, const Grant *grant)
{
    station_grant(self->station, self->evse, grant, &self->turn);
    self->answer->energy_limit_wh = grant->energy_cap_wh;
    g_strlcpy(self->answer->transaction_id, self->evse->transaction.id, sizeof self->answer->transaction_id);
}

/* Ids */

static IdRuleVerdict look_up(Station *self, const IdBook *book, const OcppIdToken *token, gint32 evse,
                             gint64 floor_ms, gboolean *known)
{
    gchar hash[SEAL_ID_BYTES];
    const IdRule *rule = NULL;

    seal_id(self->offline.device.key, token, hash);
    rule = id_book_find(book, hash);
    *known = rule != NULL;
    return rule != NULL ? id_rule_judge(rule, evse, floor_ms) : ID_RULE_BLOCKED;
}

/* List before cache (C13.FR.01); neither: unknown. Returns: FALSE when neither knows @token */
static gboolean judge(const AdmissionCase *self, const OcppIdToken *token, AdmissionReason *reason)
{
    Station *station = self->station;
    gint64 floor_ms = admission_case_floor_s(self) * 1000;
    IdRuleVerdict verdict = ID_RULE_BLOCKED;
    gboolean known = FALSE;

    if (variables_get_boolean(&station->variables, VARIABLE_LOCAL_LIST_ENABLED))
        verdict = look_up(station, &station->offline.list.book, token, self->evse->id, floor_ms, &known);
    self->answer->by = ADMISSION_BY_LIST;
    if (!known && variables_get_boolean(&station->variables, VARIABLE_AUTH_CACHE_ENABLED)) {
        verdict = look_up(station, &station->offline.cache, token, self->evse->id, floor_ms, &known);
        self->answer->by = ADMISSION_BY_CACHE;
    }
    *reason = verdict == ID_RULE_GOOD      ? ADMISSION_FINE
              : verdict == ID_RULE_EXPIRED ? ADMISSION_ID_EXPIRED
                                           : ADMISSION_BLOCKED;
    return known;
}

/* C13, C15: without the CSMS. */
static AdmissionReason admit_offline(const AdmissionCase *self, Grant *grant)
{
    const Variables *v = &self->station->variables;
    AdmissionReason reason = ADMISSION_FINE;

    if (!variables_get_boolean(v, VARIABLE_LOCAL_AUTHORIZE_OFFLINE)) {
        self->answer->by = ADMISSION_BY_LIST;
        return ADMISSION_OFFLINE_NOT_ALLOWED;
    }
    if (!judge(self, &grant->token, &reason)) {
        self->answer->by = ADMISSION_BY_UNKNOWN;
        reason = variables_get_boolean(v, VARIABLE_OFFLINE_TX_FOR_UNKNOWN_ID) ? ADMISSION_FINE
                                                                              : ADMISSION_UNKNOWN_ID;
    }
    if (reason != ADMISSION_FINE)
        return reason;
    grant->energy_cap_wh = variables_get_int(v, VARIABLE_OFFLINE_ENERGY_CAP);
    admission_case_admit(self, grant);
    return ADMISSION_FINE;
}

static void ask_csms(const AdmissionCase *self, const Grant *grant)
{
    OcppAuthorizeRequest request = {.id_token = grant->token};
    OutboxEntry *entry = NULL;

    self->evse->asked = *grant;
    entry = station_push(self->station, OCPP_ACTION_AUTHORIZE, ocpp_authorize_request_to_json(&request));
    entry->evse_id = self->evse->id;
    outbox_hurry(&self->station->outbox, entry);
    self->answer->by = ADMISSION_BY_CSMS;
    self->answer->outcome = ADMISSION_ASKED;
}

/* H03.FR.03: reserved for a group, and only the CSMS knows who belongs to it. */
static gboolean may_be_of_the_group(const AdmissionCase *self)
{
    const Reservation *promised = reservations_of_evse(&self->station->reservations, self->evse->id);

    return promised != NULL && promised->group.present && !self->turn.offline && evse_may_grant(self->evse) &&
           !self->evse->asked.token.present;
}

static AdmissionReason show_id(const AdmissionCase *self)
{
    Grant grant = {.token = self->showing->id_token, .by_id = TRUE};
    const Transaction *last = &self->evse->transaction;
    AdmissionReason reason = ADMISSION_FINE;

    self->answer->by = ADMISSION_BY_LIST;
    if (admission_case_is_running(self, &grant.token))
        return ADMISSION_FINE;
    /* A car says its name again and again; its charge ended, and it is still the same plug-in. */
    if (self->evse->plugged && !transaction_is_running(last) && last->begin_ms > 0 &&
        ocpp_id_token_equal(&last->grant.token, &grant.token))
        return ADMISSION_ORDER_ENDED;
    reason = admission_case_may_start(self, &grant.token, NULL, FALSE);
    if (reason == ADMISSION_BUSY && may_be_of_the_group(self)) {
        ask_csms(self, &grant);
        return ADMISSION_FINE;
    }
    if (reason != ADMISSION_FINE)
        return reason;
    if (self->turn.offline)
        return admit_offline(self, &grant);
    if (variables_get_boolean(&self->station->variables, VARIABLE_LOCAL_PRE_AUTHORIZE) &&
        judge(self, &grant.token, &reason) && reason == ADMISSION_FINE)
        admission_case_admit(self, &grant);
    else
        ask_csms(self, &grant); /* C14.FR.03: what the list refuses is for the CSMS to say */
    return ADMISSION_FINE;
}

/* All of them */

static void note(const AdmissionCase *self, GArray *effects)
{
    static const gchar *const kinds[] = {"id", "code", "voucher", "answer"};
    static const gchar *const outcomes[] = {"admitted", "asked", "refused"};
    const gchar *shown = self->showing->kind == SHOWING_ID        ? self->showing->id_token.id_token
                         : self->showing->kind == SHOWING_CODE    ? self->showing->code
                         : self->showing->kind == SHOWING_VOUCHER ? self->showing->voucher
                                                                  : self->showing->voucher_id;
    g_autofree gchar *redacted = redact_secret(shown);
    g_autofree gchar *safe = redact_for_log(redacted, strlen(redacted));

    effects_note(effects, "EVSE %d: %s %s by %s: %s%s%s", self->evse->id, kinds[self->showing->kind], safe,
                 admission_by_word(self->answer->by), outcomes[self->answer->outcome],
                 self->answer->reason != ADMISSION_FINE ? ", " : "",
                 admission_reason_word(self->answer->reason));
}

static const Admission *conclude(AdmissionCase *self, AdmissionReason reason, GArray *effects)
{
    self->answer->reason = reason;
    if (reason != ADMISSION_FINE)
        self->answer->outcome = ADMISSION_REFUSED;
    note(self, effects);
    return self->answer;
}

const Admission *station_decide_showing(Station *self, const Showing *showing, const EvseTurn *turn,
                                        GArray *effects)
{
    static AdmissionReason (*const deciders[])(const AdmissionCase *) = {
        [SHOWING_ID] = show_id,
        [SHOWING_CODE] = admission_show_code,
        [SHOWING_VOUCHER] = admission_show_voucher,
        [SHOWING_ANSWER] = admission_show_answer,
    };
    AdmissionCase in_hand = {.station = self,
                             .evse = station_evse(self, showing->evse),
                             .showing = showing,
                             .turn = *turn,
                             .answer = &self->offline.admissions[showing->evse - 1]};

    evse_advance(in_hand.evse, turn);
    *in_hand.answer = (Admission){.at_ms = turn->now.unix_ms};
    return conclude(&in_hand, deciders[showing->kind](&in_hand), effects);
}

const Admission *station_show(Station *self, const Showing *showing, StationTime now, GArray *effects)
{
    EvseTurn turn = station_turn(self, now);
    const Admission *answer = NULL;

    g_return_val_if_fail(station_evse(self, showing->evse) != NULL, NULL);
    answer = station_decide_showing(self, showing, &turn, effects);
    station_settle(self, now, effects);
    return answer;
}

const OpenVoucher *station_challenge(const Station *self, gint32 evse)
{
    return &self->offline.challenges[evse - 1];
}

void station_end_asking(Station *self, Evse *evse, const OcppIdTokenInfo *info, StationTime now,
                        GArray *effects)
{
    Grant grant = evse->asked;
    Showing showing = {.kind = SHOWING_ID, .evse = evse->id, .id_token = grant.token};
    AdmissionCase in_hand = {.station = self,
                             .evse = evse,
                             .showing = &showing,
                             .turn = station_turn(self, now),
                             .answer = &self->offline.admissions[evse->id - 1]};
    AdmissionReason reason = ADMISSION_FINE;

    evse->asked = (Grant){0};
    if (!grant.token.present || !grant.by_id)
        return;
    *in_hand.answer = (Admission){.at_ms = now.unix_ms, .by = ADMISSION_BY_CSMS};
    if (info != NULL)
        grant.group = info->group_id_token;
    if (info == NULL)
        reason = admission_case_may_start(&in_hand, &grant.token, &grant.group, FALSE) == ADMISSION_FINE
                     ? admit_offline(&in_hand, &grant)
                     : ADMISSION_BUSY;
    else if (info->status != OCPP_AUTHORIZATION_ACCEPTED)
        reason = ADMISSION_BLOCKED;
    else if (admission_case_may_start(&in_hand, &grant.token, &grant.group, FALSE) != ADMISSION_FINE)
        reason = admission_case_may_start(&in_hand, &grant.token, &grant.group, FALSE);
    else
        admission_case_admit(&in_hand, &grant);
    conclude(&in_hand, reason, effects);
}

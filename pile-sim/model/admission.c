#include "pile-sim/model/admission.h"

#include "protocol/json_write.h"

static const struct {
    const gchar *word;
    guint status;
    const gchar *text;
} reasons[ADMISSION_N_REASONS] = {
    [ADMISSION_FINE] = {"", 200, "Go ahead."},
    [ADMISSION_BAD_CODE] = {"bad_code", 400, "A typing error. Please type the 16 digits again."},
    [ADMISSION_WRONG_PILE] = {"wrong_pile", 403, "This code is not for this charger."},
    [ADMISSION_WRONG_EVSE] = {"wrong_evse", 403, "This code is for another bay of this charger."},
    [ADMISSION_USED] = {"used", 409, "This code has been used."},
    [ADMISSION_EXPIRED] = {"expired", 410, "This code is too old. Please get a new one."},
    [ADMISSION_CLOCK] = {"clock", 410, "This code is too old; this charger's clock is behind."},
    [ADMISSION_LOCKED] = {"locked", 423, "Too many wrong codes. Please wait."},
    [ADMISSION_NO_CABLE] = {"no_cable", 409, "Please plug in first."},
    [ADMISSION_BUSY] = {"busy", 409, "This charger serves somebody already."},
    [ADMISSION_ORDER_ENDED] = {"order_ended", 409, "This order has ended already."},
    [ADMISSION_UNAVAILABLE] = {"unavailable", 409, "This charger is out of service."},
    [ADMISSION_NOT_CONFIGURED] = {"not_configured", 409, "This charger is not set up for that."},
    [ADMISSION_UNKNOWN_ID] = {"unknown_id", 403, "Without network this charger does not know your car."},
    [ADMISSION_BLOCKED] = {"blocked", 403, "Your car may not charge here."},
    [ADMISSION_ID_EXPIRED] = {"id_expired", 403, "Your car's permission is over."},
    [ADMISSION_OFFLINE_NOT_ALLOWED] = {"offline_not_allowed", 403, "This charger needs network for that."},
    [ADMISSION_BAD_VOUCHER] = {"bad_voucher", 403, "This voucher is not genuine."},
    [ADMISSION_NO_CHALLENGE] = {"no_challenge", 409, "Please show the voucher again."},
    [ADMISSION_BAD_ANSWER] = {"bad_answer", 403, "This voucher is not this car's."},
    [ADMISSION_STORAGE_FULL] = {"storage_full", 507, "This charger cannot store anything now."},
};

const gchar *admission_reason_word(AdmissionReason reason)
{
    return reasons[reason].word;
}

const gchar *admission_reason_text(AdmissionReason reason)
{
    return reasons[reason].text;
}

guint admission_reason_status(AdmissionReason reason)
{
    return reasons[reason].status;
}

const gchar *admission_by_word(AdmissionBy by)
{
    static const gchar *const words[] = {"", "list", "cache", "csms", "unknown", "code", "voucher"};

    return words[by];
}

JsonObject *admission_to_json(const Admission *self)
{
    static const gchar *const outcomes[] = {"admitted", "asked", "refused"};
    JsonObject *json = json_object_new();

    json_object_set_string_member(json, "by", admission_by_word(self->by));
    json_object_set_string_member(json, "outcome", outcomes[self->outcome]);
    json_object_set_string_member(json, "reason", admission_reason_word(self->reason));
    json_write_time(json, "at", self->at_ms);
    if (self->outcome == ADMISSION_ADMITTED && self->energy_limit_wh > 0)
        json_object_set_int_member(json, "energy_limit_wh", self->energy_limit_wh);
    json_write_text(json, "transaction_id", self->transaction_id);
    if (self->has_tries_left)
        json_object_set_int_member(json, "tries_left", self->tries_left);
    if (self->locked_ms > 0)
        json_object_set_int_member(json, "locked_s", (self->locked_ms + 999) / 1000);
    return json;
}

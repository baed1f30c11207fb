#include "pile-sim/model/code_guard.h"

#include "protocol/json_read.h"

#define MAX_ROWS 100000 /* more than 64 EVSEs can use up in a day */

typedef struct {
    gint32 evse;
    gint64 slot;
} UsedCode;

typedef struct {
    gchar id[VOUCHER_ID_BYTES];
    gint64 expires_s;
} UsedVoucher;

void code_guard_init(CodeGuard *self, guint n_evses)
{
    *self = (CodeGuard){
        .locks = g_array_new(FALSE, TRUE, sizeof(CodeLock)),
        .codes = g_array_new(FALSE, TRUE, sizeof(UsedCode)),
        .vouchers = g_array_new(FALSE, TRUE, sizeof(UsedVoucher)),
    };
    g_array_set_size(self->locks, n_evses);
}

void code_guard_clear(CodeGuard *self)
{
    g_clear_pointer(&self->locks, g_array_unref);
    g_clear_pointer(&self->codes, g_array_unref);
    g_clear_pointer(&self->vouchers, g_array_unref);
}

static CodeLock *lock_of(const CodeGuard *self, gint32 evse)
{
    return &g_array_index(self->locks, CodeLock, (guint)evse - 1);
}

gint64 code_guard_locked_ms(const CodeGuard *self, gint32 evse, gint64 mono_ms)
{
    return MAX(lock_of(self, evse)->locked_until_ms - mono_ms, 0);
}

static guint wrong_now(const CodeLock *lock, gint64 mono_ms)
{
    return mono_ms - lock->last_wrong_ms >= CODE_GUARD_FORGET_MS ? 0 : lock->wrong;
}

guint code_guard_tries_left(const CodeGuard *self, gint32 evse, gint64 mono_ms)
{
    guint wrong = wrong_now(lock_of(self, evse), mono_ms);

    if (code_guard_locked_ms(self, evse, mono_ms) > 0)
        return 0;
    return wrong < CODE_GUARD_TRIES ? CODE_GUARD_TRIES - wrong : 1;
}

void code_guard_wrong(CodeGuard *self, gint32 evse, gint64 mono_ms)
{
    CodeLock *lock = lock_of(self, evse);
    guint wrong = wrong_now(lock, mono_ms) + 1;

    lock->wrong = wrong;
    lock->last_wrong_ms = mono_ms;
    if (wrong >= CODE_GUARD_TRIES) {
        guint doublings = MIN(wrong - CODE_GUARD_TRIES, 16);

        lock->locked_until_ms = mono_ms + MIN(CODE_GUARD_LOCK_MS << doublings, CODE_GUARD_LONGEST_MS);
    }
    self->changed = TRUE;
}

void code_guard_right(CodeGuard *self, gint32 evse)
{
    *lock_of(self, evse) = (CodeLock){0};
    self->changed = TRUE;
}

gboolean code_guard_code_is_used(const CodeGuard *self, gint32 evse, gint64 slot)
{
    for (guint i = 0; i < self->codes->len; i++) {
        const UsedCode *used = &g_array_index(self->codes, UsedCode, i);

        if (used->evse == evse && used->slot == slot)
            return TRUE;
    }
    return FALSE;
}

void code_guard_use_code(CodeGuard *self, gint32 evse, gint64 slot)
{
    UsedCode used = {.evse = evse, .slot = slot};

    g_array_append_val(self->codes, used);
    self->changed = TRUE;
}

gboolean code_guard_voucher_is_used(const CodeGuard *self, const gchar *voucher_id)
{
    for (guint i = 0; i < self->vouchers->len; i++)
        if (g_str_equal(g_array_index(self->vouchers, UsedVoucher, i).id, voucher_id))
            return TRUE;
    return FALSE;
}

void code_guard_use_voucher(CodeGuard *self, const Voucher *voucher)
{
    UsedVoucher used = {.expires_s = voucher->expires_s};

    g_strlcpy(used.id, voucher->id, sizeof used.id);
    g_array_append_val(self->vouchers, used);
    self->changed = TRUE;
}

void code_guard_expire(CodeGuard *self, gint64 floor_s)
{
    for (guint i = self->codes->len; i-- > 0;)
        if (offline_code_expires_s(g_array_index(self->codes, UsedCode, i).slot) <= floor_s)
            g_array_remove_index_fast(self->codes, i);
    for (guint i = self->vouchers->len; i-- > 0;)
        if (g_array_index(self->vouchers, UsedVoucher, i).expires_s <= floor_s)
            g_array_remove_index_fast(self->vouchers, i);
}

JsonObject *code_guard_to_json(const CodeGuard *self, gint64 mono_ms)
{
    JsonObject *json = json_object_new();
    JsonArray *locks = json_array_new(), *codes = json_array_new(), *vouchers = json_array_new();

    for (guint i = 0; i < self->locks->len; i++) {
        const CodeLock *lock = &g_array_index(self->locks, CodeLock, i);
        JsonObject *row = json_object_new();

        json_object_set_int_member(row, "wrong", wrong_now(lock, mono_ms));
        json_object_set_int_member(row, "quiet_ms", MAX(mono_ms - lock->last_wrong_ms, 0));
        json_object_set_int_member(row, "locked_ms", MAX(lock->locked_until_ms - mono_ms, 0));
        json_array_add_object_element(locks, row);
    }
    for (guint i = 0; i < self->codes->len; i++) {
        const UsedCode *used = &g_array_index(self->codes, UsedCode, i);
        JsonObject *row = json_object_new();

        json_object_set_int_member(row, "evse", used->evse);
        json_object_set_int_member(row, "slot", used->slot);
        json_array_add_object_element(codes, row);
    }
    for (guint i = 0; i < self->vouchers->len; i++) {
        const UsedVoucher *used = &g_array_index(self->vouchers, UsedVoucher, i);
        JsonObject *row = json_object_new();

        json_object_set_string_member(row, "id", used->id);
        json_object_set_int_member(row, "expires_s", used->expires_s);
        json_array_add_object_element(vouchers, row);
    }
    json_object_set_array_member(json, "locks", locks);
    json_object_set_array_member(json, "codes", codes);
    json_object_set_array_member(json, "vouchers", vouchers);
    return json;
}

static gboolean read_lock(JsonObject *row, CodeLock *lock, gint64 mono_ms, GError **error)
{
    gint64 wrong = 0, quiet_ms = 0, locked_ms = 0;

    if (!json_read_int(row, "wrong", JSON_REQUIRED, 0, G_MAXINT32, &wrong, error) ||
        !json_read_int(row, "quiet_ms", JSON_REQUIRED, 0, G_MAXINT64, &quiet_ms, error) ||
        !json_read_int(row, "locked_ms", JSON_REQUIRED, 0, CODE_GUARD_LONGEST_MS, &locked_ms, error))
        return FALSE;
    *lock = (CodeLock){.wrong = (guint)wrong,
                       .last_wrong_ms = mono_ms - MIN(quiet_ms, CODE_GUARD_FORGET_MS),
                       .locked_until_ms = mono_ms + locked_ms};
    return TRUE;
}

gboolean code_guard_from_json(CodeGuard *self, JsonObject *json, gint64 mono_ms, GError **error)
{
    JsonArray *locks = NULL, *codes = NULL, *vouchers = NULL;

    if (!json_read_array(json, "locks", JSON_REQUIRED, MAX_ROWS, TRUE, &locks, error) ||
        !json_read_array(json, "codes", JSON_REQUIRED, MAX_ROWS, TRUE, &codes, error) ||
        !json_read_array(json, "vouchers", JSON_REQUIRED, MAX_ROWS, TRUE, &vouchers, error))
        return FALSE;
    /* A pile may have been given fewer EVSEs since. */
    for (guint i = 0; i < MIN(json_array_get_length(locks), self->locks->len); i++)
        if (!read_lock(json_array_get_object_element(locks, i), lock_of(self, (gint32)i + 1), mono_ms, error))
            return FALSE;
    for (guint i = 0; i < json_array_get_length(codes); i++) {
        JsonObject *row = json_array_get_object_element(codes, i);
        gint64 evse = 0, slot = 0;

        if (!json_read_int(row, "evse", JSON_REQUIRED, 1, G_MAXINT32, &evse, error) ||
            !json_read_int(row, "slot", JSON_REQUIRED, 0, G_MAXINT64 / OFFLINE_CODE_SLOT_S / 2, &slot, error))
            return FALSE;
        code_guard_use_code(self, (gint32)evse, slot);
    }
    for (guint i = 0; i < json_array_get_length(vouchers); i++) {
        JsonObject *row = json_array_get_object_element(vouchers, i);
        Voucher voucher = {0};

        if (!json_read_text(row, "id", JSON_REQUIRED, voucher.id, sizeof voucher.id, error) ||
            !json_read_int(row, "expires_s", JSON_REQUIRED, 0, G_MAXINT64, &voucher.expires_s, error))
            return FALSE;
        code_guard_use_voucher(self, &voucher);
    }
    self->changed = FALSE;
    return TRUE;
}

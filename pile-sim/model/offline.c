#include "pile-sim/model/offline.h"

#include "pile-sim/model/effect.h"
#include "pile-sim/model/station_internal.h"
#include "protocol/json_read.h"
#include "protocol/json_write.h"

#define RECORD_LIST "list"
#define RECORD_CACHE "cache"
#define RECORD_GUARD "guard"
#define RECORD_TIME "time"
#define CACHE_MAX_ENTRIES STATION_CACHE_ENTRIES

void offline_init(Offline *self, const OfflineDevice *device, guint n_evses)
{
    *self = (Offline){.device = *device, .n_evses = n_evses};
    time_floor_init(&self->floor, 0);
    local_list_init(&self->list);
    id_book_init(&self->cache);
    code_guard_init(&self->guard, n_evses);
    self->admissions = g_new0(Admission, n_evses);
    self->challenges = g_new0(OpenVoucher, n_evses);
    self->damage = g_string_new(NULL);
}

void offline_clear(Offline *self)
{
    local_list_clear(&self->list);
    id_book_clear(&self->cache);
    code_guard_clear(&self->guard);
    g_clear_pointer(&self->admissions, g_free);
    g_clear_pointer(&self->challenges, g_free);
    if (self->damage != NULL)
        g_string_free(self->damage, TRUE);
    self->damage = NULL;
}

static gboolean restore_list(Offline *self, JsonObject *json, GError **error)
{
    LocalList read = {0};

    local_list_init(&read);
    if (!local_list_from_json(&read, json, error) || read.generation < self->device.list_generation) {
        if (error != NULL && *error == NULL)
            g_set_error(error, SEAL_ERROR, SEAL_ERROR_BROKEN, "record list: older than the one before");
        local_list_clear(&read);
        return FALSE;
    }
    local_list_clear(&self->list);
    self->list = read;
    return TRUE;
}

static gboolean restore_cache(Offline *self, JsonObject *json, GError **error)
{
    IdBook read = {0};

    id_book_init(&read);
    if (!id_book_read(&read, json, CACHE_MAX_ENTRIES, error)) {
        id_book_clear(&read);
        return FALSE;
    }
    id_book_clear(&self->cache);
    self->cache = read;
    return TRUE;
}

static gboolean restore_guard(Offline *self, JsonObject *json, StationTime now, GError **error)
{
    CodeGuard read = {0};
    gint64 generation = 0;

    code_guard_init(&read, self->n_evses);
    if (!json_read_int(json, "generation", JSON_REQUIRED, 1, G_MAXINT64, &generation, error) ||
        !json_read_text(json, "void", JSON_OPTIONAL, self->void_secret, sizeof self->void_secret, error) ||
        !code_guard_from_json(&read, json, now.mono_ms, error)) {
        code_guard_clear(&read);
        return FALSE;
    }
    code_guard_clear(&self->guard);
    self->guard = read;
    self->guard_generation = generation;
    return TRUE;
}

gboolean offline_restore(Offline *self, const gchar *name, JsonObject *record, StationTime now)
{
    static const gchar *const names[] = {RECORD_LIST, RECORD_CACHE, RECORD_GUARD, RECORD_TIME, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonObject) json = NULL;
    gboolean good = FALSE;

    if (!g_strv_contains(names, name))
        return FALSE;
    json = seal_open(self->device.key, name, record, &error);
    if (json != NULL && g_str_equal(name, RECORD_LIST))
        good = restore_list(self, json, &error);
    else if (json != NULL && g_str_equal(name, RECORD_CACHE))
        good = restore_cache(self, json, &error);
    else if (json != NULL && g_str_equal(name, RECORD_GUARD))
        good = restore_guard(self, json, now, &error);
    else if (json != NULL)
        good = time_floor_from_json(&self->floor, json, now.boot_ms, &error);
    if (!good)
        g_string_append_printf(self->damage, "%s%s", self->damage->len > 0 ? "; " : "", error->message);
    return TRUE;
}

gboolean offline_is_compromised(Offline *self)
{
    gboolean lost = self->guard_generation < self->device.guard_generation;

    /* What follows is newer than anything that may turn up again. */
    self->guard_generation = MAX(self->guard_generation, self->device.guard_generation);
    self->list.generation = MAX(self->list.generation, self->device.list_generation);
    return lost;
}

/* Under the device's key, as everything that is remembered without being said. */
static void hash_secret(const Offline *self, const gchar *secret, gchar hash[SEAL_ID_BYTES])
{
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, self->device.key, SEAL_KEY_BYTES);

    g_hmac_update(hmac, (const guchar *)secret, -1);
    g_strlcpy(hash, g_hmac_get_string(hmac), SEAL_ID_BYTES);
    g_hmac_unref(hmac);
}

void offline_void_secret(Offline *self, const gchar *secret)
{
    if (*secret != '\0')
        hash_secret(self, secret, self->void_secret);
    self->guard.changed = TRUE;
}

gboolean offline_is_void(const Offline *self, const gchar *secret)
{
    gchar hash[SEAL_ID_BYTES];

    hash_secret(self, secret, hash);
    return *secret != '\0' && g_str_equal(hash, self->void_secret);
}

gint64 offline_deadline_ms(const Offline *self, StationTime now)
{
    gint64 moved_ms = time_floor_ms(&self->floor, now.boot_ms) - self->floor.saved_ms;

    return now.mono_ms + MAX(TIME_FLOOR_SAVE_MS - moved_ms, 1);
}

/* @json: (transfer full) */
static void store(Offline *self, const gchar *name, JsonObject *json, GArray *effects)
{
    g_autoptr(JsonObject) owned = json;
    g_autoptr(JsonObject) sealed = seal_close(self->device.key, name, owned);

    effects_store(effects, name, station_text(sealed));
}

void offline_store_changes(Offline *self, StationTime now, GArray *effects)
{
    if (self->list_changed) {
        store(self, RECORD_LIST, local_list_to_json(&self->list), effects);
        effects_seal(effects, OFFLINE_SEAL_LIST, self->list.generation);
    }
    if (self->cache_changed) {
        JsonObject *json = json_object_new();

        id_book_write(&self->cache, json);
        store(self, RECORD_CACHE, json, effects);
    }
    if (self->guard.changed) {
        JsonObject *json = NULL;

        code_guard_expire(&self->guard, time_floor_ms(&self->floor, now.boot_ms) / 1000);
        json = code_guard_to_json(&self->guard, now.mono_ms);
        json_object_set_int_member(json, "generation", ++self->guard_generation);
        json_write_text(json, "void", self->void_secret);
        store(self, RECORD_GUARD, json, effects);
        effects_seal(effects, OFFLINE_SEAL_GUARD, self->guard_generation);
    }
    if (time_floor_is_due(&self->floor, now.boot_ms))
        store(self, RECORD_TIME, time_floor_to_json(&self->floor, now.boot_ms), effects);
    self->list_changed = FALSE;
    self->cache_changed = FALSE;
    self->guard.changed = FALSE;
}

#include "pile-sim/device.h"

#include <string.h>

#include "base/identifier.h"
#include "pile-sim/store/pile_store.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

#define RECORD "device"

struct _Device {
    PileStore *store;
    OfflineDevice facts;
    gboolean found;
};

static gboolean read_key(JsonObject *json, guint8 key[SEAL_KEY_BYTES], GError **error)
{
    const gchar *hex = NULL;

    if (!json_read_string(json, "key", JSON_REQUIRED, 2 * SEAL_KEY_BYTES, &hex, error))
        return FALSE;
    for (guint i = 0; i < SEAL_KEY_BYTES; i++) {
        gint high = strlen(hex) == 2 * SEAL_KEY_BYTES ? g_ascii_xdigit_value(hex[2 * i]) : -1;
        gint low = high >= 0 ? g_ascii_xdigit_value(hex[2 * i + 1]) : -1;

        if (low < 0) {
            g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "key: 64 hex digits expected");
            return FALSE;
        }
        key[i] = (guint8)(high << 4 | low);
    }
    return TRUE;
}

gboolean device_facts_read(const gchar *text, OfflineDevice *facts, GError **error)
{
    g_autoptr(JsonObject) json = json_gate_parse_object(text, strlen(text), error);
    OfflineDevice read = {0};

    if (json == NULL || !read_key(json, read.key, error) ||
        !json_read_int(json, OFFLINE_SEAL_LIST, JSON_REQUIRED, 0, G_MAXINT64, &read.list_generation, error) ||
        !json_read_int(json, OFFLINE_SEAL_GUARD, JSON_REQUIRED, 0, G_MAXINT64, &read.guard_generation, error))
        return FALSE;
    *facts = read;
    return TRUE;
}

static gboolean restore(const gchar *name, const gchar *text, gpointer data, GError **error)
{
    Device *self = data;

    self->found = device_facts_read(text, &self->facts, error);
    return self->found;
}

static gboolean save(Device *self, GError **error)
{
    GString *text = g_string_new("{\"key\":\"");

    for (guint i = 0; i < SEAL_KEY_BYTES; i++)
        g_string_append_printf(text, "%02x", self->facts.key[i]);
    g_string_append_printf(text,
                           "\",\"" OFFLINE_SEAL_LIST "\":%" G_GINT64_FORMAT ",\"" OFFLINE_SEAL_GUARD
                           "\":%" G_GINT64_FORMAT "}",
                           self->facts.list_generation, self->facts.guard_generation);
    pile_store_begin(self->store);
    pile_store_put(self->store, RECORD, text->str);
    g_string_free(text, TRUE);
    return pile_store_commit(self->store, error);
}

static void make_key(guint8 key[SEAL_KEY_BYTES])
{
    g_autofree gchar *hex = identifier_new_secret(SEAL_KEY_BYTES);

    for (guint i = 0; i < SEAL_KEY_BYTES; i++)
        key[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
}

Device *device_open(const gchar *state_file, GError **error)
{
    g_autoptr(Device) self = g_new0(Device, 1);
    g_autofree gchar *path =
        state_file != NULL ? g_strconcat(state_file, ".device", NULL) : g_strdup(":memory:");

    self->store = pile_store_open(path, error);
    if (self->store == NULL || !pile_store_each_record(self->store, restore, self, error))
        return NULL;
    if (!self->found) {
        make_key(self->facts.key);
        if (!save(self, error))
            return NULL;
    }
    return g_steal_pointer(&self);
}

void device_free(Device *self)
{
    if (self == NULL)
        return;
    pile_store_free(self->store);
    memset(&self->facts, 0, sizeof self->facts);
    g_free(self);
}

const OfflineDevice *device_facts(const Device *self)
{
    return &self->facts;
}

gboolean device_seal(Device *self, const gchar *name, gint64 generation, GError **error)
{
    if (g_str_equal(name, OFFLINE_SEAL_LIST))
        self->facts.list_generation = generation;
    else
        self->facts.guard_generation = generation;
    return save(self, error);
}

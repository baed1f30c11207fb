#include "pile-sim/model/local_list.h"

#include "protocol/json_read.h"

void local_list_init(LocalList *self)
{
    *self = (LocalList){0};
    id_book_init(&self->book);
}

void local_list_clear(LocalList *self)
{
    id_book_clear(&self->book);
}

gint32 local_list_version(const LocalList *self)
{
    return id_book_size(&self->book) > 0 ? self->version : 0;
}

/* Into @book, a copy. Returns: (nullable): why it cannot be */
static const gchar *apply(const OcppSendLocalListRequest *request, const guint8 key[SEAL_KEY_BYTES],
                          IdBook *book)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < request->entries->len; i++) {
        const OcppLocalListEntry *entry = &g_array_index(request->entries, OcppLocalListEntry, i);
        gchar hash[SEAL_ID_BYTES];

        seal_id(key, &entry->id_token, hash);
        if (!g_hash_table_add(seen, g_strdup(hash)))
            return "the same id twice";
        if (entry->info.present)
            id_book_put(book, hash, &entry->info);
        else if (request->update == OCPP_LOCAL_LIST_FULL)
            return "an id without idTokenInfo in a full list";
        else
            id_book_remove(book, hash); /* D01.FR.17 */
    }
    return id_book_size(book) > LOCAL_LIST_MAX_ENTRIES ? "more ids than there is room for" : NULL;
}

OcppSendLocalListStatus local_list_update(LocalList *self, const OcppSendLocalListRequest *request,
                                          const guint8 key[SEAL_KEY_BYTES], const gchar **why)
{
    gboolean full = request->update == OCPP_LOCAL_LIST_FULL;
    IdBook book = {0};

    if (request->version_number <= 0) { /* D01.FR.18 */
        *why = "a version must be above 0";
        return OCPP_SEND_LOCAL_LIST_FAILED;
    }
    if (!full && request->version_number <= self->version) { /* D01.FR.19 */
        *why = "a differential update must have a higher version";
        return OCPP_SEND_LOCAL_LIST_VERSION_MISMATCH;
    }
    if (full)
        id_book_init(&book);
    else
        id_book_copy(&self->book, &book);
    *why = apply(request, key, &book);
    if (*why != NULL) {
        id_book_clear(&book);
        return OCPP_SEND_LOCAL_LIST_FAILED;
    }
    id_book_clear(&self->book);
    self->book = book;
    self->version = request->version_number;
    self->generation++;
    return OCPP_SEND_LOCAL_LIST_ACCEPTED;
}

JsonObject *local_list_to_json(const LocalList *self)
{
    JsonObject *json = json_object_new();

    json_object_set_int_member(json, "version", self->version);
    json_object_set_int_member(json, "generation", self->generation);
    id_book_write(&self->book, json);
    return json;
}

gboolean local_list_from_json(LocalList *self, JsonObject *json, GError **error)
{
    gint64 version = 0, generation = 0;

    if (!json_read_int(json, "version", JSON_REQUIRED, 0, G_MAXINT32, &version, error) ||
        !json_read_int(json, "generation", JSON_REQUIRED, 0, G_MAXINT64, &generation, error) ||
        !id_book_read(&self->book, json, LOCAL_LIST_MAX_ENTRIES, error))
        return FALSE;
    self->version = (gint32)version;
    self->generation = generation;
    return TRUE;
}

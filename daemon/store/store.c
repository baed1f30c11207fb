#define G_LOG_DOMAIN "rearcharged"
#include "daemon/store/store.h"

#include <sqlite3.h>
#include <string.h>

#include "daemon/store/store_file.h"
#include "protocol/json_gate.h"

G_DEFINE_QUARK(rearcharge - store - error - quark, store_error)

/* What the server has said in a commit that failed: it will not say it again, and must not be asked again. */
typedef struct {
    GPtrArray *orders; /* of OwedOrder */
    GArray *removals;  /* of gint64: outbox ids */
    gint64 last_event_id;
} Owed;

typedef struct {
    Order order;
    gboolean has_offered;
    Tariff offered;
} OwedOrder;

struct Store {
    sqlite3 *db;
    Owed owed;
};

Store *store_open(const gchar *folder, gboolean *rebuilt, GError **error)
{
    sqlite3 *db = store_file_open(folder, rebuilt, error);
    Store *self;

    if (db == NULL)
        return NULL;
    self = g_new0(Store, 1);
    self->db = db;
    self->owed.orders = g_ptr_array_new_with_free_func(g_free);
    self->owed.removals = g_array_new(FALSE, FALSE, sizeof(gint64));
    return self;
}

void store_close(Store *self)
{
    if (self == NULL)
        return;
    sqlite3_close(self->db);
    g_ptr_array_unref(self->owed.orders);
    g_array_unref(self->owed.removals);
    g_free(self);
}

void outbox_row_free(OutboxRow *row)
{
    g_free(row->reference);
    g_free(row->body);
    g_free(row);
}

static sqlite3_stmt *prepare(Store *self, const gchar *sql)
{
    sqlite3_stmt *statement = NULL;

    sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);
    return statement; /* NULL: SQLite treats a NULL statement as misuse, so each step fails */
}

static void bind_text(sqlite3_stmt *statement, int index, const gchar *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

/* Runs and finalizes. */
static gboolean run(sqlite3_stmt *statement)
{
    gboolean done = statement != NULL && sqlite3_step(statement) == SQLITE_DONE;

    sqlite3_finalize(statement);
    return done;
}

static gboolean write_setting(Store *self, const gchar *name, const gchar *value)
{
    sqlite3_stmt *statement = prepare(self, "INSERT INTO setting(name,value) VALUES(?,?) "
                                            "ON CONFLICT(name) DO UPDATE SET value=excluded.value");

    bind_text(statement, 1, name);
    bind_text(statement, 2, value);
    return run(statement);
}

static gboolean write_last_event_id(Store *self, gint64 id)
{
    sqlite3_stmt *statement = prepare(self, "UPDATE stream SET last_event_id=max(last_event_id,?)");

    sqlite3_bind_int64(statement, 1, id);
    return run(statement);
}

static gchar *print_and_free(JsonNode *node)
{
    gchar *text = json_gate_print(node, NULL);

    json_node_unref(node);
    return text;
}

static gboolean write_order(Store *self, const Order *order, const Tariff *offered)
{
    g_autofree gchar *text = print_and_free(order_to_json(order));
    g_autofree gchar *tariff = offered != NULL ? print_and_free(tariff_to_json(offered)) : NULL;
    sqlite3_stmt *statement =
        prepare(self, "INSERT INTO history(order_id,created_ms,event_seq,snapshot,offered) VALUES(?,?,?,?,?) "
                      "ON CONFLICT(order_id) DO UPDATE SET event_seq=excluded.event_seq, "
                      "snapshot=excluded.snapshot, offered=coalesce(excluded.offered,offered) "
                      "WHERE excluded.event_seq>=event_seq");

    bind_text(statement, 1, order->order_id);
    sqlite3_bind_int64(statement, 2, order->created_ms);
    sqlite3_bind_int64(statement, 3, order->event_seq);
    bind_text(statement, 4, text);
    bind_text(statement, 5, tariff);
    return run(statement);
}

static gboolean add_outbox(Store *self, const OutboxRow *row)
{
    sqlite3_stmt *statement =
        prepare(self, "INSERT OR IGNORE INTO outbox(kind,reference,body) VALUES(?,?,?)");

    sqlite3_bind_int(statement, 1, row->kind);
    bind_text(statement, 2, row->reference);
    bind_text(statement, 3, row->body);
    return run(statement);
}

static gboolean remove_outbox(Store *self, gint64 id)
{
    sqlite3_stmt *statement = prepare(self, "DELETE FROM outbox WHERE id=?");

    sqlite3_bind_int64(statement, 1, id);
    return run(statement);
}

static void owe(Store *self, const StoreCommit *commit)
{
    OwedOrder *owed;

    self->owed.last_event_id = MAX(self->owed.last_event_id, commit->last_event_id);
    if (commit->remove_outbox_id != 0)
        g_array_append_val(self->owed.removals, commit->remove_outbox_id);
    if (commit->order == NULL)
        return;
    owed = g_new0(OwedOrder, 1);
    owed->order = *commit->order;
    owed->has_offered = commit->offered != NULL;
    if (commit->offered != NULL)
        owed->offered = *commit->offered;
    g_ptr_array_add(self->owed.orders, owed);
}

static void owe_nothing(Store *self)
{
    self->owed.last_event_id = 0;
    g_ptr_array_set_size(self->owed.orders, 0);
    g_array_set_size(self->owed.removals, 0);
}

static gboolean removal_is_owed(const Store *self, gint64 id)
{
    for (guint i = 0; i < self->owed.removals->len; i++) {
        if (g_array_index(self->owed.removals, gint64, i) == id)
            return TRUE;
    }
    return FALSE;
}

static gboolean write_owed(Store *self)
{
    for (guint i = 0; i < self->owed.orders->len; i++) {
        const OwedOrder *owed = self->owed.orders->pdata[i];

        if (!write_order(self, &owed->order, owed->has_offered ? &owed->offered : NULL))
            return FALSE;
    }
    for (guint i = 0; i < self->owed.removals->len; i++) {
        if (!remove_outbox(self, g_array_index(self->owed.removals, gint64, i)))
            return FALSE;
    }
    return self->owed.last_event_id == 0 || write_last_event_id(self, self->owed.last_event_id);
}

/* Requests carry a body, what withdraws them does not. */
static gboolean remove_requests(Store *self, const gchar *client_ref)
{
    sqlite3_stmt *statement = prepare(self, "DELETE FROM outbox WHERE reference=? AND body IS NOT NULL");

    bind_text(statement, 1, client_ref);
    return run(statement);
}

static gboolean write_all(Store *self, const StoreCommit *commit)
{
    if (commit->record != NULL && !write_setting(self, "journey", commit->record))
        return FALSE;
    if (commit->consent != NULL && !write_setting(self, "consent", commit->consent))
        return FALSE;
    if (commit->telling != NULL && !write_setting(self, "telling", commit->telling))
        return FALSE;
    if (commit->offers != NULL && !write_setting(self, "offers", commit->offers))
        return FALSE;
    if (commit->order != NULL && !write_order(self, commit->order, commit->offered))
        return FALSE;
    if (commit->last_event_id > 0 && !write_last_event_id(self, commit->last_event_id))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(commit->add); i++) {
        if (commit->add[i] != NULL && !add_outbox(self, commit->add[i]))
            return FALSE;
    }
    if (commit->withdrawn_ref != NULL && !remove_requests(self, commit->withdrawn_ref))
        return FALSE;
    return commit->remove_outbox_id == 0 || remove_outbox(self, commit->remove_outbox_id);
}

gboolean store_commit(Store *self, const StoreCommit *commit, GError **error)
{
    gboolean done = run(prepare(self, "BEGIN IMMEDIATE")) && write_owed(self) && write_all(self, commit) &&
                    run(prepare(self, "COMMIT"));

    if (done) {
        owe_nothing(self);
        return TRUE;
    }
    owe(self, commit);
    g_set_error(error, STORE_ERROR, STORE_ERROR_WRITE, "%s", sqlite3_errmsg(self->db));
    if (!sqlite3_get_autocommit(self->db)) /* a full disk may have rolled back already */
        run(prepare(self, "ROLLBACK"));
    return FALSE;
}

static gchar *load_setting(Store *self, const gchar *name)
{
    sqlite3_stmt *statement = prepare(self, "SELECT value FROM setting WHERE name=?");
    gchar *value = NULL;

    bind_text(statement, 1, name);
    if (sqlite3_step(statement) == SQLITE_ROW)
        value = g_strdup((const gchar *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return value;
}

gchar *store_load_voucher(Store *self)
{
    return load_setting(self, "voucher");
}

gboolean store_save_voucher(Store *self, const gchar *text, GError **error)
{
    if (write_setting(self, "voucher", text))
        return TRUE;
    g_set_error(error, STORE_ERROR, STORE_ERROR_WRITE, "%s", sqlite3_errmsg(self->db));
    return FALSE;
}

gboolean store_has_open_code(Store *self)
{
    sqlite3_stmt *statement =
        prepare(self, "SELECT 1 FROM history WHERE snapshot LIKE '%\"state\":\"code_issued\"%' LIMIT 1");
    gboolean found = sqlite3_step(statement) == SQLITE_ROW;

    sqlite3_finalize(statement);
    return found;
}

gchar *store_load_booking(Store *self)
{
    return load_setting(self, "booking");
}

gboolean store_save_booking(Store *self, const gchar *text, GError **error)
{
    if (write_setting(self, "booking", text))
        return TRUE;
    g_set_error(error, STORE_ERROR, STORE_ERROR_WRITE, "%s", sqlite3_errmsg(self->db));
    return FALSE;
}

gchar *store_load_record(Store *self)
{
    return load_setting(self, "journey");
}

gchar *store_load_consent(Store *self)
{
    return load_setting(self, "consent");
}

gchar *store_load_telling(Store *self)
{
    return load_setting(self, "telling");
}

gchar *store_load_offers(Store *self)
{
    return load_setting(self, "offers");
}

gint64 store_load_last_event_id(Store *self)
{
    sqlite3_stmt *statement = prepare(self, "SELECT last_event_id FROM stream");
    gint64 id = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;

    sqlite3_finalize(statement);
    return id;
}

GPtrArray *store_load_outbox(Store *self)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_row_free);
    sqlite3_stmt *statement = prepare(self, "SELECT id,kind,reference,body FROM outbox ORDER BY id");

    while (sqlite3_step(statement) == SQLITE_ROW) {
        gint64 id = sqlite3_column_int64(statement, 0);
        OutboxRow *row = removal_is_owed(self, id) ? NULL : g_new0(OutboxRow, 1);

        if (row == NULL)
            continue;
        row->id = id;
        row->kind = sqlite3_column_int(statement, 1);
        row->reference = g_strdup((const gchar *)sqlite3_column_text(statement, 2));
        row->body = g_strdup((const gchar *)sqlite3_column_text(statement, 3));
        g_ptr_array_add(rows, row);
    }
    sqlite3_finalize(statement);
    return rows;
}

static gboolean read_row(sqlite3_stmt *statement, StoredOrder *found, GError **error)
{
    const gchar *text = (const gchar *)sqlite3_column_text(statement, 0);
    const gchar *tariff = (const gchar *)sqlite3_column_text(statement, 1);
    g_autoptr(JsonObject) order = json_gate_parse_object(text, strlen(text), error);
    g_autoptr(JsonObject) offered = NULL;

    *found = (StoredOrder){0};
    if (order == NULL || !order_from_json(order, &found->order, error))
        return FALSE;
    if (tariff == NULL)
        return TRUE;
    offered = json_gate_parse_object(tariff, strlen(tariff), error);
    found->has_offered = offered != NULL && tariff_from_json(offered, &found->offered, error);
    return found->has_offered;
}

GArray *store_history(Store *self, guint limit, GError **error)
{
    g_autoptr(GArray) orders = g_array_new(FALSE, FALSE, sizeof(StoredOrder));
    sqlite3_stmt *statement = prepare(
        self, "SELECT snapshot,offered FROM history ORDER BY created_ms DESC, event_seq DESC LIMIT ?");
    g_autoptr(GError) wrong = NULL;

    sqlite3_bind_int64(statement, 1, limit);
    while (wrong == NULL && sqlite3_step(statement) == SQLITE_ROW) {
        StoredOrder found;

        if (read_row(statement, &found, &wrong))
            g_array_append_val(orders, found);
    }
    sqlite3_finalize(statement);
    if (wrong != NULL) {
        g_set_error(error, STORE_ERROR, STORE_ERROR_READ, "%s", wrong->message);
        return NULL;
    }
    return g_steal_pointer(&orders);
}

gboolean store_find_order(Store *self, const gchar *order_id, StoredOrder *found, GError **error)
{
    sqlite3_stmt *statement = prepare(self, "SELECT snapshot,offered FROM history WHERE order_id=?");
    g_autoptr(GError) wrong = NULL;
    gboolean got;

    bind_text(statement, 1, order_id);
    got = sqlite3_step(statement) == SQLITE_ROW && read_row(statement, found, &wrong);
    sqlite3_finalize(statement);
    if (wrong != NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_READ, "%s", wrong->message);
    return got;
}

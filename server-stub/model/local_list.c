#include "server-stub/model/local_list.h"

#include "protocol/json_gate.h"
#include "protocol/json_write.h"

#include <string.h>

static gint compare_token(gconstpointer a, gconstpointer b)
{
    const LocalListEntry *x = a, *y = b;

    return x->type != y->type ? (gint)x->type - (gint)y->type : strcmp(x->id_token, y->id_token);
}

static void join(LocalListEntry *kept, const LocalListEntry *other)
{
    kept->blocked = kept->blocked || other->blocked;
    kept->expires_ms =
        kept->expires_ms == 0 || other->expires_ms == 0 ? 0 : MAX(kept->expires_ms, other->expires_ms);
}

void local_list_normalise(GArray *entries, gint64 now_ms)
{
    guint n = 0;

    g_array_sort(entries, compare_token);
    for (guint i = 0; i < entries->len; i++) {
        LocalListEntry *from = &g_array_index(entries, LocalListEntry, i);
        LocalListEntry *last = n > 0 ? &g_array_index(entries, LocalListEntry, n - 1) : NULL;

        /* What is blocked stays so: its end would only make room for an old cache entry. */
        if (from->expires_ms > 0 && from->expires_ms <= now_ms && !from->blocked)
            continue;
        if (last != NULL && compare_token(last, from) == 0)
            join(last, from);
        else
            g_array_index(entries, LocalListEntry, n++) = *from;
    }
    g_array_set_size(entries, n);
}

static gboolean same_entry(const LocalListEntry *a, const LocalListEntry *b)
{
    return compare_token(a, b) == 0 && a->blocked == b->blocked && a->expires_ms == b->expires_ms;
}

gboolean local_list_equal(const GArray *a, const GArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++)
        if (!same_entry(&g_array_index(a, LocalListEntry, i), &g_array_index(b, LocalListEntry, i)))
            return FALSE;
    return TRUE;
}

gint64 local_list_next_expiry_ms(const GArray *entries)
{
    gint64 next = G_MAXINT64;

    for (guint i = 0; i < entries->len; i++) {
        const LocalListEntry *entry = &g_array_index(entries, LocalListEntry, i);

        if (entry->expires_ms > 0 && !entry->blocked)
            next = MIN(next, entry->expires_ms);
    }
    return next;
}

static void to_wire(const LocalListEntry *entry, gboolean removed, const LocalListRules *rules,
                    OcppLocalListEntry *wire)
{
    memset(wire, 0, sizeof *wire);
    wire->id_token.present = TRUE;
    wire->id_token.type = entry->type;
    g_strlcpy(wire->id_token.id_token, entry->id_token, sizeof wire->id_token.id_token);
    if (removed)
        return;
    wire->info.present = TRUE;
    wire->info.status = entry->blocked ? OCPP_AUTHORIZATION_BLOCKED : OCPP_AUTHORIZATION_ACCEPTED;
    if (rules->knows_expiry && !entry->blocked)
        wire->info.cache_expiry_ms = entry->expires_ms;
}

static void request_free(gpointer data)
{
    ocpp_send_local_list_request_clear(data);
    g_free(data);
}

static gsize bytes_of(const OcppSendLocalListRequest *request)
{
    g_autoptr(JsonNode) node = json_write_node(ocpp_send_local_list_request_to_json(request));
    g_autofree gchar *text = json_gate_print(node, NULL);

    /* [2,"<uuid>","SendLocalList",<payload>] */
    return strlen(text) + strlen("[2,\"\",\"SendLocalList\",]") + 36;
}

/* The messages so far, and how long the last one is. */
typedef struct {
    GPtrArray *requests;
    gsize last_bytes;
    const LocalListRules *rules;
} Plan;

static OcppSendLocalListRequest *add_request(Plan *plan, gint32 version, OcppLocalListUpdate update)
{
    OcppSendLocalListRequest *request = g_new0(OcppSendLocalListRequest, 1);

    ocpp_send_local_list_request_init(request);
    request->version_number = version;
    request->update = update;
    g_ptr_array_add(plan->requests, request);
    plan->last_bytes = bytes_of(request);
    return request;
}

/* What @entry adds to a message: that with it alone, less that without, and a comma. */
static gsize entry_bytes(const OcppLocalListEntry *entry)
{
    g_auto(OcppSendLocalListRequest) request = {0};
    gsize empty;

    ocpp_send_local_list_request_init(&request);
    request.version_number = 1;
    request.update = OCPP_LOCAL_LIST_FULL;
    empty = bytes_of(&request);
    g_array_append_val(request.entries, *entry);
    return bytes_of(&request) - empty + 1;
}

/* Into the last message, or into a next one when that is full. An entry that is too large alone goes alone:
 * the pile refuses it then, not we. */
static void add_entry(Plan *plan, const OcppLocalListEntry *entry)
{
    OcppSendLocalListRequest *last = plan->requests->pdata[plan->requests->len - 1];
    gsize bytes = entry_bytes(entry);

    if (last->entries->len > 0 &&
        (last->entries->len >= MIN(plan->rules->items, OCPP_MAX_LOCAL_LIST_ENTRIES) ||
         plan->last_bytes + bytes > plan->rules->bytes))
        last = add_request(plan, last->version_number + 1, OCPP_LOCAL_LIST_DIFFERENTIAL);
    g_array_append_val(last->entries, *entry);
    plan->last_bytes += bytes;
}

static void plan_full(Plan *plan, gint32 version, const GArray *wanted)
{
    add_request(plan, version, OCPP_LOCAL_LIST_FULL);
    for (guint i = 0; i < wanted->len; i++) {
        OcppLocalListEntry wire;

        to_wire(&g_array_index(wanted, LocalListEntry, i), FALSE, plan->rules, &wire);
        add_entry(plan, &wire);
    }
}

static void plan_change(Plan *plan, gint32 version, const LocalListEntry *entry, gboolean removed)
{
    OcppLocalListEntry wire;

    if (plan->requests->len == 0)
        add_request(plan, version, OCPP_LOCAL_LIST_DIFFERENTIAL);
    to_wire(entry, removed, plan->rules, &wire);
    add_entry(plan, &wire);
}

GPtrArray *local_list_plan(const GArray *held, gint32 held_version, const GArray *wanted,
                           const LocalListRules *rules)
{
    Plan plan = {.requests = g_ptr_array_new_with_free_func(request_free), .rules = rules};
    guint h = 0, w = 0;

    if (held == NULL) {
        plan_full(&plan, held_version + 1, wanted);
        return plan.requests;
    }
    /* Both are sorted: one walk finds what is new, changed or gone. */
    while (h < held->len || w < wanted->len) {
        const LocalListEntry *has = h < held->len ? &g_array_index(held, LocalListEntry, h) : NULL;
        const LocalListEntry *wants = w < wanted->len ? &g_array_index(wanted, LocalListEntry, w) : NULL;
        gint order = has == NULL ? 1 : wants == NULL ? -1 : compare_token(has, wants);

        if (order < 0)
            plan_change(&plan, held_version + 1, has, TRUE);
        else if (order > 0 || !same_entry(has, wants))
            plan_change(&plan, held_version + 1, wants, FALSE);
        h += order <= 0;
        w += order >= 0;
    }
    return plan.requests;
}

#include "server-stub/operator_desk.h"

#include "base/identifier.h"
#include "protocol/json_write.h"
#include "server-stub/desk_problem.h"
#include "server-stub/model/message_ring.h"
#include "server-stub/model/operator_sessions.h"
#include "server-stub/secret.h"

struct _OperatorDesk {
    gchar *token_hash; /* (nullable) */
    OperatorSessions *sessions;
    MessageRing *ring;
    OperatorContext context;
};

static gint64 monotonic_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

OperatorDesk *operator_desk_new(const gchar *token_hash)
{
    OperatorDesk *self = g_new0(OperatorDesk, 1);

    self->token_hash = g_strdup(token_hash);
    self->sessions = operator_sessions_new();
    self->ring = message_ring_new();
    return self;
}

void operator_desk_free(OperatorDesk *self)
{
    if (self == NULL)
        return;
    operator_sessions_free(self->sessions);
    message_ring_free(self->ring);
    g_free(self->token_hash);
    g_free(self);
}

void operator_desk_look(OperatorDesk *self, const OperatorContext *context)
{
    self->context = *context;
}

static gboolean may(const gchar *token, gpointer data)
{
    OperatorDesk *self = data;

    return self->token_hash != NULL && secret_matches(token, self->token_hash);
}

static gchar *login(const gchar *token, gpointer data)
{
    OperatorDesk *self = data;
    gchar *session;
    g_autofree gchar *hash = NULL;

    if (!may(token, self))
        return NULL;
    session = identifier_new_secret(32);
    hash = secret_hash(session);
    operator_sessions_open(self->sessions, hash, monotonic_ms());
    return session;
}

static gboolean session_is_open(const gchar *session, gpointer data)
{
    g_autofree gchar *hash = secret_hash(session);

    return operator_sessions_know(((OperatorDesk *)data)->sessions, hash, monotonic_ms());
}

static void logout(const gchar *session, gpointer data)
{
    g_autofree gchar *hash = secret_hash(session);

    operator_sessions_close(((OperatorDesk *)data)->sessions, hash);
}

void operator_desk_message(OperatorDesk *self, const gchar *station_id, gboolean received, const gchar *text,
                           gsize len)
{
    message_ring_add(self->ring, station_id, received, text, len, g_get_real_time() / 1000);
}

static JsonObject *message_view(const RingMessage *message)
{
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "seq", message->seq);
    json_write_time(object, "at", message->at_ms);
    json_object_set_string_member(object, "station", message->station_id);
    json_object_set_string_member(object, "direction", message->received ? "received" : "sent");
    json_object_set_string_member(object, "text", message->text);
    json_object_set_boolean_member(object, "cut", message->cut);
    return object;
}

static JsonNode *messages_after(OperatorDesk *self, gint64 after_seq, const gchar *station, const gchar *text,
                                guint limit)
{
    g_autoptr(GPtrArray) found = message_ring_find(self->ring, after_seq, station, text, limit);
    JsonArray *views = json_array_sized_new(found->len);
    JsonObject *object = json_object_new();

    for (guint i = 0; i < found->len; i++)
        json_array_add_object_element(views, message_view(g_ptr_array_index(found, i)));
    json_object_set_array_member(object, "messages", views);
    json_object_set_int_member(object, "last_seq", message_ring_last_seq(self->ring));
    return json_write_node(object);
}

static JsonNode *messages(const gchar *station, const gchar *text, guint limit, gpointer data)
{
    return messages_after(data, 0, station, text, limit);
}

static JsonNode *feed_messages(gint64 *seq, guint limit, gpointer data)
{
    OperatorDesk *self = data;
    JsonNode *node = messages_after(self, *seq, NULL, NULL, limit);

    *seq = message_ring_last_seq(self->ring);
    return node;
}

static JsonNode *feed_item(OperatorKind kind, const gchar *id, gpointer data)
{
    static JsonNode *(*const view[OPERATOR_N_KINDS])(const OperatorContext *context, const gchar *id) = {
        operator_view_station, operator_view_order, operator_view_reservation, operator_view_transaction};

    return view[kind](&((OperatorDesk *)data)->context, id);
}

static JsonNode *list(const gchar *name, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;
    JsonNode *node = operator_view(&((OperatorDesk *)data)->context, name, g_get_real_time() / 1000, &error);

    if (node == NULL)
        desk_problem(error, problem);
    return node;
}

const WebOperatorPorts operator_desk_ports = {.may = may,
                                              .view = list,
                                              .login = login,
                                              .session = session_is_open,
                                              .logout = logout,
                                              .session_s = OPERATOR_SESSION_MS / 1000,
                                              .messages = messages,
                                              .feed = {feed_item, feed_messages}};

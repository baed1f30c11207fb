#include "server-stub/control_client.h"

#include "protocol/json_gate.h"
#include "protocol/json_write.h"
#include "server-stub/control_words.h"
#include "server-stub/secret.h"

#include <libsoup/soup.h>
#include <stdio.h>

#define TIMEOUT_S 150 /* longer than the longest call waits for its pile */
#define ANSWER_MAX_BYTES (64 * 1024 * 1024)

typedef struct {
    gchar *server, *token_file, *ca;
    gint evse_no;
    gboolean json;
} Options;

static void options_clear(Options *options)
{
    g_free(options->server);
    g_free(options->token_file);
    g_free(options->ca);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void print_value(JsonNode *node, const gchar *name, guint depth);

static void print_member(JsonObject *object, const gchar *name, JsonNode *node, gpointer depth)
{
    print_value(node, name, GPOINTER_TO_UINT(depth));
}

static gboolean is_plain(JsonNode *node)
{
    return !JSON_NODE_HOLDS_OBJECT(node) && !JSON_NODE_HOLDS_ARRAY(node);
}

/* "name: value", and what has members below it, further in. What a pile says is printed as text: no control
 * characters, which json_gate_print() has escaped. */
static void print_value(JsonNode *node, const gchar *name, guint depth)
{
    if (JSON_NODE_HOLDS_OBJECT(node)) {
        printf("%*s%s:\n", (gint)depth * 2, "", name);
        json_object_foreach_member(json_node_get_object(node), print_member, GUINT_TO_POINTER(depth + 1));
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);

        printf("%*s%s: (%u)\n", (gint)depth * 2, "", name, json_array_get_length(array));
        for (guint i = 0; i < json_array_get_length(array); i++) {
            g_autofree gchar *number = g_strdup_printf("- %u", i + 1);
            JsonNode *element = json_array_get_element(array, i);

            print_value(element, is_plain(element) ? "-" : number, depth + 1);
        }
    } else {
        g_autofree gchar *text = json_gate_print(node, NULL);

        printf("%*s%s: %s\n", (gint)depth * 2, "", name, text);
    }
}

static void print_answer(const gchar *text, gsize len, gboolean json)
{
    g_autoptr(JsonObject) object = json_gate_parse_object(text, len, NULL);

    if (json || object == NULL)
        printf("%.*s\n", (gint)len, text);
    else
        json_object_foreach_member(object, print_member, GUINT_TO_POINTER(0));
}

/* What the problem document says, for people. */
static void set_refusal(guint status, const gchar *text, gsize len, GError **error)
{
    g_autoptr(JsonObject) problem = json_gate_parse_object(text, len, NULL);

    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the server refused (%u %s): %s", status,
                problem != NULL ? json_object_get_string_member_with_default(problem, "code", "?") : "?",
                problem != NULL ? json_object_get_string_member_with_default(problem, "detail", "no detail")
                                : "no detail");
}

static SoupSession *open_session(const Options *options, GError **error)
{
    g_autoptr(GTlsDatabase) trust = options->ca != NULL ? g_tls_file_database_new(options->ca, error) : NULL;

    if (options->ca != NULL && trust == NULL)
        return NULL;
    /* Straight to the server: a proxy of the environment would see the operator's token. */
    return soup_session_new_with_options("proxy-resolver", NULL, "timeout", TIMEOUT_S,
                                         trust != NULL ? "tls-database" : NULL, trust, NULL);
}

static gboolean ask(const Options *options, const ControlRequest *request, GError **error)
{
    g_autofree gchar *token = secret_read_file(options->token_file, error);
    g_autofree gchar *url = g_strdup_printf("%s/operator/v1/%s", options->server, request->path);
    g_autofree gchar *bearer = NULL;
    g_autoptr(SoupSession) session = token != NULL ? open_session(options, error) : NULL;
    g_autoptr(SoupMessage) message = soup_message_new(request->method, url);
    g_autoptr(GBytes) answer = NULL;
    const gchar *text;
    gsize len = 0;

    if (session == NULL)
        return FALSE;
    if (message == NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--server: not a URL: %s",
                    options->server);
        return FALSE;
    }
    bearer = g_strconcat("Bearer ", token, NULL);
    soup_message_headers_append(soup_message_get_request_headers(message), "Authorization", bearer);
    if (request->body != NULL) {
        g_autoptr(JsonNode) node = json_write_node(json_object_ref(request->body));
        gchar *body = json_gate_print(node, &len);
        g_autoptr(GBytes) bytes = g_bytes_new_take(body, len);

        soup_message_set_request_body_from_bytes(message, "application/json", bytes);
    }
    answer = soup_session_send_and_read(session, message, NULL, error);
    if (answer == NULL) {
        g_prefix_error(error, "no answer from %s (is the server running?): ", options->server);
        return FALSE;
    }
    text = g_bytes_get_data(answer, &len);
    if (soup_message_get_status(message) >= 400) {
        set_refusal(soup_message_get_status(message), text != NULL ? text : "", len, error);
        return FALSE;
    }
    if (len == 0)
        printf("done\n");
    else
        print_answer(text, len, options->json);
    return TRUE;
}

gboolean control_client_run(gint argc, gchar **argv, GError **error)
{
    g_auto(Options) o = {0};
    const GOptionEntry entries[] = {
        {"server", 0, 0, G_OPTION_ARG_STRING, &o.server, "default http://127.0.0.1:8080", "URL"},
        {"operator-token-file", 0, 0, G_OPTION_ARG_FILENAME, &o.token_file, "one line", "F"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &o.ca, "PEM; who may vouch for the server", "F"},
        {"evse", 0, 0, G_OPTION_ARG_INT, &o.evse_no, "pile: one EVSE instead of the whole station", "N"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &o.json, "the answer as it came", NULL},
        {NULL}};
    g_autoptr(GOptionContext) context = g_option_context_new("...");
    g_auto(ControlRequest) request = {0};
    g_auto(GStrv) words = NULL;

    /* The first word is taken for the program's name and stays in front. */
    g_option_context_set_description(context, control_words_usage);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, error))
        return FALSE;
    if (o.server == NULL)
        o.server = g_strdup("http://127.0.0.1:8080");
    if (o.token_file == NULL || o.evse_no < 0) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                            "this asks the running server: want --operator-token-file F (and --server URL)");
        return FALSE;
    }
    words = g_new0(gchar *, (gsize)argc + 1);
    for (gint i = 0; i < argc; i++)
        words[i] = g_strdup(argv[i]);
    return control_words_read(words, o.evse_no, &request, error) && ask(&o, &request, error);
}

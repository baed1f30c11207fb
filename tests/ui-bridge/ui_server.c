/* Who gets in, and what arrives. */
#include "ui-bridge/ui_server.h"

#include "ui-bridge/session_keep.h"

#include "tests/weblink/raw_client.h"
#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static UiServer *ui;
static gchar *host, *cookie;

/* raw_client speaks to a BoundedServer; this page hides its own, so talk through the URL. */
static gchar *ask(const gchar *path, const gchar *headers)
{
    g_autofree gchar *request =
        g_strdup_printf("GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, host, headers != NULL ? headers : "");

    return raw_ask_url(ui_server_start_url(ui), request);
}

static void start(void)
{
    ui = ui_server_new();
    cr_assert(ui_server_listen(ui, 0, NULL));
    host = g_strdup(ui_server_start_url(ui) + strlen("http://"));
    *strchr(host, '/') = '\0';
}

static void stop(void)
{
    g_clear_object(&ui);
    g_clear_pointer(&host, g_free);
    g_clear_pointer(&cookie, g_free);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

TestSuite(ui_server, .init = start, .fini = stop);

static void open_start_url(void)
{
    g_autofree gchar *answer = ask(strchr(ui_server_start_url(ui) + strlen("http://"), '/'), NULL);
    const gchar *set = strstr(answer, "\r\nSet-Cookie: ");

    cr_assert(g_str_has_prefix(answer, "HTTP/1.1 303 "), "%s", answer);
    cr_assert_not_null(set);
    cr_expect_not_null(strstr(set, "; HttpOnly; SameSite=Strict\r\n"));
    cr_expect_not_null(strstr(answer, "\r\nLocation: /\r\n"));
    set += strlen("\r\nSet-Cookie: ");
    cookie = g_strdup_printf("Cookie: other=1; %.*s\r\n", (gint)strcspn(set, ";"), set);
}

Test(ui_server, lets_nobody_in_without_the_cookie)
{
    const gchar *paths[] = {"/",           "/web/main.js", "/web/face.css", "/view",        "/events",
                            "/session",    "/preview",     "/history",      "/history.csv", "/receipts/x",
                            "/start/guess"};

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree gchar *none = ask(paths[i], NULL);
        g_autofree gchar *wrong = ask(paths[i], "Cookie: rearcharge_ui=guess\r\n");

        cr_expect(g_str_has_prefix(none, "HTTP/1.1 401 "), "%s: %s", paths[i], none);
        cr_expect(g_str_has_prefix(wrong, "HTTP/1.1 401 "), "%s: %s", paths[i], wrong);
    }
}

Test(ui_server, the_start_url_may_be_repeated_while_its_answer_may_be_lost)
{
    open_start_url();
    g_free(cookie);
    open_start_url();
}

Test(ui_server, the_start_url_is_spent_once_somebody_has_come_in)
{
    g_autofree gchar *page = NULL, *again = NULL;

    open_start_url();
    page = ask("/", cookie);
    cr_assert(g_str_has_prefix(page, "HTTP/1.1 200 "), "%s", page);
    again = ask(strchr(ui_server_start_url(ui) + strlen("http://"), '/'), NULL);
    cr_expect(g_str_has_prefix(again, "HTTP/1.1 401 "), "%s", again);
}

Test(ui_server, who_has_no_way_in_is_told_how_to_get_one)
{
    g_autofree gchar *page = ask("/start/spent", "Accept: text/html,*/*;q=0.8\r\n");
    g_autofree gchar *root = ask("/", "Accept: text/html\r\nAccept-Language: zh-CN,zh;q=0.9\r\n");
    g_autofree gchar *program = ask("/view", "Accept: application/json\r\n");

    cr_expect(g_str_has_prefix(page, "HTTP/1.1 401 "), "%s", page);
    cr_expect_not_null(strstr(page, "<h1>This page needs a start link</h1>"), "%s", page);
    cr_expect_not_null(strstr(page, "start-url"));
    cr_expect_not_null(strstr(page, "Content-Security-Policy: default-src 'none'"));
    cr_expect(g_str_has_prefix(root, "HTTP/1.1 401 "));
    cr_expect_not_null(strstr(root, "<html lang=\"zh"), "%s", root);
    cr_expect_not_null(strstr(program, "application/problem+json"));
}

Test(ui_server, serves_the_page_without_inline_code)
{
    g_autofree gchar *page = NULL;
    g_autofree gchar *script = NULL;

    open_start_url();
    page = ask("/", cookie);
    script = ask("/web/events.js", cookie);
    cr_expect(g_str_has_prefix(page, "HTTP/1.1 200 "));
    cr_expect_not_null(strstr(page, "Content-Security-Policy: default-src 'none'"));
    cr_expect_null(strstr(page, "<style"));
    cr_expect_null(strstr(page, " onload="));
    cr_expect_null(strstr(page, "Access-Control-Allow"));
    cr_expect_not_null(strstr(script, "EventSource"));
    cr_expect_null(strstr(script, "innerHTML"));
}

Test(ui_server, pushes_the_whole_view_at_once_and_at_each_change)
{
    g_autoptr(RawClient) english = NULL;
    g_autoptr(RawClient) chinese = NULL;
    g_autoptr(GVariant) snapshot = g_variant_ref_sink(
        g_variant_parse(G_VARIANT_TYPE_VARDICT, "{'journey_state':<'scanning'>}", NULL, NULL, NULL));

    open_start_url();
    english = raw_connect_url(ui_server_start_url(ui));
    chinese = raw_connect_url(ui_server_start_url(ui));
    for (guint i = 0; i < 2; i++) {
        g_autofree gchar *request = g_strdup_printf("GET /events?lang=%s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
                                                    i == 0 ? "en" : "zh-CN", host, cookie);
        raw_say(i == 0 ? english : chinese, request);
    }
    cr_expect(raw_hear(
        english, "event: view\ndata: {\"language\":\"en\",\"title\":\"RearCharge\",\"screen\":\"absent\""));
    cr_expect(raw_hear(chinese, "RearCharge 未运行"));
    ui_server_publish(ui, snapshot);
    cr_expect(raw_hear(english, "Looking for a charging code"));
    cr_expect(raw_hear(english, "\"journey_state\":\"scanning\""));
    cr_expect(raw_hear(chinese, "正在寻找充电桩二维码"));
    ui_server_publish(ui, NULL);
}

/* Returns: the status line's number of a POST of @body to @path with @headers */
static gint post(const gchar *path, const gchar *headers, const gchar *body)
{
    g_autofree gchar *request = g_strdup_printf(
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%s",
        path, host, strlen(body), headers, body);
    g_autofree gchar *answer = raw_ask_url(ui_server_start_url(ui), request);

    return atoi(answer + strlen("HTTP/1.1 "));
}

/* Returns: (transfer full): cookie, Origin and token of our own page */
static gchar *page_headers(void)
{
    g_autofree gchar *session = ask("/session", cookie);
    const gchar *token = strstr(session, "\"token\":\"") + strlen("\"token\":\"");

    return g_strdup_printf("%sOrigin: http://%s\r\nRearCharge-Token: %.*s\r\n", cookie, host,
                           (gint)strcspn(token, "\""), token);
}

Test(ui_server, an_action_needs_cookie_origin_and_token)
{
    g_autofree gchar *all = NULL;
    g_autofree gchar *no_token = NULL;
    g_autofree gchar *no_origin = NULL;

    open_start_url();
    all = page_headers();
    no_token = g_strdup_printf("%sOrigin: http://%s\r\nRearCharge-Token: guess\r\n", cookie, host);
    no_origin = g_strconcat(cookie, strstr(all, "RearCharge-Token:"), NULL);
    cr_expect_eq(post("/actions/order", strstr(all, "Origin:"), "{}"), 401);
    cr_expect_eq(post("/actions/order", no_token, "{}"), 403);
    cr_expect_eq(post("/actions/order", no_origin, "{}"), 403);
    cr_expect_eq(post("/consent", no_token, "{\"max_cost_minor\":1}"), 403);
    cr_expect_eq(post("/actions/explode", all, "{}"), 404);
    cr_expect_eq(post("/actions/order", all, "{}"), 503, "there is no daemon");
}

Test(ui_server, limits_are_set_in_p_only_and_checked)
{
    g_autofree gchar *all = NULL;
    g_autoptr(GVariant) driving = g_variant_ref_sink(g_variant_parse(
        G_VARIANT_TYPE_VARDICT, "{'gear':<'D'>,'driving_state':<'moving'>}", NULL, NULL, NULL));

    open_start_url();
    all = page_headers();
    ui_server_publish(ui, driving);
    cr_expect_eq(post("/consent", all, "{\"max_cost_minor\":100}"), 409);
    cr_expect_eq(post("/actions/order", all, "{}"), 409);
    cr_expect_eq(post("/consent", all, "{\"max_cost_minor\":0}"), 422);
    cr_expect_eq(post("/consent", all, "{\"max_cost_minor\":1,\"max_cost_minor\":2}"), 400, "no strict JSON");
    cr_expect_eq(post("/actions/cancel", all, "{"), 400, "even where nothing is read from it");
    cr_expect_eq(post("/consent", all, ""), 400);
    ui_server_publish(ui, NULL);
}

Test(ui_server, what_our_page_never_sends_is_refused_before_the_daemon_is_asked)
{
    static const struct {
        const gchar *path, *body;
        gint status;
    } rows[] = {
        {"/around", "{", 400},
        {"/around", "{\"radius_m\":\"far\"}", 422},
        {"/around", "{}", 503},
        {"/reserve", "", 400},
        {"/reserve", "{}", 422},
        {"/reserve", "{\"evse\":\"DEABCE123451\"}", 503},
        {"/move", "{\"evse\":1}", 422},
        {"/move", "{\"evse\":\"\"}", 503},
        {"/offers/some/accept", "{}", 503},
        {"/offers/some/dismiss", "{}", 503},
        {"/offers/some/frame", "{}", 404},
        {"/demo/R", "{}", 404}, /* no demo */
        {"/subscription", "{\"kinds\":1}", 422},
        {"/sharing", "[]", 400},
    };
    g_autoptr(GVariant) driving = g_variant_ref_sink(g_variant_parse(
        G_VARIANT_TYPE_VARDICT, "{'gear':<'D'>,'driving_state':<'moving'>}", NULL, NULL, NULL));
    const gchar *const parked_only[] = {"/around", "/reserve", "/offers/some/accept"};
    g_autofree gchar *all = NULL, *guess = NULL;

    open_start_url();
    all = page_headers();
    guess = g_strdup_printf("%sOrigin: http://%s\r\nRearCharge-Token: guess\r\n", cookie, host);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gint status = post(rows[i].path, all, rows[i].body);

        cr_expect_eq(status, rows[i].status, "%s %s: %d", rows[i].path, rows[i].body, status);
        cr_expect_eq(post(rows[i].path, guess, rows[i].body), 403, "%s without the page's token",
                     rows[i].path);
    }
    ui_server_publish(ui, driving);
    for (gsize i = 0; i < G_N_ELEMENTS(parked_only); i++)
        cr_expect_eq(post(parked_only[i], all, "{}"), 409, "%s while driving", parked_only[i]);
    cr_expect_eq(post("/move", all, "{\"evse\":\"DEABCE123451\"}"), 409,
                 "to a bay of one's own choice: parked");
    ui_server_publish(ui, NULL);
}

Test(ui_server, the_language_is_the_one_asked_for_or_the_browsers)
{
    g_autofree gchar *chinese = NULL;
    g_autofree gchar *headers = NULL;
    g_autofree gchar *asked = NULL;

    open_start_url();
    headers = g_strconcat(cookie, "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n", NULL);
    chinese = ask("/view", headers);
    asked = ask("/view?lang=en", headers);
    cr_expect_not_null(strstr(chinese, "\"language\":\"zh\""));
    cr_expect_not_null(strstr(asked, "\"language\":\"en\""));
}

Test(ui_server, a_page_of_another_site_cannot_listen)
{
    g_autofree gchar *answer = NULL;
    g_autofree gchar *headers = NULL;

    open_start_url();
    headers = g_strconcat(cookie, "Origin: http://evil.example\r\n", NULL);
    answer = ask("/events", headers);
    cr_expect(g_str_has_prefix(answer, "HTTP/1.1 403 "), "%s", answer);
}

/* A second server in the same folder, as after a restart. */
Test(ui_server, an_open_page_goes_on_after_a_restart)
{
    g_autofree gchar *folder = g_dir_make_tmp("rearcharge-ui-XXXXXX", NULL);
    g_autofree gchar *url_file = g_build_filename(folder, "start-url", NULL);
    g_autofree gchar *session_file = g_build_filename(folder, "session", NULL);
    g_autofree gchar *first_url = NULL, *next_url = NULL, *page = NULL, *after = NULL;

    g_clear_object(&ui);
    ui = ui_server_new();
    cr_assert(ui_server_keep_session(ui, folder, NULL));
    cr_assert(ui_server_listen(ui, 0, NULL));
    g_free(host);
    host = g_strdup(ui_server_start_url(ui) + strlen("http://"));
    *strchr(host, '/') = '\0';
    cr_assert(g_file_get_contents(url_file, &first_url, NULL, NULL));
    cr_expect(g_str_has_prefix(first_url, ui_server_start_url(ui)));
    open_start_url();
    page = ask("/", cookie);
    cr_expect(g_str_has_prefix(page, "HTTP/1.1 200 "));
    cr_assert(g_file_get_contents(url_file, &next_url, NULL, NULL));
    cr_expect_str_neq(next_url, first_url, "spent, so the kiosk finds another");

    g_clear_object(&ui);
    ui = ui_server_new();
    cr_assert(ui_server_keep_session(ui, folder, NULL));
    cr_assert(ui_server_listen(ui, 0, NULL));
    g_free(host);
    host = g_strdup(ui_server_start_url(ui) + strlen("http://"));
    *strchr(host, '/') = '\0';
    after = ask("/", cookie);
    cr_expect(g_str_has_prefix(after, "HTTP/1.1 200 "), "%s", after);
    g_unlink(url_file);
    g_unlink(session_file);
    g_rmdir(folder);
}

Test(ui_server, a_session_that_we_did_not_write_is_none)
{
#define LONG "0123456789012345678901234567890123456789"
    static const gchar *const contents[] = {"", LONG, LONG "\n", LONG "\nshort\n", "short\n" LONG "\n"};
    g_autofree gchar *folder = g_dir_make_tmp("rearcharge-ui-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "session", NULL);
    g_autofree gchar *session = g_strdup("new session"), *token = g_strdup("new token");
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        cr_assert(g_file_set_contents_full(path, contents[i], -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
        cr_assert(session_keep_secrets(folder, &session, &token, NULL));
        cr_expect_str_eq(session, "new session", "%s", contents[i]);
        cr_expect_str_eq(token, "new token", "%s", contents[i]);
    }
    g_unlink(path);
    cr_assert_eq(g_mkdir(path, 0700), 0);
    cr_expect_not(session_keep_secrets(folder, &session, &token, &error),
                  "no session that survives: said at the start");
    cr_expect_not_null(error);
    g_rmdir(path);
    g_rmdir(folder);
}

Test(ui_server, a_session_that_others_could_read_is_none)
{
    g_autofree gchar *folder = g_dir_make_tmp("rearcharge-ui-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "session", NULL);
    g_autofree gchar *session = g_strdup("new session"), *token = g_strdup("new token");
    const gchar *known =
        "0123456789012345678901234567890123456789\n0123456789012345678901234567890123456789\n";

    cr_assert(g_file_set_contents_full(path, known, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
    cr_assert(session_keep_secrets(folder, &session, &token, NULL));
    cr_expect_str_eq(session, "new session");
    cr_expect_str_eq(token, "new token");
    g_unlink(path);
    g_rmdir(folder);
}

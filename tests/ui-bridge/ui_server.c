/* Who gets in, and what arrives. */
#include "ui-bridge/ui_server.h"

#include "tests/weblink/raw_client.h"
#include <criterion/criterion.h>
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
    const gchar *paths[] = {"/", "/status.js", "/status.css", "/view", "/events", "/start/guess"};

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree gchar *none = ask(paths[i], NULL);
        g_autofree gchar *wrong = ask(paths[i], "Cookie: rearcharge_ui=guess\r\n");

        cr_expect(g_str_has_prefix(none, "HTTP/1.1 401 "), "%s: %s", paths[i], none);
        cr_expect(g_str_has_prefix(wrong, "HTTP/1.1 401 "), "%s: %s", paths[i], wrong);
    }
}

Test(ui_server, the_start_url_works_once)
{
    g_autofree gchar *again = NULL;

    open_start_url();
    again = ask(strchr(ui_server_start_url(ui) + strlen("http://"), '/'), NULL);
    cr_expect(g_str_has_prefix(again, "HTTP/1.1 401 "), "%s", again);
}

Test(ui_server, serves_the_page_without_inline_code)
{
    g_autofree gchar *page = NULL;
    g_autofree gchar *script = NULL;

    open_start_url();
    page = ask("/", cookie);
    script = ask("/status.js", cookie);
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
        english, "event: view\ndata: {\"language\":\"en\",\"title\":\"RearCharge\",\"headline\":\"RearCharge "
                 "is not running\""));
    cr_expect(raw_hear(chinese, "RearCharge 未运行"));
    ui_server_publish(ui, snapshot);
    cr_expect(raw_hear(english, "Looking for a charging code"));
    cr_expect(raw_hear(english, "\"journey_state\":\"scanning\""));
    cr_expect(raw_hear(chinese, "正在寻找充电桩二维码"));
    ui_server_publish(ui, NULL);
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

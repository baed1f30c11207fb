/* What is printed on a pile: operators, and the text of the code. protocol/README.md section 1. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/qr_payload.h"

static EvseId evse_id(const gchar *text)
{
    EvseId id = {0};

    cr_assert(evse_id_parse(text, strlen(text), &id, NULL), "%s", text);
    return id;
}

/* pay.example.com with the defaults, and an operator that writes its URLs in its own way. */
static QrOperators *operators_new(void)
{
    static const gchar *const own_way[] = {"/de/pole/{evse}", "/de/pole/{token}/{evse}/go", NULL};
    QrOperators *operators = qr_operators_new();

    cr_assert(qr_operators_add(operators, "Pay.Example.com", NULL, NULL));
    cr_assert(qr_operators_add(operators, "qr.other-net.example", own_way, NULL));
    return operators;
}

/* The longest that DNS allows (RFC 1035 2.3.4). */
#define LABEL_OF_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define HOST_OF_253 LABEL_OF_63 "." LABEL_OF_63 "." LABEL_OF_63 "." LABEL_OF_53 ".example"
#define LABEL_OF_53 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyza"

Test(qr_operators, the_longest_host_and_every_character_of_a_path_are_welcome)
{
    g_autoptr(QrOperators) operators = qr_operators_new();
    const gchar *const templates[] = {"/a.b_c~d-e/{evse}", NULL};

    cr_assert_eq(strlen(HOST_OF_253), 253);
    cr_assert(qr_operators_add(operators, HOST_OF_253, templates, NULL));
    cr_assert_not_null(qr_operators_find(operators, HOST_OF_253, 253, NULL));
}

Test(qr_operators, an_empty_list_of_templates_means_the_usual_ones)
{
    g_autoptr(QrOperators) operators = qr_operators_new();
    const gchar *const none[] = {NULL};
    const gchar *text = "https://pay.example.com/E/DE*ABC*E1/tok";
    PileCode code;

    cr_assert(qr_operators_add(operators, "pay.example.com", none, NULL));
    cr_assert(qr_payload_parse(text, strlen(text), operators, &code, NULL));
    cr_assert_str_eq(code.token, "tok");
}

Test(qr_operators, a_mistake_in_the_configuration_is_named_and_changes_nothing)
{
    static const struct {
        const gchar *host;
        const gchar *path_template;
        gint code;
    } mistakes[] = {
        {"", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"https://pay.example.com", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"pay.example.com:8443", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"pay.example.com/", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"pay.example.com.", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"pay..example.com", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"-pay.example.com", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"pay-.example.com", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {LABEL_OF_63 "x.example", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {HOST_OF_253 "m", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"pay_example.com", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"p\xc3\xa4y.example.com", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"192.0.2.7", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"known.example", "/E/{evse}", QR_OPERATORS_ERROR_HOST}, /* twice */
        {"KNOWN.example", "/E/{evse}", QR_OPERATORS_ERROR_HOST},
        {"new.example", "", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "E/{evse}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E/{evse}/", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E//{evse}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E/./{evse}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E/../{evse}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E/{token}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/{evse}/{evse}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/{evse}/{token}/{token}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E/x{evse}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E/{pile}", QR_OPERATORS_ERROR_TEMPLATE},
        {"new.example", "/E?id={evse}", QR_OPERATORS_ERROR_TEMPLATE},
    };
    g_autoptr(QrOperators) operators = qr_operators_new();

    cr_assert(qr_operators_add(operators, "known.example", NULL, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        const gchar *const templates[] = {mistakes[i].path_template, NULL};
        g_autoptr(GError) error = NULL;
        cr_expect_not(qr_operators_add(operators, mistakes[i].host, templates, &error), "row %u", i);
        cr_expect(g_error_matches(error, QR_OPERATORS_ERROR, mistakes[i].code), "row %u: %s", i,
                  error == NULL ? "no error" : error->message);
    }
    cr_assert_null(qr_operators_find(operators, "new.example", 11, NULL));
}

Test(qr_operators, their_number_is_bounded)
{
    g_autoptr(QrOperators) operators = qr_operators_new();
    static const gchar *const nine[] = {"/a/{evse}", "/b/{evse}", "/c/{evse}", "/d/{evse}", "/e/{evse}",
                                        "/f/{evse}", "/g/{evse}", "/h/{evse}", "/i/{evse}", NULL};

    cr_assert_not(qr_operators_add(operators, "many.example", nine, NULL));
    for (guint i = 0; i < QR_OPERATORS_MAX; i++) {
        g_autofree gchar *host = g_strdup_printf("pay%u.example", i);
        cr_assert(qr_operators_add(operators, host, NULL, NULL));
    }
    cr_assert_not(qr_operators_add(operators, "one.more.example", NULL, NULL));
}

Test(qr_payload, a_static_code_gives_operator_and_evse_and_no_token)
{
    g_autoptr(QrOperators) operators = operators_new();
    const gchar *text = "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1";
    PileCode code;

    cr_assert(qr_payload_parse(text, strlen(text), operators, &code, NULL));
    cr_assert_str_eq(code.host, "pay.example.com");
    cr_assert_str_eq(code.evse.text, "DE*ABC*E12345*1");
    cr_assert_str_eq(code.evse.key, "DEABCE123451");
    cr_assert_str_eq(code.token, "");
}

Test(qr_payload, a_dynamic_code_keeps_the_case_of_its_token)
{
    g_autoptr(QrOperators) operators = operators_new();
    const gchar *text = "https://Pay.Example.Com/e/de*abc*e12345*1/CN63y502maVh";
    PileCode code;

    cr_assert(qr_payload_parse(text, strlen(text), operators, &code, NULL));
    cr_assert_str_eq(code.evse.text, "de*abc*e12345*1");
    cr_assert_str_eq(code.evse.key, "DEABCE123451");
    cr_assert_str_eq(code.token, "CN63y502maVh");
}

Test(qr_payload, an_operator_may_place_id_and_token_where_it_likes)
{
    g_autoptr(QrOperators) operators = operators_new();
    const gchar *with = "https://qr.other-net.example/DE/Pole/A1b2/DE*ABC*E7/GO";
    const gchar *without = "https://qr.other-net.example/de/pole/DE*ABC*E7";
    PileCode code;

    cr_assert(qr_payload_parse(with, strlen(with), operators, &code, NULL));
    cr_assert_str_eq(code.evse.key, "DEABCE7");
    cr_assert_str_eq(code.token, "A1b2");
    cr_assert(qr_payload_parse(without, strlen(without), operators, &code, NULL));
    cr_assert_str_eq(code.token, "");
}

#define NOT_OURS QR_PAYLOAD_ERROR_NOT_OURS
#define MALFORMED QR_PAYLOAD_ERROR_MALFORMED
#define TEXT(literal) literal, sizeof(literal) - 1

/* Whatever anyone can print on a sticker. Silence for what is not ours, a count for what pretends to be. */
static const struct {
    const gchar *bytes;
    gsize len;
    QrPayloadError code;
} hostile[] = {
    /* other people's codes */
    {TEXT(""), NOT_OURS},
    {TEXT("h"), NOT_OURS},
    {TEXT("https:/"), NOT_OURS},
    {TEXT("https://"), NOT_OURS},
    {TEXT("hello world"), NOT_OURS},
    {TEXT("WIFI:T:WPA;S:net;P:secret;;"), NOT_OURS},
    {TEXT("DE*ABC*E12345*1"), NOT_OURS},
    {TEXT("PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"), NOT_OURS},
    {TEXT("\0https://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("\xef\xbb\xbfhttps://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT(" https://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    /* other schemes */
    {TEXT("file:///etc/passwd"), NOT_OURS},
    {TEXT("file://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("javascript:fetch('https://pay.example.com/E/DE*ABC*E1')"), NOT_OURS},
    {TEXT("data:text/html,https://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("ftp://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("intent://pay.example.com/E/DE*ABC*E1#Intent;scheme=https;end"), NOT_OURS},
    {TEXT("https:pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https:\\\\pay.example.com\\E\\DE*ABC*E1"), NOT_OURS},
    {TEXT("http://pay.example.com/E/DE*ABC*E1"), MALFORMED},
    /* other hosts that look like ours */
    {TEXT("https:///E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://pay.example.com.evil.example/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://evil-pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://pay.example.co/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://pay.example.com\0.evil.example/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://p\xd0\xb0y.example.com/E/DE*ABC*E1"), NOT_OURS}, /* Cyrillic a */
    {TEXT("https://pay\xef\xbc\x8e"
          "example.com/E/DE*ABC*E1"),
     NOT_OURS},                                                          /* full-width dot */
    {TEXT("https://\xe2\x80\xaepay.example.com/E/DE*ABC*E1"), NOT_OURS}, /* right-to-left override */
    {TEXT("https://pay%2eexample.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://xn--py-7ka.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://192.0.2.7/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://[2001:db8::7]/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://pay.example.com@evil.example/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://pay.example.com:443@evil.example/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://evil.example\\@pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://evil.example/https://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://evil.example?u=https://pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    {TEXT("https://evil.example#@pay.example.com/E/DE*ABC*E1"), NOT_OURS},
    /* our host, dressed up */
    {TEXT("https://user@pay.example.com/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://user:pass@pay.example.com/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://evil.example@pay.example.com/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com:443/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com:/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com./E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com\\E\\DE*ABC*E1"), MALFORMED},
    /* our host, another path */
    {TEXT("https://pay.example.com"), MALFORMED},
    {TEXT("https://pay.example.com/"), MALFORMED},
    {TEXT("https://pay.example.com/E"), MALFORMED},
    {TEXT("https://pay.example.com/E/"), MALFORMED},
    {TEXT("https://pay.example.com//E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E//DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1/"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1//"), MALFORMED},
    {TEXT("https://pay.example.com/F/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E/../E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/x/../E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E/./DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/%45/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE%2AABC%2AE1"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1?next=https://evil.example"), MALFORMED},
    {TEXT("https://pay.example.com?/E/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1#frag"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1\n"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1 "), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1\0"), MALFORMED},
    {TEXT("https://pay.example.com/E\r\nHost: evil.example/DE*ABC*E1"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1'--"), MALFORMED},
    {TEXT("https://pay.example.com/E/<script>"), MALFORMED},
    {TEXT("https://pay.example.com/E/{evse}"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1\xe2\x80\xae"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1/to-ken"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1/tok en"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1/tok\0en"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1/token/more"), MALFORMED},
    {TEXT("https://pay.example.com/E/DE*ABC*E1/"
          "0123456789012345678901234567890123456789012345678901234567890123x"),
     MALFORMED},                                                   /* token of 65 */
    {TEXT("https://qr.other-net.example/E/DE*ABC*E7"), MALFORMED}, /* another operator's template */
};

Test(qr_payload, hostile_texts_are_refused_and_leave_nothing_behind)
{
    g_autoptr(QrOperators) operators = operators_new();

    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
        /* Exactly its bytes on the heap, so that a sanitizer sees one read too many. */
        g_autofree gchar *bytes = g_memdup2(hostile[i].bytes, hostile[i].len);
        g_autoptr(GError) error = NULL;
        PileCode code = {.token = "untouched"};
        cr_expect_not(qr_payload_parse(bytes, hostile[i].len, operators, &code, &error), "%s",
                      hostile[i].bytes);
        cr_expect(g_error_matches(error, QR_PAYLOAD_ERROR, (gint)hostile[i].code), "%s: %s", hostile[i].bytes,
                  error == NULL ? "no error" : error->message);
        cr_expect_str_eq(code.token, "untouched");
    }
}

Test(qr_payload, more_than_512_bytes_are_refused)
{
    g_autoptr(QrOperators) operators = qr_operators_new();
    g_autofree gchar *blanks = g_strnfill(600, 'A');
    g_autofree gchar *text = g_strconcat("https://pay.example.com/E/DE*ABC*E1/", blanks, NULL);
    g_autoptr(GError) error = NULL;
    PileCode code;

    cr_assert(qr_operators_add(operators, "pay.example.com", NULL, NULL));
    cr_assert_not(qr_payload_parse(text, strlen(text), operators, &code, &error));
    cr_assert(g_error_matches(error, QR_PAYLOAD_ERROR, QR_PAYLOAD_ERROR_MALFORMED));
    cr_assert_str_eq(error->message, "more than 512 bytes");
}

Test(qr_payload, without_operators_no_code_is_ours)
{
    g_autoptr(QrOperators) nobody = qr_operators_new();
    g_autoptr(GError) error = NULL;
    const gchar *text = "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1";
    PileCode code;

    cr_assert_not(qr_payload_parse(text, strlen(text), nobody, &code, &error));
    cr_assert(g_error_matches(error, QR_PAYLOAD_ERROR, QR_PAYLOAD_ERROR_NOT_OURS));
}

Test(qr_payload, what_a_pile_prints_is_upper_case_and_reads_back)
{
    g_autoptr(QrOperators) operators = operators_new();
    EvseId id = evse_id("DE*abc*e12345*1");
    g_autofree gchar *fixed = qr_payload_print("pay.example.com", NULL, &id, NULL, NULL);
    g_autofree gchar *dynamic = qr_payload_print("pay.example.com", NULL, &id, "aB3", NULL);
    g_autofree gchar *blank_token = qr_payload_print("pay.example.com", NULL, &id, "", NULL);
    g_autofree gchar *own_way =
        qr_payload_print("qr.other-net.example", "/de/pole/{token}/{evse}/go", &id, "aB3", NULL);
    PileCode code;

    cr_assert_str_eq(fixed, "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1");
    cr_assert_str_eq(blank_token, fixed);
    cr_assert_str_eq(dynamic, "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1/aB3");
    cr_assert_str_eq(own_way, "HTTPS://QR.OTHER-NET.EXAMPLE/DE/POLE/aB3/DE*ABC*E12345*1/GO");
    cr_assert(qr_payload_parse(own_way, strlen(own_way), operators, &code, NULL));
    cr_assert_str_eq(code.host, "qr.other-net.example");
    cr_assert(evse_id_equal(&code.evse, &id));
    cr_assert_str_eq(code.token, "aB3");
}

Test(qr_payload, nothing_unreadable_is_printed)
{
    EvseId id = evse_id("DE*ABC*E12345*1");
    g_autofree gchar *blanks = g_strnfill(65, 'A'), *token_of_64 = g_strnfill(64, 'A');
    g_autofree gchar *literal =
        g_strnfill(180, 'a'); /* each part is fine, the whole is too long to be read */
    g_autofree gchar *long_template = g_strconcat("/", literal, "/{evse}/{token}", NULL);
    const struct {
        const gchar *host;
        const gchar *path_template;
        const gchar *token;
    } mistakes[] = {
        {"pay.example.com:1", NULL, NULL},         {"pay.example.com", "/E", NULL},
        {"pay.example.com", "/E/{evse}", "aB3"},   {"pay.example.com", "/E/{evse}/{token}", NULL},
        {"pay.example.com", NULL, "a-b"},          {"pay.example.com", NULL, blanks},
        {HOST_OF_253, long_template, token_of_64},
    };

    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autoptr(GError) error = NULL;
        cr_expect_null(
            qr_payload_print(mistakes[i].host, mistakes[i].path_template, &id, mistakes[i].token, &error),
            "row %u", i);
        cr_expect_not_null(error, "row %u", i);
    }
}

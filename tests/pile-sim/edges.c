/* The pile's small edges: addresses, back-off and QR images. */
#include "pile-sim/link/backoff.h"
#include "pile-sim/link/csms_endpoint.h"
#include "pile-sim/panel/qr_image.h"

#include <criterion/criterion.h>
#include <string.h>

Test(backoff, first_retry_is_quick_then_it_grows_to_a_minute)
{
    Backoff backoff = {0};
    guint last_ceiling_ms = 0;

    cr_assert_leq(backoff_next_ms(&backoff), BACKOFF_FIRST_MS);
    for (guint i = 0; i < 100; i++) {
        guint ceiling_ms = backoff_ceiling_ms(&backoff);
        guint delay_ms = backoff_next_ms(&backoff);

        cr_assert_geq(ceiling_ms, last_ceiling_ms);
        cr_assert(delay_ms >= BACKOFF_BASE_MS && delay_ms <= ceiling_ms, "%u of %u", delay_ms, ceiling_ms);
        last_ceiling_ms = ceiling_ms;
    }
    cr_assert_eq(last_ceiling_ms, BACKOFF_MAX_MS);
    backoff_reset(&backoff);
    cr_assert_leq(backoff_next_ms(&backoff), BACKOFF_FIRST_MS);
}

Test(backoff, is_jittered)
{
    guint first = 0;
    gboolean differs = FALSE;

    for (guint i = 0; i < 20; i++) {
        Backoff backoff = {.failures = 6};
        guint delay_ms = backoff_next_ms(&backoff);

        differs |= i > 0 && delay_ms != first;
        first = delay_ms;
    }
    cr_assert(differs);
}

Test(qr_image, the_static_code_of_a_pile_stays_small)
{
    cr_assert_leq(qr_image_version("HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1"), 3);
}

Test(qr_image, is_a_png_that_says_so)
{
    g_autoptr(GBytes) png = qr_image_png("HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E12345*1", 8, NULL);

    cr_assert_not_null(png);
    cr_assert_eq(memcmp(g_bytes_get_data(png, NULL), "\x89PNG\r\n\x1a\n", 8), 0);
}

Test(qr_image, too_long_a_text_is_refused)
{
    g_autofree gchar *text = g_strnfill(4000, 'x');
    g_autoptr(GError) error = NULL;

    cr_assert_null(qr_image_png(text, 8, &error));
    cr_assert(g_error_matches(error, QR_IMAGE_ERROR, QR_IMAGE_ERROR_TEXT));
    cr_assert_null(qr_image_terminal(text, NULL));
    cr_assert_eq(qr_image_version(text), 0);
}

static CsmsEndpoint *endpoint_at(const gchar *csms, const gchar *ca_file, GError **error)
{
    const CsmsPlace place = {.csms = csms, .identity = "PILE1", .password = "pw", .ca_file = ca_file};

    return csms_endpoint_new(&place, error);
}

Test(csms_endpoint, takes_web_socket_addresses_only)
{
    static const gchar *const bad[] = {
        "http://127.0.0.1/ocpp",
        "https://127.0.0.1",
        "ws:///ocpp",
        "ws://csms.example.com/ocpp", /* the password would be readable on the way */
        "127.0.0.1:80",
        "",
        "ws://user:pw@127.0.0.1/ocpp",
        "ws://127.0.0.1/ocpp?a=b",
        "ws://127.0.0.1/ocpp#x",
        "ws://127.0.0.1:99999/",
    };
    g_autoptr(CsmsEndpoint) good = endpoint_at("wss://csms.example.com:8443/ocpp/", NULL, NULL);

    cr_assert_not_null(good);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(CsmsEndpoint) endpoint = endpoint_at(bad[i], NULL, &error);

        cr_expect_null(endpoint, "%s", bad[i]);
        cr_expect_not_null(error, "%s", bad[i]);
    }
}

Test(csms_endpoint, a_ca_file_without_a_certificate_is_refused)
{
    g_autoptr(GError) missing = NULL;
    g_autoptr(GError) empty = NULL;

    cr_assert_null(endpoint_at("wss://127.0.0.1/ocpp", "/nonexistent.pem", &missing));
    cr_assert_not_null(missing);
    cr_assert_null(endpoint_at("wss://127.0.0.1/ocpp", "/dev/null", &empty));
    cr_assert_not_null(empty);
}

/* The pile's small edges: back-off and QR images. */
#include "pile-sim/link/backoff.h"
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

/* The id of a charging point, as printed and as compared. protocol/README.md section 1. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/evse_id.h"

static EvseId evse_id(const gchar *text)
{
    EvseId id = {0};

    cr_assert(evse_id_parse(text, strlen(text), &id, NULL), "%s", text);
    return id;
}

Test(evse_id, the_display_form_is_kept_and_the_key_is_upper_case_without_separators)
{
    EvseId id = evse_id("De*AbC*E12345*1");

    cr_assert_str_eq(id.text, "De*AbC*E12345*1");
    cr_assert_str_eq(id.key, "DEABCE123451");
}

Test(evse_id, separators_and_case_carry_no_meaning)
{
    EvseId printed = evse_id("DE*ABC*E12345*1");
    EvseId bare = evse_id("deabce123451");
    EvseId other = evse_id("DE*ABC*E12345*2");

    cr_assert(evse_id_equal(&printed, &bare));
    cr_assert_not(evse_id_equal(&printed, &other));
}

Test(evse_id, forms_seen_on_real_piles_are_accepted)
{
    static const gchar *const ids[] = {
        "FR*A23*E45B*78C", "FRA23E45B78C",
        "DE*8PS*ETABCD*1", "NL*ALF*E000123",
        "AT*EVN*E*1",      "DEABC*E1",
        "DE*ABCE1",        "SE*EEE*E1",
        "DE*ABC*E1*2*3*4", "DE*ABC*E123456789012345678901234567890A",
    };

    for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
        cr_expect(evse_id_parse(ids[i], strlen(ids[i]), NULL, NULL), "%s", ids[i]);
}

Test(evse_id, everything_else_is_refused_with_an_error)
{
    static const gchar *const ids[] = {
        "",
        "DE",
        "DE*ABC*E",
        "DE*ABC*E*",
        "DEABCE",
        "D1*ABC*E12345",
        "DE*ABC*F12345",
        "DE*AB*E12345",
        "DE**ABC*E12345",
        "*DE*ABC*E12345",
        "DE*ABC*E12345*",
        "DE*ABC*E12**345",
        "D*E*ABC*E12345",
        "DE*A*BC*E12345",
        "DE-ABC-E12345",
        "DE*ABC*E12 345",
        "DE*ABC*E12%2A345",
        "DE*ABC*E12\xc3\xa9-45",
        "+49*123*456",
        "DE*ABC*E1234567890123456789012345678901A",          /* key of 38 */
        "DE*ABC*E1*2*3*4*5*6*7*8*9*0*1*2*3*4*5*6*7*8*9*012", /* 49 printed */
    };

    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(GError) error = NULL;
        EvseId id = {.key = "untouched"};
        cr_expect_not(evse_id_parse(ids[i], strlen(ids[i]), &id, &error), "%s", ids[i]);
        cr_expect(g_error_matches(error, EVSE_ID_ERROR, EVSE_ID_ERROR_MALFORMED), "%s", ids[i]);
        cr_expect_str_eq(id.key, "untouched");
    }
}

Test(evse_id, a_nul_byte_is_not_the_end_of_the_text)
{
    cr_assert_not(evse_id_parse("DE*ABC*E1\0", 10, NULL, NULL));
}

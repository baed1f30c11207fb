#include "protocol/subject_name.h"
#include <criterion/criterion.h>

Test(subject_name, the_common_name_is_who_it_is)
{
    cr_expect(subject_name_is("CN=PILE1", "PILE1"));
    cr_expect(subject_name_is("CN=PILE1,O=ABC Energy,C=DE", "PILE1"));
    cr_expect(subject_name_is("C=DE,O=ABC Energy,CN=PILE1", "PILE1"));
    cr_expect(subject_name_is("C=DE, O=ABC Energy, cn=PILE1", "PILE1"));
    cr_expect(subject_name_is("O=ABC+CN=PILE1", "PILE1"));
}

Test(subject_name, nothing_else_is)
{
    static const gchar *const subjects[] = {
        "",           "CN=",          "CN=PILE",      "CN=PILE12",
        "CN=pile1",   "CN=*",         "O=PILE1",      "O=x\\,CN=PILE1",
        "XCN=PILE1",  "CN=PILE1\\",   "CN=PILE1\\00", "CN=PILE2,O=CN=PILE1",
        "CN= PILE1x", "CN=PILE1\\20x"};

    for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++)
        cr_expect_not(subject_name_is(subjects[i], "PILE1"), "%s", subjects[i]);
    cr_expect_not(subject_name_is(NULL, "PILE1"));
    cr_expect_not(subject_name_is("CN=", ""));
}

Test(subject_name, two_common_names_are_nobody)
{
    cr_expect_not(subject_name_is("CN=PILE1,CN=PILE2", "PILE1"));
    cr_expect_not(subject_name_is("CN=PILE1,CN=PILE2", "PILE2"));
    cr_expect_not(subject_name_is("CN=PILE1,CN=PILE1", "PILE1"));
    cr_expect_not(subject_name_is("CN=PILE1+CN=PILE2", "PILE1"));
}

Test(subject_name, escaped_characters_count_as_themselves)
{
    cr_expect(subject_name_is("CN=PILE\\+1\\=A,O=x\\,y", "PILE+1=A"));
    cr_expect(subject_name_is("CN=PILE\\2B1", "PILE+1"));
    cr_expect(subject_name_is("CN=PILE=1", "PILE=1"));
    cr_expect(subject_name_is("CN=PILE\\Ax", "PILEAx")); /* one hexadecimal digit is no pair */
}

/* Strict JSON in, exact JSON out, fields by name. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/json_read.h"

static gint refusal(const gchar *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) node = json_gate_parse(text, strlen(text), &error);

    cr_expect_eq(node == NULL, error != NULL, "%s", text);
    return error == NULL ? -1 : error->code;
}

Test(json_gate, accepts_what_rfc_8259_allows)
{
    static const gchar *const good[] = {"{}",
                                        "[]",
                                        " {\"a\":[1,-0,1.5e3,true,false,null]} ",
                                        "\"x\"",
                                        "0",
                                        "-9223372036854775808",
                                        "1e308",
                                        "\"\\ud83d\\ude97\\n\"",
                                        "{\"a\":{\"a\":1}}"};

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        cr_expect_eq(refusal(good[i]), -1, "%s", good[i]);
}

Test(json_gate, refuses_what_rfc_8259_does_not)
{
    static const gchar *const bad[] = {"",
                                       " ",
                                       "{",
                                       "}",
                                       "{}{}",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{a:1}",
                                       "[1,]",
                                       "[,1]",
                                       "{\"a\":1,}",
                                       "01",
                                       "0x10",
                                       "1.",
                                       ".5",
                                       "+1",
                                       "1e",
                                       "--1",
                                       "nul",
                                       "True",
                                       "NaN",
                                       "Infinity",
                                       "'a'",
                                       "\"a",
                                       "\"\\x\"",
                                       "\"\\u12g4\"",
                                       "\"\\ud83d\"",
                                       "\"\\ude97\"",
                                       "\"\\u0000\"",
                                       "\"\n\"",
                                       "[1 2]",
                                       "\"\xff\"",
                                       "// c\n1",
                                       "{\"a\":1 \"b\":2}",
                                       "\xef\xbb\xbf{}",
                                       "\"\\ud83dx\"",
                                       "\"\\ud83d\\u0041\""};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_eq(refusal(bad[i]), JSON_GATE_ERROR_SYNTAX, "%s", bad[i]);
}

Test(json_gate, refuses_nul_bytes)
{
    g_autoptr(GError) error = NULL;

    cr_assert_null(json_gate_parse("{}\0", 3, &error));
    cr_assert(g_error_matches(error, JSON_GATE_ERROR, JSON_GATE_ERROR_SYNTAX));
}

Test(json_gate, refuses_a_key_twice_even_when_escaped)
{
    cr_assert_eq(refusal("{\"a\":1,\"a\":2}"), JSON_GATE_ERROR_DUPLICATE_KEY);
    cr_assert_eq(refusal("{\"a\":1,\"\\u0061\":2}"), JSON_GATE_ERROR_DUPLICATE_KEY);
}

Test(json_gate, sixteen_levels_pass_and_eighty_thousand_do_no_harm)
{
    g_autofree gchar *deep = g_strnfill(80000, '[');

    cr_assert_eq(refusal("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"), -1);
    cr_assert_eq(refusal("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"), JSON_GATE_ERROR_TOO_DEEP);
    cr_assert_eq(refusal(deep), JSON_GATE_ERROR_TOO_DEEP);
}

Test(json_gate, numbers_that_would_be_bent_are_refused)
{
    cr_assert_eq(refusal("99999999999999999999"), JSON_GATE_ERROR_NUMBER);
    cr_assert_eq(refusal("-9223372036854775809"), JSON_GATE_ERROR_NUMBER);
    cr_assert_eq(refusal("1e999"), JSON_GATE_ERROR_NUMBER);
}

Test(json_gate, minus_zero_prints_as_zero)
{
    g_autoptr(JsonNode) node = json_gate_parse("-0.0", 4, NULL);
    g_autofree gchar *printed = json_gate_print(node, NULL);

    cr_assert_str_eq(printed, "0");
}

Test(json_gate, prints_what_it_read_with_the_fewest_digits)
{
    const gchar *text = "{\"a\":[1,-2,0.49,1e+300,true,null],\"b\":\"x\\\"\\\\\\n\\u0001\xc3\xa9\",\"c\":{}}";
    g_autoptr(JsonNode) node = json_gate_parse(text, strlen(text), NULL);
    gsize len = 0;
    g_autofree gchar *printed = json_gate_print(node, &len);

    cr_assert_str_eq(printed, text);
    cr_assert_eq(len, strlen(text));
}

static JsonObject *object_of(const gchar *text)
{
    return json_gate_parse_object(text, strlen(text), NULL);
}

Test(json_read, an_absent_or_null_optional_field_leaves_the_value_alone)
{
    g_autoptr(JsonObject) object = object_of("{\"n\":null}");
    gint64 n = 7;
    gchar text[4] = "old";

    cr_assert(json_read_int(object, "n", JSON_OPTIONAL, 0, 9, &n, NULL));
    cr_assert(json_read_text(object, "absent", JSON_OPTIONAL, text, sizeof text, NULL));
    cr_assert_eq(n, 7);
    cr_assert_str_eq(text, "old");
}

typedef gboolean (*Reader)(JsonObject *object, GError **error);

static gboolean read_missing(JsonObject *object, GError **error)
{
    gint64 n;
    return json_read_int(object, "x", JSON_REQUIRED, 0, 9, &n, error);
}
static gboolean read_string_as_int(JsonObject *object, GError **error)
{
    gint64 n;
    return json_read_int(object, "s", JSON_REQUIRED, 0, 9, &n, error);
}
static gboolean read_decimal_as_int(JsonObject *object, GError **error)
{
    gint64 n;
    return json_read_int(object, "d", JSON_REQUIRED, 0, 9, &n, error);
}
static gboolean read_too_large(JsonObject *object, GError **error)
{
    gint64 n;
    return json_read_int(object, "n", JSON_REQUIRED, 0, 4, &n, error);
}
static gboolean read_too_long(JsonObject *object, GError **error)
{
    gchar text[4];
    return json_read_text(object, "s", JSON_REQUIRED, text, sizeof text, error);
}
static gboolean read_no_time(JsonObject *object, GError **error)
{
    gint64 n;
    return json_read_time(object, "s", JSON_REQUIRED, &n, error);
}
static gboolean read_unknown_word(JsonObject *object, GError **error)
{
    static const gchar *const words[] = {"a", "b", NULL};
    guint word;
    return json_read_enum(object, "s", JSON_REQUIRED, words, &word, error);
}
static gboolean read_array_of_numbers_as_objects(JsonObject *object, GError **error)
{
    JsonArray *array;
    return json_read_array(object, "a", JSON_REQUIRED, 4, TRUE, &array, error);
}
static gboolean read_long_array(JsonObject *object, GError **error)
{
    JsonArray *array;
    return json_read_array(object, "a", JSON_REQUIRED, 0, FALSE, &array, error);
}

Test(json_read, the_error_names_the_field_and_tells_missing_type_and_value_apart)
{
    static const struct {
        Reader read;
        const gchar *field;
        JsonReadError code;
    } cases[] = {
        {read_missing, "x: ", JSON_READ_ERROR_MISSING},
        {read_string_as_int, "s: ", JSON_READ_ERROR_TYPE},
        {read_decimal_as_int, "d: ", JSON_READ_ERROR_TYPE},
        {read_too_large, "n: ", JSON_READ_ERROR_VALUE},
        {read_too_long, "s: ", JSON_READ_ERROR_VALUE},
        {read_no_time, "s: ", JSON_READ_ERROR_VALUE},
        {read_unknown_word, "s: ", JSON_READ_ERROR_VALUE},
        {read_array_of_numbers_as_objects, "a: ", JSON_READ_ERROR_TYPE},
        {read_long_array, "a: ", JSON_READ_ERROR_VALUE},
    };
    g_autoptr(JsonObject) object = object_of("{\"s\":\"abcd\",\"n\":5,\"d\":1.5,\"a\":[1]}");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        cr_assert_not(cases[i].read(object, &error), "case %zu", i);
        cr_expect(g_error_matches(error, JSON_READ_ERROR, (gint)cases[i].code), "case %zu", i);
        cr_expect(g_str_has_prefix(error->message, cases[i].field), "case %zu", i);
    }
}

Test(json_read, a_number_may_be_an_integer)
{
    g_autoptr(JsonObject) object = object_of("{\"n\":5,\"d\":1.5}");
    gdouble n = 0, d = 0;

    cr_assert(json_read_number(object, "n", JSON_REQUIRED, 0, 9, &n, NULL));
    cr_assert(json_read_number(object, "d", JSON_REQUIRED, 0, 9, &d, NULL));
    cr_assert_float_eq(n, 5, 1e-12);
    cr_assert_float_eq(d, 1.5, 1e-12);
}

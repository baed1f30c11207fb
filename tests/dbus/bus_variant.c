#include "dbus/bus_variant.h"

#include <criterion/criterion.h>
#include <math.h>
#include <unistd.h>

/* ---- a generator of any value that D-Bus can carry ---- */

static const gchar *const basic_types = "bynqiuxtdsog";

static gchar *random_type(GRand *rand, guint depth)
{
    switch (depth > 4 ? 0 : g_rand_int_range(rand, 0, 8)) {
    case 1: {
        g_autofree gchar *element = random_type(rand, depth + 1);
        return g_strdup_printf("a%s", element);
    }
    case 2: {
        g_autofree gchar *first = random_type(rand, depth + 1);
        g_autofree gchar *second = random_type(rand, depth + 1);
        return g_strdup_printf("(%s%s)", first, second);
    }
    case 3: {
        g_autofree gchar *value = random_type(rand, depth + 1);
        return g_strdup_printf("a{%c%s}", basic_types[g_rand_int_range(rand, 0, 12)], value);
    }
    case 4:
        return g_strdup("v");
    default:
        return g_strdup_printf("%c", basic_types[g_rand_int_range(rand, 0, 12)]);
    }
}

static GVariant *random_value(GRand *rand, const gchar *type, guint depth);

static GVariant *random_basic(GRand *rand, gchar type)
{
    static const gchar *const texts[] = {"", "R", "Grüße aus Zürich", "a longer text, with \" and \n in it"};
    guint64 number = (guint64)g_rand_int(rand) << 32 | g_rand_int(rand);

    switch (type) {
    case 'b':
        return g_variant_new_boolean(number & 1);
    case 'y':
        return g_variant_new_byte((guint8)number);
    case 'n':
        return g_variant_new_int16((gint16)number);
    case 'q':
        return g_variant_new_uint16((guint16)number);
    case 'i':
        return g_variant_new_int32((gint32)number);
    case 'u':
        return g_variant_new_uint32((guint32)number);
    case 'x':
        return g_variant_new_int64((gint64)number);
    case 't':
        return g_variant_new_uint64(number);
    case 'd':
        return g_variant_new_double(number & 7 ? g_rand_double_range(rand, -1e9, 1e9) : (gdouble)NAN);
    case 's':
        return g_variant_new_string(texts[number % G_N_ELEMENTS(texts)]);
    case 'o':
        return g_variant_new_object_path(number & 1 ? "/" : "/org/rearcharge/X");
    default:
        return g_variant_new_signature(number & 1 ? "" : "a{sv}(ii)");
    }
}

static GVariant *random_container(GRand *rand, const gchar *type, guint depth)
{
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE(type));
    guint n = type[0] == 'a' ? (guint)g_rand_int_range(rand, 0, 4) : 1;
    g_autoptr(GVariantType) whole = g_variant_type_new(type);

    for (guint i = 0; i < n; i++) {
        const GVariantType *child =
            g_variant_type_is_array(whole) ? g_variant_type_element(whole) : g_variant_type_first(whole);
        for (; child != NULL; child = g_variant_type_is_array(whole) ? NULL : g_variant_type_next(child)) {
            g_autofree gchar *text = g_variant_type_dup_string(child);
            g_variant_builder_add_value(&builder, random_value(rand, text, depth + 1));
        }
    }
    return g_variant_builder_end(&builder);
}

static GVariant *random_value(GRand *rand, const gchar *type, guint depth)
{
    if (type[1] == '\0' && type[0] != 'v')
        return random_basic(rand, type[0]);
    if (type[0] == 'v') {
        g_autofree gchar *inner = random_type(rand, depth + 1);
        return g_variant_new_variant(random_value(rand, inner, depth + 1));
    }
    return random_container(rand, type, depth);
}

static GVariant *through_a_message(GVariant *tuple, GError **error)
{
    DBusMessage *message = dbus_message_new_signal("/", "org.rearcharge.Test", "Value");
    GVariant *back = NULL;

    if (bus_variant_append(message, tuple, NULL, error))
        back = bus_variant_from_message(message, NULL, error);
    dbus_message_unref(message);
    return back;
}

Test(bus_variant, any_value_comes_back_as_it_went)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261121);

    for (guint round = 0; round < 2000; round++) {
        g_autofree gchar *first = random_type(rand, 0);
        g_autofree gchar *second = random_type(rand, 0);
        GVariant *values[] = {random_value(rand, first, 0), random_value(rand, second, 0)};
        g_autoptr(GVariant) tuple = g_variant_ref_sink(g_variant_new_tuple(values, 2));
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) back = through_a_message(tuple, &error);
        g_autofree gchar *text = g_variant_print(tuple, TRUE);
        cr_assert_not_null(back, "%s: %s", text, error ? error->message : "");
        cr_assert(g_variant_equal(tuple, back), "%s", text);
    }
}

Test(bus_variant, no_arguments_are_the_empty_tuple)
{
    g_autoptr(GVariant) back = through_a_message(NULL, NULL);

    cr_assert_str_eq(g_variant_get_type_string(back), "()");
}

static GVariant *nested(guint depth)
{
    GVariant *value = g_variant_new_int32(1);

    for (guint i = 0; i < depth; i++)
        value = g_variant_new_variant(value);
    return g_variant_ref_sink(g_variant_new_tuple(&value, 1));
}

Test(bus_variant, nesting_is_bounded_on_both_ways)
{
    g_autoptr(GVariant) fits = nested(BUS_VARIANT_MAX_DEPTH), too_deep = nested(BUS_VARIANT_MAX_DEPTH + 1);
    g_autoptr(GVariant) back = through_a_message(fits, NULL);
    g_autoptr(GError) error = NULL;
    DBusMessage *message = dbus_message_new_signal("/", "org.rearcharge.Test", "Value");
    DBusMessageIter iter, levels[BUS_VARIANT_MAX_DEPTH + 2];
    dbus_int32_t number = 1;

    cr_assert_not_null(back);
    cr_assert_null(through_a_message(too_deep, &error));
    cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
    g_clear_error(&error);

    /* The same from a peer that uses libdbus itself. */
    dbus_message_iter_init_append(message, &iter);
    for (guint i = 0; i <= BUS_VARIANT_MAX_DEPTH; i++)
        dbus_message_iter_open_container(i == 0 ? &iter : &levels[i - 1], DBUS_TYPE_VARIANT,
                                         i == BUS_VARIANT_MAX_DEPTH ? "i" : "v", &levels[i]);
    dbus_message_iter_append_basic(&levels[BUS_VARIANT_MAX_DEPTH], DBUS_TYPE_INT32, &number);
    for (guint i = BUS_VARIANT_MAX_DEPTH + 1; i-- > 0;)
        dbus_message_iter_close_container(i == 0 ? &iter : &levels[i - 1], &levels[i]);
    cr_assert_null(bus_variant_from_message(message, NULL, &error));
    cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
    dbus_message_unref(message);
}

Test(bus_variant, a_message_of_very_many_values_is_refused)
{
    g_autoptr(GError) error = NULL;
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("as"));

    for (guint i = 0; i < BUS_VARIANT_MAX_VALUES; i++)
        g_variant_builder_add(&builder, "s", "");
    cr_assert_null(through_a_message(g_variant_new("(as)", &builder), &error));
    cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
}

Test(bus_variant, what_dbus_has_no_type_for_is_an_error)
{
    g_autoptr(GError) maybe = NULL, inner = NULL, unit = NULL, handle = NULL;

    cr_assert_null(through_a_message(g_variant_new("(mi)", TRUE, 1), &maybe));
    cr_assert_null(through_a_message(g_variant_new("(v)", g_variant_new("(ami)", NULL)), &inner));
    cr_assert_null(through_a_message(g_variant_new("(())"), &unit));
    cr_assert_null(through_a_message(g_variant_new("(h)", 0), &handle));
    cr_assert(g_error_matches(maybe, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
    cr_assert(g_error_matches(inner, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
    cr_assert(g_error_matches(unit, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
    cr_assert(g_error_matches(handle, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
}

Test(bus_variant, more_arguments_than_a_signature_can_hold_are_an_error) /* 255 characters */
{
    g_autoptr(GError) error = NULL;
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_TUPLE);

    for (guint i = 0; i < 256; i++)
        g_variant_builder_add(&builder, "i", i);
    cr_assert_null(through_a_message(g_variant_builder_end(&builder), &error));
    cr_assert(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
}

Test(bus_variant, a_descriptor_travels_as_a_handle)
{
    g_autoptr(GUnixFDList) fds = g_unix_fd_list_new(), received = NULL;
    DBusMessage *message = dbus_message_new_signal("/", "org.rearcharge.Test", "Value");
    g_autoptr(GVariant) body = NULL;
    gint ends[2], handle = -1, fd = -1;
    gchar text[4] = "";

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "jpg", 3), 3);
    g_unix_fd_list_append(fds, ends[0], NULL);
    cr_assert(bus_variant_append(message, g_variant_new("(sh)", "picture", 0), fds, NULL));
    body = bus_variant_from_message(message, &received, NULL);
    dbus_message_unref(message);
    g_variant_get(body, "(&sh)", NULL, &handle);
    fd = g_unix_fd_list_get(received, handle, NULL);
    cr_assert_eq(read(fd, text, 3), 3);
    cr_assert_str_eq(text, "jpg");
    close(fd);
    close(ends[0]);
    close(ends[1]);
}

Test(bus_variant, a_descriptor_that_nobody_asked_for_is_closed)
{
    g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();
    DBusMessage *message = dbus_message_new_signal("/", "org.rearcharge.Test", "Value");
    g_autoptr(GVariant) body = NULL;
    gint ends[2];
    gchar byte;

    cr_assert_eq(pipe(ends), 0);
    g_unix_fd_list_append(fds, ends[1], NULL);
    cr_assert(bus_variant_append(message, g_variant_new("(h)", 0), fds, NULL));
    close(ends[1]);
    g_clear_object(&fds);
    body = bus_variant_from_message(message, NULL, NULL);
    cr_assert_not_null(body);
    dbus_message_unref(message);
    cr_assert_eq(read(ends[0], &byte, 1), 0, "the writing end is open somewhere");
    close(ends[0]);
}

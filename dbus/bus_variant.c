#include "dbus/bus_variant.h"

#include <string.h>
#include <unistd.h>

/* ---- from D-Bus ---- */

typedef struct {
    GUnixFDList *fds; /* (nullable) */
    guint n_values;
} Reading;

static GVariant *read_value(DBusMessageIter *iter, Reading *reading, guint depth, GError **error);

static GVariant *read_handle(DBusMessageIter *iter, GUnixFDList *fds)
{
    int fd = -1;
    gint handle = -1;

    dbus_message_iter_get_basic(iter, &fd); /* ours: a duplicate */
    if (fd < 0)
        return g_variant_new_handle(-1);
    if (fds != NULL)
        handle = g_unix_fd_list_append(fds, fd, NULL); /* takes another duplicate */
    close(fd);
    return g_variant_new_handle(handle);
}

static GVariant *read_basic(DBusMessageIter *iter, Reading *reading, int type)
{
    DBusBasicValue value;

    if (type == DBUS_TYPE_UNIX_FD)
        return read_handle(iter, reading->fds);
    dbus_message_iter_get_basic(iter, &value);
    switch (type) {
    case DBUS_TYPE_BYTE:
        return g_variant_new_byte(value.byt);
    case DBUS_TYPE_BOOLEAN:
        return g_variant_new_boolean(value.bool_val != FALSE);
    case DBUS_TYPE_INT16:
        return g_variant_new_int16(value.i16);
    case DBUS_TYPE_UINT16:
        return g_variant_new_uint16(value.u16);
    case DBUS_TYPE_INT32:
        return g_variant_new_int32(value.i32);
    case DBUS_TYPE_UINT32:
        return g_variant_new_uint32(value.u32);
    case DBUS_TYPE_INT64:
        return g_variant_new_int64(value.i64);
    case DBUS_TYPE_UINT64:
        return g_variant_new_uint64(value.u64);
    case DBUS_TYPE_DOUBLE:
        return g_variant_new_double(value.dbl);
    case DBUS_TYPE_STRING:
        return g_variant_new_string(value.str); /* libdbus has checked UTF-8, paths and signatures */
    case DBUS_TYPE_OBJECT_PATH:
        return g_variant_new_object_path(value.str);
    case DBUS_TYPE_SIGNATURE:
        return g_variant_new_signature(value.str);
    default:
        g_assert_not_reached();
    }
}

/* Reads all values of a container into @builder. */
static gboolean read_children(DBusMessageIter *children, GVariantBuilder *builder, Reading *reading,
                              guint depth, GError **error)
{
    while (dbus_message_iter_get_arg_type(children) != DBUS_TYPE_INVALID) {
        GVariant *child = read_value(children, reading, depth, error);
        if (child == NULL)
            return FALSE;
        g_variant_builder_add_value(builder, child);
        dbus_message_iter_next(children);
    }
    return TRUE;
}

/* Arrays of numbers are laid out alike in both forms (but not booleans: four bytes against one). */
static GVariant *read_numbers(DBusMessageIter *iter, int element)
{
    const gchar type[] = {(gchar)element, '\0'};
    const void *numbers = NULL;
    int n_numbers = 0;
    gsize size = element == DBUS_TYPE_BYTE                                   ? 1
                 : element == DBUS_TYPE_INT16 || element == DBUS_TYPE_UINT16 ? 2
                 : element == DBUS_TYPE_INT32 || element == DBUS_TYPE_UINT32 ? 4
                                                                             : 8;
    DBusMessageIter array;

    dbus_message_iter_recurse(iter, &array);
    dbus_message_iter_get_fixed_array(&array, &numbers, &n_numbers);
    return g_variant_new_fixed_array(G_VARIANT_TYPE(type), numbers, (gsize)n_numbers, size);
}

static GVariant *read_container(DBusMessageIter *iter, Reading *reading, guint depth, GError **error)
{
    char *signature = dbus_message_iter_get_signature(iter);
    g_autoptr(GVariantType) type =
        g_variant_type_new(signature); /* D-Bus signatures are GVariant's, exactly */
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(type);
    DBusMessageIter children;

    dbus_free(signature);
    if (depth >= BUS_VARIANT_MAX_DEPTH) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "nested deeper than %u",
                    BUS_VARIANT_MAX_DEPTH);
        return NULL;
    }
    if (dbus_message_iter_get_arg_type(iter) == DBUS_TYPE_ARRAY) {
        int element = dbus_message_iter_get_element_type(iter);
        if (strchr("ynqiuxtd", element) != NULL)
            return read_numbers(iter, element);
    }
    dbus_message_iter_recurse(iter, &children);
    if (!read_children(&children, &builder, reading, depth + 1, error))
        return NULL;
    return g_variant_builder_end(&builder);
}

static GVariant *read_value(DBusMessageIter *iter, Reading *reading, guint depth, GError **error)
{
    int type = dbus_message_iter_get_arg_type(iter);

    if (++reading->n_values > BUS_VARIANT_MAX_VALUES) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "more than %u values",
                    BUS_VARIANT_MAX_VALUES);
        return NULL;
    }
    if (dbus_type_is_basic(type))
        return read_basic(iter, reading, type);
    return read_container(iter, reading, depth, error);
}

GVariant *bus_variant_from_message(DBusMessage *message, GUnixFDList **fds, GError **error)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_TUPLE);
    g_autoptr(GUnixFDList) list = fds != NULL ? g_unix_fd_list_new() : NULL;
    Reading reading = {.fds = list};
    DBusMessageIter iter;

    if (dbus_message_iter_init(message, &iter) && !read_children(&iter, &builder, &reading, 0, error))
        return NULL;
    if (fds != NULL)
        *fds = g_unix_fd_list_get_length(list) > 0 ? g_steal_pointer(&list) : NULL;
    return g_variant_ref_sink(g_variant_builder_end(&builder));
}

/* ---- to D-Bus ---- */

static gboolean append_value(DBusMessageIter *iter, GVariant *value, GUnixFDList *fds, guint depth,
                             GError **error);

static gboolean append_handle(DBusMessageIter *iter, gint32 handle, GUnixFDList *fds, GError **error)
{
    int fd = -1;

    if (fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length(fds)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "handle %d points to no descriptor", handle);
        return FALSE;
    }
    fd = g_unix_fd_list_get(fds, handle, error);
    if (fd < 0)
        return FALSE;
    dbus_message_iter_append_basic(iter, DBUS_TYPE_UNIX_FD, &fd); /* duplicates it once more */
    close(fd);
    return TRUE;
}

static void append_basic(DBusMessageIter *iter, GVariant *value)
{
    int type = g_variant_get_type_string(value)[0];
    DBusBasicValue basic;

    switch (type) {
    case DBUS_TYPE_BYTE:
        basic.byt = g_variant_get_byte(value);
        break;
    case DBUS_TYPE_BOOLEAN:
        basic.bool_val = g_variant_get_boolean(value);
        break;
    case DBUS_TYPE_INT16:
        basic.i16 = g_variant_get_int16(value);
        break;
    case DBUS_TYPE_UINT16:
        basic.u16 = g_variant_get_uint16(value);
        break;
    case DBUS_TYPE_INT32:
        basic.i32 = g_variant_get_int32(value);
        break;
    case DBUS_TYPE_UINT32:
        basic.u32 = g_variant_get_uint32(value);
        break;
    case DBUS_TYPE_INT64:
        basic.i64 = g_variant_get_int64(value);
        break;
    case DBUS_TYPE_UINT64:
        basic.u64 = g_variant_get_uint64(value);
        break;
    case DBUS_TYPE_DOUBLE:
        basic.dbl = g_variant_get_double(value);
        break;
    default: /* s, o, g */
        basic.str = (char *)g_variant_get_string(value, NULL);
        break;
    }
    dbus_message_iter_append_basic(iter, type, &basic);
}

static gboolean append_children(DBusMessageIter *iter, GVariant *container, GUnixFDList *fds, guint depth,
                                GError **error)
{
    GVariantIter children;
    GVariant *child;

    g_variant_iter_init(&children, container);
    while ((child = g_variant_iter_next_value(&children)) != NULL) {
        gboolean ok = append_value(iter, child, fds, depth, error);
        g_variant_unref(child);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static gboolean append_container(DBusMessageIter *iter, GVariant *value, GUnixFDList *fds, guint depth,
                                 GError **error)
{
    const GVariantType *type = g_variant_get_type(value);
    g_autofree gchar *contents = NULL; /* D-Bus wants it for arrays and variants only */
    int container = DBUS_TYPE_STRUCT;
    DBusMessageIter children;

    if (depth >= BUS_VARIANT_MAX_DEPTH) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "nested deeper than %u",
                    BUS_VARIANT_MAX_DEPTH);
        return FALSE;
    }
    if (g_variant_type_is_variant(type)) {
        g_autoptr(GVariant) inner = g_variant_get_variant(value);
        container = DBUS_TYPE_VARIANT;
        contents = g_strdup(g_variant_get_type_string(inner));
    } else if (g_variant_type_is_array(type)) {
        container = DBUS_TYPE_ARRAY;
        contents = g_variant_type_dup_string(g_variant_type_element(type));
    } else if (g_variant_type_is_dict_entry(type)) {
        container = DBUS_TYPE_DICT_ENTRY;
    }
    /* Whole, because a dict entry is a type only inside its array. */
    if ((container == DBUS_TYPE_VARIANT && !dbus_signature_validate_single(contents, NULL)) ||
        (container == DBUS_TYPE_ARRAY &&
         !dbus_signature_validate_single(g_variant_get_type_string(value), NULL)) ||
        (container == DBUS_TYPE_STRUCT &&
         (!g_variant_type_is_tuple(type) || g_variant_n_children(value) == 0))) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "D-Bus has no type %s",
                    g_variant_get_type_string(value));
        return FALSE;
    }
    dbus_message_iter_open_container(iter, container, contents, &children);
    if (!append_children(&children, value, fds, depth + 1, error)) {
        dbus_message_iter_abandon_container(iter, &children);
        return FALSE;
    }
    dbus_message_iter_close_container(iter, &children);
    return TRUE;
}

static gboolean append_value(DBusMessageIter *iter, GVariant *value, GUnixFDList *fds, guint depth,
                             GError **error)
{
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_HANDLE))
        return append_handle(iter, g_variant_get_handle(value), fds, error);
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_BASIC)) {
        append_basic(iter, value);
        return TRUE;
    }
    return append_container(iter, value, fds, depth, error);
}

gboolean bus_variant_append(DBusMessage *message, GVariant *tuple, GUnixFDList *fds, GError **error)
{
    g_autoptr(GVariant) arguments = tuple != NULL ? g_variant_ref_sink(tuple) : NULL;
    g_autofree gchar *signature = NULL;
    DBusMessageIter iter;

    if (arguments == NULL)
        return TRUE;
    /* All of it at once: libdbus writes beyond a signature of 255 characters without a word. */
    signature = g_strdup(g_variant_get_type_string(arguments) + 1);
    signature[strlen(signature) - 1] = '\0';
    if (!dbus_signature_validate(signature, NULL)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "D-Bus has no arguments of type %s",
                    g_variant_get_type_string(arguments));
        return FALSE;
    }
    dbus_message_iter_init_append(message, &iter);
    return append_children(&iter, arguments, fds, 0, error);
}

/* Vehicle command: one line of "rearcharge-gear serve" into a property of org.rearcharge.Vehicle1. Pure.
 *
 *   P | R | N | D | gear P | gear -        selector position; - is unknown
 *   speed KMH | speed -                    0..500
 *   position LATITUDE LONGITUDE | position -
 *   soc PERCENT | soc -                    0..100
 *   plug connected | disconnected | -
 *   id TEXT | id -                         1..35 printable characters, no space
 */
#pragma once

#include <glib.h>

typedef struct {
    const gchar *property; /* static; name in Vehicle1 */
    GVariant *value;       /* (transfer full), not floating */
} VehicleCommand;

/* @line: words separated by blanks. Returns: FALSE with a one-line error (%G_OPTION_ERROR_BAD_VALUE) that
 * says what is expected */
gboolean vehicle_command_parse(const gchar *line, VehicleCommand *command, GError **error);

/* Every property's "unknown". (transfer floating) */
GVariant *vehicle_command_unknown(const gchar *property);

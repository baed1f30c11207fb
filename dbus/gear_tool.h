/* The sub-commands of rearcharge-gear; see rearcharge-gear(1). Each runs to its end and returns the exit
 * code. */
#pragma once

#include "dbus/tool.h"

typedef struct {
    const gchar *bus;   /* (nullable) */
    const gchar *speed; /* (nullable): emit --speed */
    gboolean hold;      /* emit: give the former gear back at the end */
    gboolean until_eof; /* serve: end with standard input */
} GearToolOptions;

/* @commands: (array zero-terminated=1): run before the name is taken, so that no reader sees "unknown" first
 */
ToolStatus gear_tool_serve(const GearToolOptions *options, const gchar *const *commands);
/* @words: (array zero-terminated=1): one command, in one or more words */
ToolStatus gear_tool_emit(const GearToolOptions *options, const gchar *const *words);
ToolStatus gear_tool_get(const GearToolOptions *options);
/* @settings: (array zero-terminated=1): "key=value" of gear_match.h */
ToolStatus gear_tool_watch(const GearToolOptions *options, const gchar *const *settings);

/* Lockdown of the camera process: what GStreamer and camera drivers leave us to forbid cheaply. The strict
 * cage is the decoder's (camera/decoder/sandbox.h); the rest of this one is the systemd unit's. */
#pragma once

#include <glib.h>

/**
 * lockdown_enter:
 *
 * Call after gst_init(), which may write its registry, and before there are other threads and pictures. For
 * good, children included: no_new_privs, not dumpable, no core files; sockets other than AF_UNIX and
 * AF_NETLINK (udev), and creating, renaming or removing files, are refused with EACCES, and where the kernel
 * has Landlock also opening any file outside /dev to write: frames never touch the disk.
 *
 * Returns: FALSE when it could not be had; errno says why
 */
gboolean lockdown_enter(void);

/* Notify socket: tells the service manager that we are ready, by sd_notify(3)'s protocol, without libsystemd.
 * Does nothing when no manager asked (NOTIFY_SOCKET unset). */
#pragma once

/* @state: "READY=1", "STOPPING=1" */
void notify_socket_send(const char *state);

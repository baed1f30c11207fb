#include "camera/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "camera/decoder/sanitized.h"

static const int changes_of_files[] = {
    SCMP_SYS(creat),    SCMP_SYS(mkdir),     SCMP_SYS(mkdirat),        SCMP_SYS(mknod),    SCMP_SYS(mknodat),
    SCMP_SYS(rename),   SCMP_SYS(renameat),  SCMP_SYS(renameat2),      SCMP_SYS(link),     SCMP_SYS(linkat),
    SCMP_SYS(symlink),  SCMP_SYS(symlinkat), SCMP_SYS(unlink),         SCMP_SYS(unlinkat), SCMP_SYS(rmdir),
    SCMP_SYS(truncate), SCMP_SYS(openat2),   SCMP_SYS(io_uring_setup),
};

static int forbid_files(scmp_filter_ctx filter)
{
    int rc = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(changes_of_files) && rc == 0; i++) {
        /* libc tries the old call when openat2 is unknown; a filter cannot look into its arguments. */
        int answer = changes_of_files[i] == SCMP_SYS(openat2) ? ENOSYS : EACCES;
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(answer), changes_of_files[i], 0);
    }
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 1,
                              SCMP_A1(SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT));
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, O_CREAT, O_CREAT));
    return rc;
}

/* Families above AF_NETLINK (packets, Bluetooth, vsock, ...) and those between it and AF_UNIX (inet and
 * older). */
static int forbid_network(scmp_filter_ctx filter)
{
    int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
                              SCMP_A0(SCMP_CMP_GT, AF_NETLINK));

    for (guint family = AF_UNIX + 1; family < AF_NETLINK && rc == 0; family++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
                              SCMP_A0(SCMP_CMP_EQ, family));
    return rc;
}

#define ACCESS_FS_TRUNCATE (1ULL << 14) /* since Linux 6.2, newer than Debian 12's headers */

/* Any change of a file system but through what is open already, and through devices. */
static guint64 writing(glong abi)
{
    guint64 access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

    if (abi >= 2)
        access |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        access |= ACCESS_FS_TRUNCATE;
    return access;
}

/* The filter of system calls cannot look at paths: opening a file that exists, to write into it, is refused
 * here. FALSE: the kernel has Landlock, and it would not. */
static gboolean forbid_writing(void)
{
    glong abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    const struct landlock_ruleset_attr ruleset = {.handled_access_fs = writing(abi)};
    struct landlock_path_beneath_attr devices = {.allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE};
    gboolean done = FALSE;
    int fd;

    if (abi < 1)
        return TRUE; /* a kernel without it: the filter and the systemd unit have to do */
    fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0);
    devices.parent_fd = open("/dev", O_PATH | O_CLOEXEC);
    done = fd >= 0 && devices.parent_fd >= 0 &&
           syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &devices, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    if (devices.parent_fd >= 0)
        close(devices.parent_fd);
    if (fd >= 0)
        close(fd);
    return done;
}

gboolean lockdown_enter(void)
{
    const struct rlimit none = {0};
    scmp_filter_ctx filter;
    int rc;

    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return FALSE;
    if (!SANITIZED && !forbid_writing())
        return FALSE;
    filter = seccomp_init(SCMP_ACT_ALLOW);
    rc = filter != NULL ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) : -ENOMEM; /* all threads */
    if (rc == 0)
        rc = forbid_network(filter);
    if (rc == 0 && !SANITIZED) /* a sanitizer's report is a file */
        rc = forbid_files(filter);
    if (rc == 0)
        rc = seccomp_load(filter);
    if (filter != NULL)
        seccomp_release(filter);
    errno = -rc;
    return rc == 0;
}

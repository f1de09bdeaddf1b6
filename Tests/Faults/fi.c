// Makes one call to the file system fail. LD_PRELOAD=fi.so; the FI_AT-th call that would change a path holding
// FI_PATH meets FI_MODE:
//
//   die     the process is gone before the call
//   torn    half of a write reaches the file, any other call succeeds; then the process is gone
//   eio     the call fails with EIO
//   enospc  the call fails with ENOSPC (where it can)
//   full    as enospc, and so does every later one that needs room
//   short   a write takes half and says so; other calls succeed
//
// FI_LIST=FILE: every such call, a line each. FI_TRACE=FILE: the call that was met.
// gcc -shared -fPIC -O2 -o fi.so fi.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long count, at = -1;
static const char *mode = "die", *part;

__attribute__((constructor)) static void begin(void) {
    if (getenv("FI_AT")) at = atol(getenv("FI_AT"));
    if (getenv("FI_MODE")) mode = getenv("FI_MODE");
    part = getenv("FI_PATH");
}

// Straight to the kernel: what is told must not be counted.
static void tell(const char *variable, const char *call, const char *what) {
    const char *path = getenv(variable);
    if (!path) return;
    char text[4200];
    snprintf(text, sizeof text, "%s %s\n", call, what);
    int file = syscall(SYS_open, path, O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (file < 0) return;
    syscall(SYS_write, file, text, strlen(text));
    syscall(SYS_close, file);
}

enum verdict { PASS, DIE, AFTER, FAIL, SHORT };
enum kind { ROOM, OTHER }; // whether the call needs room on the disk

static int is(const char *name) { return strcmp(mode, name) == 0; }

static enum verdict meet(const char *call, const char *path, enum kind kind) {
    if (!part || !path || !strstr(path, part)) return PASS;
    long n = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    tell("FI_LIST", call, path);
    if (at < 0 || n < at) return PASS;
    if (n > at) {
        if (!is("full") || kind != ROOM) return PASS;
        errno = ENOSPC;
        return FAIL;
    }
    tell("FI_TRACE", call, path);
    if (is("die")) return DIE;
    if (is("torn")) return AFTER;
    if (is("short")) return SHORT;
    if (is("eio")) {
        errno = EIO;
        return FAIL;
    }
    if (kind != ROOM) return PASS;
    errno = ENOSPC;
    return FAIL;
}

static enum verdict meet_file(const char *call, int file, enum kind kind) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return PASS;
    path[length] = 0;
    return meet(call, path, kind);
}

#define REAL(result, name, ...)                                                                                        \
    static result (*real)(__VA_ARGS__);                                                                                \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define GONE _exit(137)

#define WRITER(name, parameters, types, half, all)                                                                     \
    ssize_t name parameters {                                                                                          \
        REAL(ssize_t, name, types);                                                                                    \
        switch (meet_file(#name, file, ROOM)) {                                                                        \
        case DIE: GONE;                                                                                                \
        case AFTER: half; GONE;                                                                                        \
        case FAIL: return -1;                                                                                          \
        case SHORT: return size > 1 ? half : all;                                                                      \
        default: return all;                                                                                           \
        }                                                                                                              \
    }
#define C ,
WRITER(write, (int file, const void *bytes, size_t size), int C const void * C size_t,
       real(file, bytes, size / 2), real(file, bytes, size))
WRITER(pwrite, (int file, const void *bytes, size_t size, off_t offset), int C const void * C size_t C off_t,
       real(file, bytes, size / 2, offset), real(file, bytes, size, offset))
WRITER(pwrite64, (int file, const void *bytes, size_t size, off64_t offset), int C const void * C size_t C off64_t,
       real(file, bytes, size / 2, offset), real(file, bytes, size, offset))
WRITER(writev, (int file, const struct iovec *bytes, int size), int C const struct iovec * C int,
       real(file, bytes, size / 2), real(file, bytes, size))
WRITER(pwritev, (int file, const struct iovec *bytes, int size, off_t offset),
       int C const struct iovec * C int C off_t, real(file, bytes, size / 2, offset), real(file, bytes, size, offset))

#define CALL(name, parameters, types, met, call)                                                                       \
    int name parameters {                                                                                              \
        REAL(int, name, types);                                                                                        \
        switch (met) {                                                                                                 \
        case DIE: GONE;                                                                                                \
        case AFTER: call; GONE;                                                                                        \
        case FAIL: return -1;                                                                                          \
        default: return call;                                                                                          \
        }                                                                                                              \
    }
CALL(fsync, (int file), int, meet_file("fsync", file, ROOM), real(file))
CALL(fdatasync, (int file), int, meet_file("fdatasync", file, ROOM), real(file))
CALL(syncfs, (int file), int, meet_file("syncfs", file, ROOM), real(file))
CALL(ftruncate, (int file, off_t size), int C off_t, meet_file("ftruncate", file, OTHER), real(file, size))
CALL(ftruncate64, (int file, off64_t size), int C off64_t, meet_file("ftruncate64", file, OTHER), real(file, size))
CALL(rename, (const char *old, const char *new), const char *C const char *, meet("rename", new, ROOM), real(old, new))
CALL(renameat, (int a, const char *old, int b, const char *new), int C const char *C int C const char *,
     meet("renameat", new, ROOM), real(a, old, b, new))
CALL(link, (const char *old, const char *new), const char *C const char *, meet("link", new, ROOM), real(old, new))
CALL(unlink, (const char *path), const char *, meet("unlink", path, OTHER), real(path))
CALL(rmdir, (const char *path), const char *, meet("rmdir", path, OTHER), real(path))
CALL(mkdir, (const char *path, mode_t bits), const char *C mode_t, meet("mkdir", path, ROOM), real(path, bits))
CALL(fchmod, (int file, mode_t bits), int C mode_t, meet_file("fchmod", file, OTHER), real(file, bits))

#define BITS                                                                                                           \
    mode_t bits = 0;                                                                                                   \
    if (flags & (O_CREAT | __O_TMPFILE)) {                                                                             \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        bits = va_arg(list, mode_t);                                                                                   \
        va_end(list);                                                                                                  \
    }
#define MAKES(name) (flags & O_CREAT ? meet(name, path, ROOM) : PASS)
#define OPEN(name, parameters, types, call)                                                                            \
    int name parameters {                                                                                              \
        REAL(int, name, types);                                                                                        \
        BITS;                                                                                                          \
        switch (MAKES(#name)) {                                                                                        \
        case DIE: GONE;                                                                                                \
        case AFTER: call; GONE;                                                                                        \
        case FAIL: return -1;                                                                                          \
        default: return call;                                                                                          \
        }                                                                                                              \
    }
OPEN(open, (const char *path, int flags, ...), const char *C int C..., real(path, flags, bits))
OPEN(open64, (const char *path, int flags, ...), const char *C int C..., real(path, flags, bits))
OPEN(openat, (int at_, const char *path, int flags, ...), int C const char *C int C..., real(at_, path, flags, bits))
OPEN(openat64, (int at_, const char *path, int flags, ...), int C const char *C int C..., real(at_, path, flags, bits))

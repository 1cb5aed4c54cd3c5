/*
 * A layer between a program and its files that remembers what a disk may forget.
 *
 * Preloaded (LD_PRELOAD), it lets every call through and keeps a journal of the writes, changes of length, new, linked, renamed and
 * removed names below NHS111_UNSYNCED_FOLDER, and of each completed fsync and fdatasync. From it, unsynced.py rebuilds the files as a
 * disk may have them after a power cut: what was synced, and of the rest nothing or any part. A journal survives the kill of the
 * program, as the page cache does.
 *
 * A write is put down after it was done, and a sync counts for what was put down before it began: what was on its way at the same time
 * may be missing, as on a disk. Not followed: files that are mapped into memory and descriptors made by dup; neither holds the record.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 65536
#define MAGIC 0x31313153484eULL

enum kind { WRITE = 1, LENGTH, SYNC, CREATE, UNLINK, RENAME, LINK };

/* Followed by `name` bytes of a path, `other` of a second one and, for a WRITE, `size` bytes of content. */
struct record {
    uint64_t magic, kind, inode, at, size, name, other;
};

static char folder[PATH_MAX];
static int journal = -1;
static unsigned char followed[DESCRIPTORS];

#define REAL(type, name, ...) \
    static type (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *of = getenv("NHS111_UNSYNCED_FOLDER"), *to = getenv("NHS111_UNSYNCED_JOURNAL");
    if (!of || !to || !realpath(of, folder)) return;
    REAL(int, open64, const char *, int, ...);
    int fd = real_open64(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    /* Out of the way of programs that count their descriptors. */
    journal = fcntl(fd, F_DUPFD_CLOEXEC, 900);
    REAL(int, close, int);
    real_close(fd);
}

/* The path from the root, if it is below the folder. */
static int below(int at, const char *path, char *full) {
    if (journal < 0 || !path) return 0;
    size_t length = 0;
    full[0] = 0;
    if (path[0] != '/') {
        if (at != AT_FDCWD) {
            char link[64] = "/proc/self/fd/";
            char digits[16];
            int n = 0, fd = at;
            do { digits[n++] = (char)('0' + fd % 10); fd /= 10; } while (fd);
            size_t end = strlen(link);
            while (n) link[end++] = digits[--n];
            link[end] = 0;
            ssize_t read = readlink(link, full, PATH_MAX - 1);
            if (read < 0) return 0;
            full[read] = 0;
        } else if (!getcwd(full, PATH_MAX)) return 0;
        length = strlen(full);
        full[length++] = '/';
        while (path[0] == '.' && path[1] == '/') path += 2;
    }
    if (length + strlen(path) >= PATH_MAX) return 0;
    strcpy(full + length, path);
    size_t root = strlen(folder);
    return strncmp(full, folder, root) == 0 && (full[root] == '/' || full[root] == 0);
}

static void put(struct record record, const char *name, const char *other, const struct iovec *content, int parts) {
    record.magic = MAGIC;
    record.name = name ? strlen(name) : 0;
    record.other = other ? strlen(other) : 0;
    struct iovec all[3 + 64] = {{&record, sizeof record}, {(void *)name, record.name}, {(void *)other, record.other}};
    uint64_t left = record.kind == WRITE ? record.size : 0;
    int count = 3;
    for (int part = 0; part < parts && part < 64 && left; part++) {
        all[count] = content[part];
        if (all[count].iov_len > left) all[count].iov_len = left;
        left -= all[count++].iov_len;
    }
    /* One call, so that records of several threads and processes do not mix. */
    REAL(ssize_t, writev, int, const struct iovec *, int);
    int error = errno;
    if (real_writev(journal, all, count) < 0) abort();
    errno = error;
}

static uint64_t inode_of(int fd) {
    struct stat now;
    return fstat(fd, &now) ? 0 : now.st_ino;
}

static int is_followed(int fd) { return journal >= 0 && fd >= 0 && fd < DESCRIPTORS && followed[fd]; }

static int opened(int fd, int at, const char *path, int flags, int was_there) {
    char full[PATH_MAX];
    if (fd < 0 || fd >= DESCRIPTORS) return fd;
    followed[fd] = (unsigned char)below(at, path, full);
    if (!followed[fd]) return fd;
    if (!was_there) put((struct record){.kind = CREATE, .inode = inode_of(fd)}, full, NULL, NULL, 0);
    else if (flags & O_TRUNC) put((struct record){.kind = LENGTH, .inode = inode_of(fd)}, NULL, NULL, NULL, 0);
    return fd;
}

static int is_there(int at, const char *path) {
    struct stat now;
    int error = errno, there = fstatat(at, path, &now, 0) == 0;
    errno = error;
    return there;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        REAL(int, name, const char *, int, ...); \
        int there = journal < 0 || is_there(AT_FDCWD, path); \
        return opened(real_##name(path, flags, mode), AT_FDCWD, path, flags, there); \
    }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        REAL(int, name, int, const char *, int, ...); \
        int there = journal < 0 || is_there(at, path); \
        return opened(real_##name(at, path, flags, mode), at, path, flags, there); \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
    REAL(int, close, int);
    if (fd >= 0 && fd == journal) return 0;
    if (fd >= 0 && fd < DESCRIPTORS) followed[fd] = 0;
    return real_close(fd);
}

static void wrote(int fd, uint64_t at, ssize_t size, const struct iovec *content, int parts) {
    if (size > 0) put((struct record){.kind = WRITE, .inode = inode_of(fd), .at = at, .size = (uint64_t)size}, NULL, NULL, content, parts);
}

#define PWRITE(name, offset) \
    ssize_t name(int fd, const void *content, size_t size, offset at) { \
        REAL(ssize_t, name, int, const void *, size_t, offset); \
        ssize_t done = real_##name(fd, content, size, at); \
        struct iovec one = {(void *)content, size}; \
        if (is_followed(fd)) wrote(fd, (uint64_t)at, done, &one, 1); \
        return done; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
#define PWRITEV(name, offset) \
    ssize_t name(int fd, const struct iovec *content, int parts, offset at) { \
        REAL(ssize_t, name, int, const struct iovec *, int, offset); \
        ssize_t done = real_##name(fd, content, parts, at); \
        if (is_followed(fd)) wrote(fd, (uint64_t)at, done, content, parts); \
        return done; \
    }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

/* Where a write without a place went. */
static uint64_t went(int fd, ssize_t done) {
    int error = errno;
    off64_t end = lseek64(fd, 0, SEEK_CUR);
    errno = error;
    return (uint64_t)(end - (done > 0 ? done : 0));
}

ssize_t write(int fd, const void *content, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    ssize_t done = real_write(fd, content, size);
    struct iovec one = {(void *)content, size};
    if (is_followed(fd)) wrote(fd, went(fd, done), done, &one, 1);
    return done;
}
ssize_t writev(int fd, const struct iovec *content, int parts) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    ssize_t done = real_writev(fd, content, parts);
    if (is_followed(fd)) wrote(fd, went(fd, done), done, content, parts);
    return done;
}

static void is_long(int fd) {
    struct stat now;
    if (fstat(fd, &now) == 0) put((struct record){.kind = LENGTH, .inode = now.st_ino, .size = (uint64_t)now.st_size}, NULL, NULL, NULL, 0);
}
#define LENGTHEN(name, parameters, arguments) \
    int name parameters { \
        static int (*real) parameters; \
        if (!real) real = (int (*) parameters)dlsym(RTLD_NEXT, #name); \
        int done = real arguments; \
        if (done == 0 && is_followed(fd)) is_long(fd); \
        return done; \
    }
LENGTHEN(ftruncate, (int fd, off_t size), (fd, size))
LENGTHEN(ftruncate64, (int fd, off64_t size), (fd, size))
LENGTHEN(posix_fallocate, (int fd, off_t at, off_t size), (fd, at, size))
LENGTHEN(posix_fallocate64, (int fd, off64_t at, off64_t size), (fd, at, size))
LENGTHEN(fallocate, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
LENGTHEN(fallocate64, (int fd, int mode, off64_t at, off64_t size), (fd, mode, at, size))

#define SYNCHRONISE(name) \
    int name(int fd) { \
        REAL(int, name, int); \
        struct stat before; \
        int counts = is_followed(fd) && fstat(journal, &before) == 0; \
        int done = real_##name(fd); \
        if (done == 0 && counts) put((struct record){.kind = SYNC, .inode = inode_of(fd), .at = (uint64_t)before.st_size}, NULL, NULL, NULL, 0); \
        return done; \
    }
SYNCHRONISE(fsync)
SYNCHRONISE(fdatasync)

int unlinkat(int at, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char full[PATH_MAX];
    int done = real_unlinkat(at, path, flags);
    if (done == 0 && !(flags & AT_REMOVEDIR) && below(at, path, full)) put((struct record){.kind = UNLINK}, full, NULL, NULL, 0);
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

#define TWO(name, what) \
    int name(const char *from, const char *to) { \
        REAL(int, name, const char *, const char *); \
        char first[PATH_MAX], second[PATH_MAX]; \
        int done = real_##name(from, to); \
        if (done == 0 && below(AT_FDCWD, from, first) && below(AT_FDCWD, to, second)) put((struct record){.kind = what}, first, second, NULL, 0); \
        return done; \
    }
TWO(rename, RENAME)
TWO(link, LINK)

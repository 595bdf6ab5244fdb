/* replay.c - runs a fuzz target over files, without a fuzzer.

       cc -I. fuzz/fuzz_xml.c fuzz/replay.c -o replay
       ./replay fuzz/corpus/xml

   Arguments are files and directories (with all files below them). Prints how
   many files it ran; exit status 1 if there was none or one cannot be read.
*/
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[4096]; /* of the file that is running */
static unsigned long files;

static void die(const char *what)
{
    fprintf(stderr, "replay: %s: %s\n", path, what);
    exit(1);
}

/* Says which file it was. */
static void on_abort(int number)
{
    ssize_t ignored = write(2, path, strlen(path));
    ignored += write(2, ": aborted\n", 10);
    (void)ignored;
    signal(number, SIG_DFL);
    raise(number);
}

static void run_file(size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (file == NULL || data == NULL || fread(data, 1, size, file) != size)
        die("cannot be read");
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    files++;
}

static void run_path(void);

static void run_entries(DIR *directory)
{
    size_t length = strlen(path);
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        if (length + strlen(entry->d_name) + 2 > sizeof path)
            die("too long a path");
        path[length] = '/';
        strcpy(path + length + 1, entry->d_name);
        run_path();
        path[length] = '\0';
    }
}

static void run_path(void)
{
    struct stat info;
    DIR *directory;
    if (stat(path, &info) != 0)
        die("not found");
    if (!S_ISDIR(info.st_mode)) {
        run_file((size_t)info.st_size);
        return;
    }
    directory = opendir(path);
    if (directory == NULL)
        die("cannot be opened");
    run_entries(directory);
    closedir(directory);
}

int main(int argc, char **argv)
{
    signal(SIGABRT, on_abort);
    for (int i = 1; i < argc; i++) {
        if (strlen(argv[i]) >= sizeof path)
            die("too long a path");
        strcpy(path, argv[i]);
        run_path();
    }
    printf("%lu files\n", files);
    return files == 0;
}

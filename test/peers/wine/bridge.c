/*
 * One program under several names, compiled for Windows by mingw and run by Wine:
 *
 *   launcher.exe          runs the command line that it finds in ROLLOUT_LINE, as Win32-OpenSSH runs what an SSH client
 *                         asks for; `launcher.exe tell` adds a line with all 32 bits of its exit code
 *   bridge.exe service N  is the Windows service N: runs until the service manager stops it
 *   any other name        is that tool's stand-in: tells the test process what was asked and passes on what it answers
 *
 * A stand-in sends its name, its raw command line and its working directory, each as UTF-8 behind its length
 * (32 bits, little endian). It is answered with frames:
 *
 *   kind  1 byte   '1' standard output, '2' standard error, 'r' command line to run in its place, 'x' exit code
 *   size  4 bytes  little endian
 *   bytes
 */
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* What cmd.exe, our callers and Windows' own tools never end with: it says that the stand-in itself failed. */
#define NO_STAND_IN 0xBAD0u
#define LINE 32768

static int fail(const char *what)
{
    fprintf(stderr, "stand-in: %s (error %lu)\n", what, GetLastError());
    return NO_STAND_IN;
}

static DWORD run(wchar_t *line)
{
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION child;
    DWORD code = NO_STAND_IN;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child))
        return fail("cannot start a program");
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    return code;
}

/* --- launcher --- */

static int launch(int tells)
{
    static wchar_t asked[LINE], line[LINE + 64];
    DWORD code;
    if (GetEnvironmentVariableW(L"ROLLOUT_LINE", asked, LINE) == 0) return fail("no ROLLOUT_LINE");
    SetEnvironmentVariableW(L"ROLLOUT_LINE", NULL);
    /* /s: what stands between the outer quotes is taken as it is. */
    wcscpy(line, L"C:\\windows\\system32\\cmd.exe /d /s /c \"");
    wcscat(line, asked);
    wcscat(line, L"\"");
    code = run(line);
    if (tells) printf("exit %lu\n", code);
    return (int)code;
}

/* --- service --- */

static wchar_t *service_name;
static HANDLE stopping;
static SERVICE_STATUS_HANDLE status_handle;

static void report(DWORD state)
{
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0,
    };
    SetServiceStatus(status_handle, &status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context)
{
    if (code == SERVICE_CONTROL_STOP || code == SERVICE_CONTROL_SHUTDOWN) {
        report(SERVICE_STOP_PENDING);
        SetEvent(stopping);
    }
    return NO_ERROR;
}

static void WINAPI service_main(DWORD count, wchar_t **arguments)
{
    stopping = CreateEventW(NULL, TRUE, FALSE, NULL);
    status_handle = RegisterServiceCtrlHandlerExW(service_name, control, NULL);
    report(SERVICE_RUNNING);
    WaitForSingleObject(stopping, INFINITE);
    report(SERVICE_STOPPED);
}

static int serve(wchar_t *name)
{
    SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
    service_name = name;
    return StartServiceCtrlDispatcherW(table) ? 0 : fail("not started by the service manager");
}

/* --- stand-in --- */

static int send_all(SOCKET line, const char *bytes, int size)
{
    while (size > 0) {
        int sent = send(line, bytes, size, 0);
        if (sent <= 0) return 0;
        bytes += sent;
        size -= sent;
    }
    return 1;
}

static int receive_all(SOCKET line, char *bytes, DWORD size)
{
    while (size > 0) {
        int got = recv(line, bytes, (int)size, 0);
        if (got <= 0) return 0;
        bytes += got;
        size -= (DWORD)got;
    }
    return 1;
}

static int tell(SOCKET line, const wchar_t *text)
{
    static char bytes[LINE * 3];
    DWORD size = (DWORD)WideCharToMultiByte(CP_UTF8, 0, text, (int)wcslen(text), bytes, sizeof bytes, NULL, NULL);
    return send_all(line, (const char *)&size, 4) && send_all(line, bytes, (int)size);
}

/* The address is in a file and not in the environment, so that whoever starts a stand-in finds the same one. */
static SOCKET dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SOCKET line;
    WSADATA data;
    unsigned port = 0;
    FILE *file = fopen("C:\\windows\\stand-ins.port", "r");
    if (file == NULL || fscanf(file, "%u", &port) != 1) return INVALID_SOCKET;
    fclose(file);
    WSAStartup(MAKEWORD(2, 2), &data);
    line = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_port = htons((u_short)port);
    if (connect(line, (struct sockaddr *)&to, sizeof to) != 0) return INVALID_SOCKET;
    return line;
}

static void write_to(DWORD which, const char *bytes, DWORD size)
{
    DWORD written;
    while (size > 0 && WriteFile(GetStdHandle(which), bytes, size, &written, NULL)) {
        bytes += written;
        size -= written;
    }
}

static DWORD stand_in(const wchar_t *name)
{
    static wchar_t folder[LINE];
    SOCKET line = dial();
    if (line == INVALID_SOCKET) return fail("the test process does not listen");
    GetCurrentDirectoryW(LINE, folder);
    if (!tell(line, name) || !tell(line, GetCommandLineW()) || !tell(line, folder)) return fail("not heard");
    for (;;) {
        char kind;
        DWORD size, code = NO_STAND_IN;
        char *bytes;
        if (!receive_all(line, &kind, 1) || !receive_all(line, (char *)&size, 4)) return fail("left alone");
        bytes = calloc(size + 2, 1);
        if (bytes == NULL || !receive_all(line, bytes, size)) return fail("left alone");
        if (kind == '1') write_to(STD_OUTPUT_HANDLE, bytes, size);
        if (kind == '2') write_to(STD_ERROR_HANDLE, bytes, size);
        if (kind == 'r') {
            static wchar_t program[LINE];
            MultiByteToWideChar(CP_UTF8, 0, bytes, -1, program, LINE);
            return run(program);
        }
        if (kind == 'x') {
            memcpy(&code, bytes, size < 4 ? size : 4);
            return code;
        }
        free(bytes);
    }
}

int wmain(int count, wchar_t **arguments)
{
    static wchar_t path[MAX_PATH];
    wchar_t *name, *dot;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    name = wcsrchr(path, L'\\');
    name = name == NULL ? path : name + 1;
    dot = wcsrchr(name, L'.');
    if (dot != NULL) *dot = 0;
    if (_wcsicmp(name, L"launcher") == 0) return launch(count > 1);
    if (count == 3 && wcscmp(arguments[1], L"service") == 0) return serve(arguments[2]);
    /* Not returned: the whole 32 bits are the exit code. */
    ExitProcess(stand_in(name));
}

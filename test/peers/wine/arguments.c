/*
 * Prints what it was started with, as the C runtime splits it: each argument a line, each UTF-16 unit four hex digits.
 * Its source is all there is of it; the test that needs it has it compiled.
 */
#include <stdio.h>
#include <wchar.h>

int wmain(int argc, wchar_t **argv)
{
    for (int i = 1; i < argc; i++) {
        for (const wchar_t *unit = argv[i]; *unit; unit++)
            printf("%04x", (unsigned)*unit);
        printf("\n");
    }
    return 0;
}

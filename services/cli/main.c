/* rollcall: districts, their settings, runs and plans, from a shell. */
#include "cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}

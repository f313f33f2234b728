/* The made-up stage of tests/integration/worker as a program of its own, for tests over a real
 * Kafka. */
#include "made_up_stage.h"

int main(int argc, char **argv)
{
    return made_up_stage_main(argc, argv);
}

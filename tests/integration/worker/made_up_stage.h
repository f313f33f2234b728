#ifndef RC_TEST_MADE_UP_STAGE_H
#define RC_TEST_MADE_UP_STAGE_H

/* Runs the stage that with_stage.h describes. */
int made_up_stage_main(int argc, char **argv);

#endif

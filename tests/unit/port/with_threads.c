/* ThreadSanitizer knows threads only from pthread_create, and librdkafka makes its own by C11's
 * thrd_create, which glibc does not route through it: the first callback on such a thread would end
 * the test. In a thread-sanitized build this file's thrd_create stands before glibc's. What happens
 * inside librdkafka is left out: its locks are C11's too, and invisible. */
#include <stdlib.h>

#if defined(__SANITIZE_THREAD__)
#include <pthread.h>
#include <stdint.h>
#include <threads.h>

struct start {
    thrd_start_t run;
    void *argument;
};

static void *run_start(void *context)
{
    const struct start start = *(struct start *)context;

    free(context);
    return (void *)(intptr_t)start.run(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
    struct start *start = malloc(sizeof *start);

    if (!start) return thrd_nomem;
    *start = (struct start){run, argument};
    return pthread_create(thread, NULL, run_start, start) == 0 ? thrd_success : thrd_error;
}

int thrd_join(thrd_t thread, int *ret_result)
{
    void *result = NULL;

    if (pthread_join(thread, &result) != 0) return thrd_error;
    if (ret_result) *ret_result = (int)(intptr_t)result;
    return thrd_success;
}

/* Read by the sanitizer at its start. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "called_from_lib:librdkafka.so\nrace:librdkafka.so\n";
}
#endif

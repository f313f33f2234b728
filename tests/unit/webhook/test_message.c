/* What a message leaves behind (services/webhook/message.h). */
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { KEY_BYTES = 32 };

static void test_the_keys_of_a_message_are_overwritten_when_it_leaves_scope(void **state)
{
    (void)state;
    static const char nothing[KEY_BYTES] = {0};
    char memory[2][KEY_BYTES];

    memset(memory, 'k', sizeof memory);
    {
        AUTO_MESSAGE message = {.keys = {{memory[0], KEY_BYTES}, {memory[1], KEY_BYTES}},
                                .key_count = 2};
        assert_int_equal(message.keys[1].data[0], 'k');
    }
    assert_memory_equal(memory[0], nothing, KEY_BYTES);
    assert_memory_equal(memory[1], nothing, KEY_BYTES);
}

static void test_a_message_without_keys_is_forgotten_too(void **state)
{
    (void)state;
    struct message message = {0};

    message_forget(&message);
    assert_int_equal(message.key_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_keys_of_a_message_are_overwritten_when_it_leaves_scope),
        cmocka_unit_test(test_a_message_without_keys_is_forgotten_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

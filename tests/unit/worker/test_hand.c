/* Which message may run next (S3, order per key). */
#include "../../../common/worker/hand.h"

#include <stdlib.h>

#include "support/unit.h"

/* Stands in for the bus: messages here are plain memory. */
void rc_message_free(struct rc_message *message)
{
    free(message);
}

static struct hand_item *add(struct hand *hand, int32_t partition, const char *key)
{
    struct rc_message *message = rc_malloc(sizeof *message);

    *message = (struct rc_message){.partition = partition,
                                   .offset = (int64_t)hand->count,
                                   .key = rc_str_of(key),
                                   .payload = RC_STR("12345")};
    return hand_add(hand, message, 0);
}

static void retry(struct hand_item *item, int64_t due_ms)
{
    item->state = HAND_WAITING;
    item->tries++;
    item->due_ms = due_ms;
}

static void test_messages_run_in_the_order_in_which_they_came(void **state)
{
    struct hand hand = {0};
    struct hand_item *first = add(&hand, 0, "a");
    struct hand_item *second = add(&hand, 0, "b");

    (void)state;
    assert_ptr_equal(hand_next(&hand, 0), first);
    assert_ptr_equal(hand_next(&hand, 0), second);
    assert_null(hand_next(&hand, 0));
    hand_done(&hand);
}

static void test_one_key_is_handled_one_after_another(void **state)
{
    struct hand hand = {0};
    struct hand_item *first = add(&hand, 0, "a");
    struct hand_item *behind = add(&hand, 0, "a");
    struct hand_item *other = add(&hand, 0, "b");

    (void)state;
    assert_ptr_equal(hand_next(&hand, 0), first);
    assert_ptr_equal(hand_next(&hand, 0), other);
    assert_null(hand_next(&hand, 0));
    first->state = HAND_DONE;
    assert_ptr_equal(hand_next(&hand, 0), behind);
    hand_done(&hand);
}

static void test_messages_without_a_key_have_no_order(void **state)
{
    struct hand hand = {0};

    (void)state;
    add(&hand, 0, NULL);
    add(&hand, 0, NULL);
    assert_non_null(hand_next(&hand, 0));
    assert_non_null(hand_next(&hand, 0));
    hand_done(&hand);
}

static void test_a_key_waits_for_its_message_that_is_tried_again(void **state)
{
    struct hand hand = {0};
    struct hand_item *first = add(&hand, 0, "a");

    (void)state;
    add(&hand, 0, "a");
    retry(first, 100);
    assert_null(hand_next(&hand, 99));
    assert_ptr_equal(hand_next(&hand, 100), first);
    hand_done(&hand);
}

static void test_a_waiting_message_holds_up_no_other_key(void **state)
{
    struct hand hand = {0};
    struct hand_item *first = add(&hand, 0, "a");
    struct hand_item *other = add(&hand, 0, "b");

    (void)state;
    retry(first, 100);
    assert_ptr_equal(hand_next(&hand, 1), other);
    hand_done(&hand);
}

static void test_one_that_runs_alone_waits_until_nothing_runs_and_then_holds_up_all(void **state)
{
    struct hand hand = {0};
    struct hand_item *running = add(&hand, 0, "a");
    struct hand_item *suspect = add(&hand, 0, "b");
    struct hand_item *other = add(&hand, 1, "c");

    (void)state;
    suspect->alone = true;
    running->state = HAND_RUNNING;
    assert_null(hand_next(&hand, 0));
    running->state = HAND_DONE;
    assert_ptr_equal(hand_next(&hand, 0), suspect);
    assert_null(hand_next(&hand, 0));
    suspect->state = HAND_DONE;
    assert_ptr_equal(hand_next(&hand, 0), other);
    hand_done(&hand);
}

static void test_two_that_run_alone_never_run_together(void **state)
{
    struct hand hand = {0};
    struct hand_item *first = add(&hand, 0, "a");
    struct hand_item *second = add(&hand, 0, "b");

    (void)state;
    first->alone = second->alone = true;
    assert_ptr_equal(hand_next(&hand, 0), first);
    assert_null(hand_next(&hand, 0));
    first->state = HAND_DONE;
    assert_ptr_equal(hand_next(&hand, 0), second);
    hand_done(&hand);
}

static void test_a_suspect_that_waits_for_its_next_try_holds_up_nobody(void **state)
{
    struct hand hand = {0};
    struct hand_item *suspect = add(&hand, 0, "a");
    struct hand_item *other = add(&hand, 0, "b");

    (void)state;
    suspect->alone = true;
    retry(suspect, 1000);
    assert_ptr_equal(hand_next(&hand, 0), other);
    hand_done(&hand);
}

static void test_a_frozen_hand_gives_nothing(void **state)
{
    struct hand hand = {.frozen = true};

    (void)state;
    add(&hand, 0, "a");
    assert_null(hand_next(&hand, 0));
    hand.frozen = false;
    assert_non_null(hand_next(&hand, 0));
    hand_done(&hand);
}

static void test_dropping_a_partition_takes_out_what_does_not_run(void **state)
{
    struct hand hand = {0};
    struct hand_item *running = add(&hand, 3, "a");
    struct hand_item *kept = add(&hand, 4, "c");
    struct hand_item *dropped = NULL;
    size_t count = 0;

    (void)state;
    add(&hand, 3, "b");
    retry(add(&hand, 3, "d"), 50);
    running->state = HAND_RUNNING;
    for (; (dropped = hand_drop(&hand, 0, 3)) != NULL; count++)
        hand_item_free(dropped);
    assert_int_equal(count, 2);
    assert_int_equal(hand_running(&hand, 0, 3), 1);
    assert_false(running->dropped);
    hand_disown(&hand, 0, 3);
    assert_true(running->dropped);
    assert_false(kept->dropped);
    hand_done(&hand);
}

static void test_a_partition_is_in_trouble_while_a_message_of_it_is_tried_again(void **state)
{
    struct hand hand = {0};
    struct hand_item *item = add(&hand, 3, "a");

    (void)state;
    add(&hand, 4, "b");
    assert_false(hand_troubled(&hand, 0, 3));
    retry(item, 5);
    assert_true(hand_troubled(&hand, 0, 3));
    assert_false(hand_troubled(&hand, 0, 4));
    item->state = HAND_RUNNING;
    assert_true(hand_troubled(&hand, 0, 3));
    item->state = HAND_DONE;
    assert_false(hand_troubled(&hand, 0, 3));
    hand_done(&hand);
}

static void test_the_bytes_in_hand_are_those_of_its_messages(void **state)
{
    struct hand hand = {0};
    struct hand_item *item = add(&hand, 0, "a");

    (void)state;
    add(&hand, 0, "b");
    assert_int_equal(hand.bytes, 10);
    item->state = HAND_DONE;
    hand_item_free(hand_take_done(&hand));
    assert_int_equal(hand.bytes, 5);
    assert_null(hand_take_done(&hand));
    hand_done(&hand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_run_in_the_order_in_which_they_came),
        cmocka_unit_test(test_one_key_is_handled_one_after_another),
        cmocka_unit_test(test_messages_without_a_key_have_no_order),
        cmocka_unit_test(test_a_key_waits_for_its_message_that_is_tried_again),
        cmocka_unit_test(test_a_waiting_message_holds_up_no_other_key),
        cmocka_unit_test(test_one_that_runs_alone_waits_until_nothing_runs_and_then_holds_up_all),
        cmocka_unit_test(test_two_that_run_alone_never_run_together),
        cmocka_unit_test(test_a_suspect_that_waits_for_its_next_try_holds_up_nobody),
        cmocka_unit_test(test_a_frozen_hand_gives_nothing),
        cmocka_unit_test(test_dropping_a_partition_takes_out_what_does_not_run),
        cmocka_unit_test(test_a_partition_is_in_trouble_while_a_message_of_it_is_tried_again),
        cmocka_unit_test(test_the_bytes_in_hand_are_those_of_its_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

SELECT run_test_ready($1::uuid)

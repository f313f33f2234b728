"""Starters for the servers and programs that tests across processes need.

Each takes its port from the kernel and its folder from the test, stops what it started by pid, and dies
with the test run should that be killed. Nothing here knows a scenario; scenarios stand in the tests.
"""

# shellcheck shell=sh
# The sample district.

show_sample() { :; }

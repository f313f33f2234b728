# shellcheck shell=sh
# The mail sink: takes every mail the notifier sends and keeps it as files under .local/mail.

MAILS=$STATE/mail

start_mail() {
    note "already running"
    alive mail || launch_mail
    wait_for 20 mail port_taken "$(port SMTP)"
}

launch_mail() {
    require_free SMTP
    mkdir -p "$MAILS"
    daemon mail "$PYTHON" "$HERE/mail-sink.py" --port "$(port SMTP)" --folder "$MAILS"
    note "127.0.0.1:$(port SMTP), mails in $(shown "$MAILS")"
}

stop_mail() { stop_daemon mail TERM 10; }

mail_count() { find "$MAILS" -name '*.eml' 2>/dev/null | wc -l; }

# wait_for_mail COUNT SECONDS: until there are more than COUNT mails.
wait_for_mail() {
    mail_until=$(($(millis) + $2 * 1000))
    while [ "$(mail_count)" -le "$1" ]; do
        [ "$(millis)" -lt "$mail_until" ] || return 1
        sleep 0.2
    done
}

newest_mail() { find "$MAILS" -name '*.eml' | sort | tail -n 1; }

# show_mail FILE.eml: headers that matter and the text part, as decoded by the sink.
show_mail() {
    sed 's/^/    | /' "${1%.eml}.txt"
    say "    (also as HTML: $(shown "${1%.eml}.html"))"
}

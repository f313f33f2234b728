# shellcheck shell=sh
# The sample district: what its owner and the operator would do by hand with the command line tool, said
# aloud. Every part looks at what is there already, so a second `up` only tells how things are.

OWNER_MAIL=owner@maple-county.example

in_sample() { rollcall "$@" --district "$SIS_DISTRICT"; }

# query FIELD: the value of FIELD in the first row of the JSON on standard input, empty without rows.
query() {
    "$PYTHON" -c '
import json, sys
rows = json.load(sys.stdin)
rows = rows if isinstance(rows, list) else [rows]
print(rows[0].get(sys.argv[1], "") if rows else "")' "$1"
}

sample_exists() { rollcall district show "$SIS_DISTRICT" >/dev/null 2>&1; }

# The names of the schools that the pretend SIS shows, as a list with commas.
school_names() {
    "$PYTHON" -c '
import json, sys
world = json.load(open(sys.argv[1], encoding="utf-8"))
print(", ".join(org["name"] for org in world["collections"]["orgs"] if org["type"] == "school"))' \
        "$STATE/sis/day-1.json"
}

# Made in an order in which an interruption leaves nothing that a second start would take for whole:
# the stamp at the end says that all of it is there.
create_sample() {
    if stamp_holds sample created; then
        note "present"
        return 0
    fi
    sample_exists ||
        rollcall district create "$SIS_DISTRICT" --name "Maple County Schools" \
            --time-zone America/New_York
    in_sample member list | grep -qF "$OWNER_MAIL" ||
        in_sample member add --email "$OWNER_MAIL" --role owner
    in_sample source list | grep -q 'oneroster' ||
        echo "$SIS_SECRET" | in_sample source add --name sis --url "$(sis_base_url)" --auth oauth2 \
            --token-url "$(sis_token_url)" --client-id "$SIS_CLIENT" --client-secret-stdin
    # The clock of this machine does not move with the days of the pretend SIS: zero days let a second
    # snapshot without a person complete the countdown, which takes three dates by default.
    in_sample settings set --yes archive-after-days=0 \
        students=on teachers=on staff=on administrators=on guardians=accounts \
        "schools=$(school_names)" existing-people=update \
        archive-students=archive archive-teachers=archive archive-staff=archive \
        class-lists=on class-list-terms=current class-list-grades=all
    stamp sample created
    note "Maple County Schools, owner $OWNER_MAIL"
}

last_run() { in_sample run list -o json | query run; }
last_state() { in_sample run list -o json | query state; }

# The arguments as somebody would type them.
quoted() {
    for word in "$@"; do
        case $word in
        *' '*) printf ' "%s"' "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
}

# Runs a command of the tool on screen, said before it is done.
shown_command() {
    say ""
    say "\$ deploy/local/rollcall$(quoted "$@")"
    rollcall "$@"
}

# sync_and_show: a run with its progress, its plan, the owner's approval where it waits for one, the
# counts, and the mail.
sync_and_show() {
    mails=$(mail_count)
    shown_command run start --district "$SIS_DISTRICT" --wait || :
    approve_if_held
    shown_command run show --district "$SIS_DISTRICT"
    show_new_mail
}

approve_if_held() {
    mails=${mails:-0}
    [ "$(last_state)" = "On hold" ] || return 0
    show_new_mail
    shown_command plan show --district "$SIS_DISTRICT"
    say ""
    say "The plan waits: the first sync of a source, and whatever exceeds the thresholds, is never applied"
    say "unasked. Approving is the district owner's act; here the script does it in the owner's place."
    mails=$(mail_count)
    shown_command plan approve --district "$SIS_DISTRICT" --all --yes --wait \
        --reason "a first look on a local system"
}

# The mail that came after the first `mails` ones.
show_new_mail() {
    say ""
    if wait_for_mail "$mails" 30; then
        say "The mail to the district's owner ($(shown "$(newest_mail)")):"
        show_mail "$(newest_mail)"
    else
        say "No mail arrived within 30 s; see deploy/local/logs notifier."
    fi
}

show_sample() {
    step "Sample district" "see the message above" create_sample
    if [ -z "$(last_run)" ]; then
        sync_and_show
    else
        approve_if_held
        shown_command run list --district "$SIS_DISTRICT"
    fi
    try_next
}

try_next() {
    cat <<EOF

What to try next:
  deploy/local/next-day                    the next morning: changes, leavers, newcomers, a sync
  deploy/local/rollcall run list --district $SIS_DISTRICT
  deploy/local/rollcall --help             everything the command line tool can do
  deploy/local/logs reconciler             what a program says while it works
  deploy/local/status, deploy/local/down   what runs and where; stop it all
EOF
}

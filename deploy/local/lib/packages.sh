# shellcheck shell=sh
# Debian packages: installs what packages.txt lists and this machine lacks, and nothing of the host's
# own is started, stopped or configured by it.

# missing_packages GROUP...: the names that are not installed, one a line.
missing_packages() {
    awk -v groups=" $* " '$1 != "#" && NF == 2 && index(groups, " " $1 " ") { print $2 }' \
        "$HERE/packages.txt" >"$STATE/packages.wanted"
    # shellcheck disable=SC2046 # one argument per name is meant
    dpkg-query -W -f='${db:Status-Status} ${Package}\n' $(cat "$STATE/packages.wanted") 2>/dev/null |
        awk '$1 == "installed" { print $2 }' | sort -u >"$STATE/packages.present"
    sort -u "$STATE/packages.wanted" | comm -23 - "$STATE/packages.present"
    rm -f "$STATE/packages.wanted" "$STATE/packages.present"
}

# install_packages GROUP...
install_packages() {
    wanted=$(missing_packages "$@")
    if [ -z "$wanted" ]; then
        note "all present"
        return 0
    fi
    choose_root_command "$wanted"
    shield_host_services
    trap unshield_host_services EXIT
    # postgresql-common goes first: its configuration must say "no cluster" before the server arrives.
    case " $(echo "$wanted" | tr '\n' ' ') " in
    *" postgresql-15 "*) apt_install postgresql-common && forbid_main_cluster ;;
    esac
    case " $(echo "$wanted" | tr '\n' ' ') " in
    *" postfix "*) leave_postfix_unconfigured ;;
    esac
    # shellcheck disable=SC2086 # one argument per name is meant
    apt_install $wanted
    note "$(echo "$wanted" | wc -l) installed"
}

# AS_ROOT: empty for root, sudo for others who have it.
choose_root_command() {
    AS_ROOT=
    [ "$(id -u)" -ne 0 ] || return 0
    AS_ROOT=sudo
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && return 0
    hint "ask somebody with root to run: apt-get install $(echo "$1" | tr '\n' ' ')"
    echo "Packages are missing and this user may not install them (no root, no sudo without password)."
    return 1
}

apt_get() {
    $AS_ROOT env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
        -o DPkg::Lock::Timeout=120 "$@"
}

# Installs; the package lists are only fetched when the ones at hand cannot serve (none, or too old).
apt_install() {
    if apt_get install -s --no-install-recommends "$@" >/dev/null 2>&1 &&
        apt_get install --no-install-recommends "$@"; then
        return 0
    fi
    apt_get update
    apt_get install --no-install-recommends "$@"
}

# Installing a server package would also start it. The policy file is Debian's own way to say "not now";
# it exists only while apt works, and one that the host already has is left alone.
shield_host_services() {
    shield=
    [ ! -e /usr/sbin/policy-rc.d ] || return 0
    shield=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\n# Put here by %s while it installs packages.\nexit 101\n' "$HERE/up" |
        $AS_ROOT tee "$shield" >/dev/null
    $AS_ROOT chmod 755 "$shield"
}

# Debian's postfix asks what kind of mail server the host is: none. The tests bring a configuration of their own.
leave_postfix_unconfigured() {
    echo "postfix postfix/main_mailer_type select No configuration" | $AS_ROOT debconf-set-selections
}

# Debian's server package creates a cluster `main` on port 5432 when it is first installed. Rollcall
# has its own cluster under .local, so a machine without PostgreSQL must not gain one.
forbid_main_cluster() {
    cluster_conf=/etc/postgresql-common/createcluster.conf
    [ -f "$cluster_conf" ] || return 0
    [ -e "$STATE/createcluster.conf.kept" ] || cp "$cluster_conf" "$STATE/createcluster.conf.kept"
    echo "create_main_cluster = false" | $AS_ROOT tee -a "$cluster_conf" >/dev/null
}

unshield_host_services() {
    [ -z "$shield" ] || $AS_ROOT rm -f "$shield"
    if [ -e "$STATE/createcluster.conf.kept" ]; then
        $AS_ROOT cp "$STATE/createcluster.conf.kept" /etc/postgresql-common/createcluster.conf
        rm -f "$STATE/createcluster.conf.kept"
    fi
}

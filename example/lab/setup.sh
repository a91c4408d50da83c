#!/bin/sh
# Makes a Debian or Ubuntu machine with Node and git ready for the demo, the lab, the tests and the benchmarks:
#   sh example/lab/setup.sh [build] [docker] [redis] [registry] [caddy] [unbound] [faketime] [shells] [clients]
#                                           (nothing named: all of these)
#      sh example/lab/setup.sh debootstrap      (for another version of Docker)
#      sh example/lab/setup.sh browser          (for the tests of the web page)
#      sh example/lab/setup.sh newer-clients    (for more tests of Docker's API)
# npm packages come from the lock file, always. Debian packages that are missing are named, then installed, by root only:
# without them the demo uses the Docker that is there. Whatever is in place already is left as it is.
set -eu
umask 022
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
cd "$(dirname "$0")/../.."
wanted=${*:-build docker redis registry caddy unbound faketime shells clients}

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }
wants() { case " $wanted " in *" $1 "*) ;; *) return 1 ;; esac }
has() { command -v "$1" > /dev/null 2>&1; }

# Runs a command without its output. When it fails, how that began and how it ended is shown.
quietly() {
  "$@" > .lab/setup.log 2>&1 < /dev/null && return
  { if [ "$(wc -l < .lab/setup.log)" -gt 40 ]; then sed -e '16,$d' .lab/setup.log && echo ... && tail -n 15 .lab/setup.log; else cat .lab/setup.log; fi; } >&2
  return 1
}

for part in $wanted; do
  case $part in build | docker | redis | registry | caddy | unbound | faketime | shells | clients | debootstrap | browser | newer-clients) ;; *) fail "\"$part\" is nothing to set up: build, docker, redis, registry, caddy, unbound, faketime, shells, clients, debootstrap, browser or newer-clients." ;; esac
done

mkdir -p .lab
if has flock; then
  # Of two that run at once in this folder, one waits for the other.
  exec 9< .lab
  flock -w 900 9 || fail 'another setup in this folder does not end.'
fi

node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
  2> /dev/null || fail 'Satsuma needs Node 20.19 or newer, with npm.'

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say 'installing npm packages (npm ci)'
  quietly npm ci --no-audit --no-fund 9>&- || fail 'npm ci failed, as said above: is the npm registry reachable, and the lock file that of package.json?'
  # npm keeps the time of an equal file, which would bring us here again.
  touch node_modules/.package-lock.json
fi

if wants build && { [ ! -e dist/.built ] || [ -n "$(find src schedulers web tsconfig*.json package.json -newer dist/.built | head -n 1)" ]; }; then
  say 'building (npm run build)'
  quietly npm run --silent build 9>&- || fail 'npm run build failed, as said above.'
  touch dist/.built
fi

# A busybox that needs libraries is of no use in an image that has none.
has_static_busybox() { has busybox && ! ldd "$(command -v busybox)" > /dev/null 2>&1; }

missing=''
if wants docker; then
  has dockerd || missing="$missing docker.io"
  has iptables || missing="$missing iptables"
  has ip || missing="$missing iproute2"
  has_static_busybox || missing="$missing busybox-static"
fi
if wants redis; then has redis-server || missing="$missing redis-server"; fi
if wants caddy; then has caddy || missing="$missing caddy"; fi
if wants unbound; then has unbound || missing="$missing unbound"; fi
if wants faketime; then has faketime || missing="$missing faketime"; fi
# For the tests of completion.
if wants shells; then
  has zsh || missing="$missing zsh"
  has fish || missing="$missing fish"
fi
# Other clients of Docker's API, for the tests of its door.
if wants clients; then
  has docker-compose || missing="$missing docker-compose"
  /usr/bin/python3 -c 'import docker' 2> /dev/null || missing="$missing python3-docker"
fi
if wants newer-clients; then sh example/lab/newer-clients.sh 9>&- || say 'newer clients cannot be had: their tests will be skipped'; fi
if wants browser; then has chromium || missing="$missing chromium"; fi
if wants debootstrap; then has debootstrap || missing="$missing debootstrap"; fi
if wants registry; then has docker-registry || missing="$missing docker-registry"; fi

[ -n "$missing" ] || exit 0
[ "$(id -u)" = 0 ] || exit 0
if ! has apt-get; then
  say "please install what Debian calls:$missing."
  exit 0
fi

# One at a time on this machine, and no file of ours is needed for it.
if has flock; then
  exec 8< /var/lib/dpkg
  flock -w 900 8 || fail 'another setup on this machine does not end.'
fi

# What is installed here is started by hand when it is needed: no service starts now, nor with the machine.
policy=/usr/sbin/policy-rc.d
mark='# made by the setup of satsuma'
if [ ! -e "$policy" ] || grep -q "^$mark" "$policy"; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" > "$policy"
  chmod 755 "$policy"
fi

apt() { DEBIAN_FRONTEND=noninteractive quietly apt-get -o DPkg::Lock::Timeout=300 "$@" 8>&- 9>&-; }
# shellcheck disable=SC2086 # a list of names
install() { apt install -y --no-install-recommends $missing; }
# shellcheck disable=SC2086
are_known() { apt-cache show $missing > /dev/null 2>&1; }

# Which units start with the machine, as links in folders such as multi-user.target.wants.
enabled_units() { find /etc/systemd/system -path '*.wants/*' -type l 2> /dev/null; }
enabled_before="|$(enabled_units | tr '\n' '|')"

say "installing Debian packages:$missing"
are_known || apt update || fail 'apt-get update failed: are the Debian mirrors reachable?'
# A list of packages may be older than what the mirror still has.
install || { say 'once more with new package lists'; apt update && install; } || fail "apt-get could not install$missing."

if has systemctl; then
  enabled_units | while read -r unit; do
    case $enabled_before in *"|$unit|"*) ;; *) systemctl --quiet disable "${unit##*/}" > /dev/null 2>&1 || true ;; esac
  done
fi

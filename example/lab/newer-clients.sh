#!/bin/sh
# Clients of Docker's API that this Debian has not, in .lab/.clients, for the tests of the Docker door: Compose 2, buildx and `docker` of Debian trixie,
# and testcontainers of npm. Nothing is installed on the machine. What cannot be had is named, and its tests are skipped.
set -eu
umask 022
cd "$(dirname "$0")/../.."
say() { echo "setup: $*" >&2; }
folder=$PWD/.lab/.clients
keys=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$folder"

# apt with package lists of its own: what the machine installs stays as it is.
# shellcheck disable=SC2086 # a list of names
trixie() {
  apt-get -q -o Dir::Etc::sourcelist="$1/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$1" -o Dir::State::status="$1/status" \
    -o Dir::Cache="$1" -o APT::Sandbox::User=root -o Acquire::Retries=1 -o Acquire::http::Timeout=20 "$2" $3
}

fetch_trixie() (
  apt=$folder/apt
  rm -rf "$apt" && mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/debs"
  trap 'rm -rf "$apt"' EXIT
  : > "$apt/status"
  echo "deb [signed-by=$keys] http://deb.debian.org/debian trixie main" > "$apt/sources.list"
  trixie "$apt" update '' && cd "$apt/debs" && trixie "$apt" download 'docker-compose docker-buildx docker-cli' || return 1
  for deb in *.deb; do dpkg -x "$deb" "$apt/root"; done
  mv "$apt/root/usr/bin/docker" "$apt/root/usr/libexec/docker/cli-plugins/docker-buildx" "$folder/"
  # The last one, as what is looked for.
  mv "$apt/root/usr/libexec/docker/cli-plugins/docker-compose" "$folder/"
)

if [ ! -e "$folder/docker-compose" ] && [ -e "$keys" ] && command -v apt-get > /dev/null; then
  say 'fetching Compose 2, buildx and docker of Debian trixie'
  fetch_trixie > "$folder/trixie.log" 2>&1 < /dev/null || say "they cannot be fetched, see $folder/trixie.log: their tests will be skipped"
fi

if ! cmp -s example/lab/clients/package-lock.json "$folder/node_modules/package-lock.json"; then
  say 'fetching testcontainers'
  cp example/lab/clients/package.json example/lab/clients/package-lock.json "$folder/"
  if (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000) > "$folder/npm.log" 2>&1 < /dev/null; then
    cp example/lab/clients/package-lock.json "$folder/node_modules/"
  else
    say "it cannot be fetched, see $folder/npm.log: its test will be skipped"
  fi
fi

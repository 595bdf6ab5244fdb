#!/bin/sh
# Fetches the Unicode database of another suite of Debian, from the archive
# that this machine's apt uses, without touching what is installed:
#     newer.sh [SUITE [DIRECTORY]]     sid, build
# The last line of the output is its directory, such as build/ucd-17.0.0, for
#     make tables check-tables check-unicode UCD=build/ucd-17.0.0
set -eu

suite=${1:-sid} build=${2:-build}

give_up() {
    echo "cannot fetch the Unicode database of $suite: $*" >&2
    exit 1
}

command -v apt-get >/dev/null || give_up 'there is no apt-get here'
command -v dpkg-deb >/dev/null || give_up 'there is no dpkg-deb here'
# shellcheck disable=SC2016
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 2>/dev/null | head -n 1)
[ -n "$archive" ] || give_up 'apt has no lists of Debian (apt-get update)'

apt=$(mkdir -p "$build/apt" && cd "$build/apt" && pwd)
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
: >"$apt/status"
echo "deb $archive $suite main" >"$apt/sources.list"

# With separate lists, cache and state. $1: the command.
private_apt() {
    apt-get -q -o Dir::Etc::SourceList="$apt/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$apt" \
        -o Dir::State::Status="$apt/status" -o Dir::Cache="$apt/cache" \
        -o APT::Sandbox::User=root "$@" >&2
}

private_apt update || give_up "no such suite in $archive, or no network"
rm -f "$apt"/*.deb
(cd "$apt" && private_apt download unicode-data) ||
    give_up 'it has no package unicode-data'
rm -rf "$apt/files"
dpkg-deb -x "$apt"/unicode-data_*.deb "$apt/files"

ucd=$apt/files/usr/share/unicode
version=$(sed -n '1s/^# PropList-\([0-9.]*\)\.txt.*/\1/p' "$ucd/PropList.txt")
[ -n "$version" ] || give_up 'its PropList.txt names no version'
rm -rf "$build/ucd-$version"
mv "$ucd" "$build/ucd-$version"
echo "$build/ucd-$version"

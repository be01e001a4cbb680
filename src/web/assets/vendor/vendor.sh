#!/bin/sh
# For maintainers: fetches what vendor.lock names from npm, verifies it and puts it here. Building needs none of this.
#
#   vendor.sh            fetch and compare: htmx.js, licences, every icon of the sprite
#   vendor.sh ICON..     the same, and add icons to the sprite
#
# To change a version: edit `version` and `integrity` (npm view NAME@VERSION dist.integrity) in vendor.lock, run this, and
# write the sums it prints into the lock.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

field() { # field PACKAGE KEY
    awk -v package="$1" -v key="$2" -F' = ' '
        $1 == "name" { here = ($2 == "\"" package "\"") }
        here && $1 == key { gsub(/"/, "", $2); print $2; exit }' vendor.lock
}

fetch() { # fetch PACKAGE: unpacks it into $work/PACKAGE
    version=$(field "$1" version)
    (cd "$work" && npm pack --silent "$1@$version" >/dev/null)
    tarball="$work/$1-$version.tgz"
    sum="sha512-$(openssl dgst -sha512 -binary "$tarball" | base64 -w0)"
    [ "$sum" = "$(field "$1" integrity)" ] || { echo "$1@$version is not what the lock says: $sum" >&2; exit 1; }
    mkdir "$work/$1"
    tar -xzf "$tarball" -C "$work/$1" --strip-components=1
}

fetch htmx.org
cp "$work/htmx.org/$(field htmx.org from)" htmx.js
cp "$work/htmx.org/LICENSE" htmx.LICENSE

fetch lucide-static
cp "$work/lucide-static/LICENSE" lucide.LICENSE
{
    sed -n 1p ../icons.svg
    { grep -o 'symbol id="[a-z0-9-]*"' ../icons.svg | cut -d'"' -f2; printf '%s\n' "$@"; } | awk 'NF && !seen[$0]++' |
        while read -r icon; do
            printf '<symbol id="%s" viewBox="0 0 24 24">' "$icon"
            sed -e '/<!--/d' -e '/<svg/,/>/d' -e '/<\/svg>/d' -e 's/^ *//' -e 's| />|/>|' "$work/lucide-static/icons/$icon.svg" | tr -d '\n'
            echo '</symbol>'
        done
    echo '</svg>'
} >"$work/icons.svg"
cp "$work/icons.svg" ../icons.svg

sha256sum htmx.js ../icons.svg

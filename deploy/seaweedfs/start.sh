#!/bin/sh
# SeaweedFS on one machine: only its S3 door is reachable from other containers, since the
# filer behind it asks for no key; the two buckets are made once it answers.
# Usage: start.sh S3_CONFIG DATA_FOLDER PUBLISHED_BUCKET PRIVATE_BUCKET
set -eu
config=$1 data=$2 published=$3 private=$4

make_buckets() {
    tries=60
    while [ "$tries" -gt 0 ]; do
        tries=$((tries - 1))
        sleep 1
        have=$(echo s3.bucket.list | timeout 10 weed shell -master=127.0.0.1:9333 2>/dev/null) || continue
        have=$(echo "$have" | awk '{ print $1 }')
        missing=
        for bucket in "$published" "$private"; do
            echo "$have" | grep -qxF -- "$bucket" && continue
            missing=yes
            echo "s3.bucket.create -name $bucket" |
                timeout 10 weed shell -master=127.0.0.1:9333 >/dev/null 2>&1 || true
        done
        [ -n "$missing" ] || return 0
    done
    echo "start.sh: the buckets $published and $private could not be made" >&2
}

make_buckets &
exec weed server -dir="$data" -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false \
    -master.volumeSizeLimitMB=1024 -volume.max=0 -filer \
    -s3 -s3.ip.bind="${S3_BIND:-0.0.0.0}" -s3.port="${S3_PORT:-8333}" -s3.config="$config" \
    -s3.port.iceberg=0 -s3.port.lance=0

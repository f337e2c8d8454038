#!/bin/sh
# Starts sandboxd. On Cloudflare HTTPS leaves through Loom's own Worker, which answers with certificates of a CA that is made when
# the container starts; programs in here must believe it before any of them runs.
set -eu
ca=/etc/cloudflare/certs/cloudflare-containers-ca.crt
if [ -s "$ca" ]; then
  cat "$ca" >> /etc/ssl/certs/ca-certificates.crt
  ln -sf "$ca" "/etc/ssl/certs/$(openssl x509 -noout -hash -in "$ca").0"
fi
exec /opt/sandboxd/node /opt/sandboxd/sandboxd.mjs

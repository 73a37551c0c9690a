#!/usr/bin/env bash
# Requests to the three services from within the cluster, each on a new connection, from several
# workers, until the file STOP exists. Prints every request that is lost, and at the end how many
# were sent and how many were lost. Lost is everything but a response of class 2xx.
#
# It needs nothing but bash, as it runs in the image of MongoDB.
#
#   load.sh STOP WORKERS USER PRODUCT ORDER
#
# The addresses of the services, as HOST/PORT, come from USERS, PRODUCTS and ORDERS.
set -u
stop=$1 workers=$2 user=$3 product=$4 order=$5
USERS=${USERS:-user-service.product-order-system/3001}
PRODUCTS=${PRODUCTS:-product-service.product-order-system/3002}
ORDERS=${ORDERS:-order-service.product-order-system/3003}

respond() { # method, path, body; the connection is descriptor 3
  printf '%s %s HTTP/1.1\r\nhost: load\r\nconnection: close\r\n' "$1" "$2" >&3
  printf 'content-type: application/json\r\ncontent-length: %d\r\n\r\n%s' "${#3}" "$3" >&3
  IFS= read -r -t 15 line <&3
}

request() { # address, method, path, body
  local line='no connection'
  { line='no response' && respond "$2" "$3" "${4-}"; } 3<>"/dev/tcp/$1"
  sent=$((sent + 1))
  [[ $line == 'HTTP/1.1 2'* ]] && return
  lost=$((lost + 1))
  printf '%(%T)T lost: %s %s %s: %s\n' -1 "$1" "$2" "$3" "$line"
}

work() {
  local sent=0 lost=0
  while [[ ! -e $stop ]]; do
    request "$USERS" GET "/users/$user"
    request "$PRODUCTS" GET "/products/$product"
    request "$ORDERS" GET "/orders/$order"
    request "$ORDERS" POST /orders \
      "{\"userId\":\"$user\",\"items\":[{\"productId\":\"$product\",\"quantity\":1}]}"
  done
  echo "worker: $sent sent, $lost lost"
}

for ((worker = 0; worker < workers; worker++)); do work 2>/dev/null & done
wait

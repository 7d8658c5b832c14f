# port.bash - where the servers of tests listen.

# free_port [HOW-MANY]: prints the first of that many ports in a row that nobody listens at; below those that the system gives to clients
free_port() {
  local port
  while :; do
    port=$((10000 + RANDOM % 20000))
    [ -n "$(ss -ltnH "sport >= :$port and sport < :$((port + ${1:-1}))")" ] || break
  done
  echo $port
}

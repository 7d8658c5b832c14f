# import.bash - a file handed in, and brought in.

# as Chrome writes it: two entries
CHROME='name,url,username,password,note
Bank,https://bank.example/login,maren,Pa55-wörd;"1",two
Mail,https://mail.example,maren,secret2,'

# staged TEXT: hands a text in; sets import (its id) and next
staged() {
  cgi POST /import "$(jq -n --arg t "$1" '{text: $t}')"
  assert_status 200
  import=$(jq -r .id <<<"$body")
  next=$(jq -r .next <<<"$body")
}

# imported TEXT [CHOICES]: all of it
imported() {
  staged "$1"
  cgi POST /import/preview "id=$import${2:+&$2}"
  assert_status 200
  assert_json .state 'done'
}

# import-files: what a file may hold: the columns of other programs, JSON, times, twice the same, what is wrong with a line, limits.

setup_file() {
  load helpers/begin
  vs_people alice
}

setup() {
  load helpers/begin
  load helpers/import
  begin_as alice
}

@test "files of other programs are known by their columns" {
  local f
  for f in 'folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp
Work,1,login,Bank,n,,0,https://b.example,u,p,JBSWY3DPEHPK3PXP' \
    '"url","username","password","httpRealm","formActionOrigin","guid","timeCreated","timeLastUsed","timePasswordChanged"
"https://b.example","u","p","","https://b.example","{1}","1600000000000","1600000000000","1600000000000"' \
    '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"
"Root/Work","Bank","u","p","https://b.example","n","","0","2021-01-01T00:00:00Z","2020-01-01T00:00:00Z"' \
    'Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes
Bank,https://b.example,u,p,,false,false,Work,n' \
    'url,username,password,totp,extra,name,grouping,fav
https://b.example,u,p,,n,Bank,Work,0'; do
    staged "$f"
    assert_equal "$next" /import/preview
    cgi GET "/import/preview?id=$import"
    assert_json .fresh.count 1
    assert_json '.fresh.rows[0].username' u
  done
  imported "$(printf '\xef\xbb\xbffolder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\r\nWork,1,login,Bank,n,,0,https://b.example,u,p,jbsw y3dp ehpk 3pxp\r\nWork,,login,Odd,n,,0,,u,p,steam://abc\r\n')"
  cgi GET /api/entries
  assert_json .total 2
  cgi GET "/api/entries/$(jq -r '.entries[0].id' <<<"$body")"
  assert_equal "$(jq -r '[.favorite,.tags[0],.totp]|map(tostring)|join("|")' <<<"$body")" 'true|Work|JBSWY3DPEHPK3PXP'
  cgi GET '/api/entries?q=steam'
  assert_json .total 1
}

@test "Bitwarden's JSON keeps folders, fields and further addresses; cards are named as not kept" {
  imported '{"encrypted":false,"folders":[{"id":"f1","name":"Work"}],"items":[
    {"type":1,"name":"Bank","folderId":"f1","notes":"n","favorite":true,"creationDate":"2020-01-02T03:04:05.000Z","revisionDate":"2021-01-02T03:04:05.678Z",
     "login":{"uris":[{"uri":"https://b.example"},{"uri":"https://c.example"}],"username":"u","password":"p","totp":null},"fields":[{"name":"PIN","value":"1234","type":0}]},
    {"type":3,"name":"Visa","card":{}},{"type":2,"name":"Note","notes":"only this"}]}'
  assert_json .created 2
  assert_json .unreadable 1
  cgi GET '/api/entries?q=bank'
  cgi GET "/api/entries/$(jq -r '.entries[0].id' <<<"$body")"
  assert_equal "$(jq -r '[.tags[0],.notes,.created,.updated,.favorite]|map(tostring)|join("|")' <<<"$body")" \
    'Work|n
Web address: https://c.example
PIN: 1234|2020-01-02T03:04:05Z|2021-01-02T03:04:05Z|true'
}

@test "columns that do not say what they hold are asked for; cells are dotted" {
  staged 'Wo;Wer;Geheim
bank.example;maren;pw-one
mail.example;maren;pw-two'
  assert_equal "$next" /import/map
  cgi GET "/import/preview?id=$import"
  assert_status 404
  page GET "/import/map?id=$import"
  assert_status 200
  assert_regex "$body" 'Geheim'
  refute_regex "$body" 'pw-one'
  page POST /import/map "id=$import&columns=on&c1=username&c2=username&c3=password"
  assert_status 422
  assert_regex "$body" 'No column holds the site'
  page POST /import/map "id=$import&columns=on&c1=url&c2=username&c3=password"
  assert_status 303
  cgi POST /import/preview "id=$import"
  assert_json .created 2
  cgi GET '/api/entries?q=bank'
  assert_json '.entries[0].site' bank.example
}

@test "times of a file count where they can be; others are those of the import" {
  local now times
  imported 'site,password,created,updated,password_changed
a,p,2020-01-02 03:04:05,2021-01-02T03:04:05Z,1609556645
b,p,1609556645000,2020-01-02T03:04:05Z,
c,p,2999-01-01T00:00:00Z,not a time,2020-13
d,p,2020-1-2T03:04:05Z,2020-01-02X03:04:05,99999999999999999
e,p,2020-01-02T03:0a:05Z,2020-01-02T03.04:05Z,12'
  now=$(date -u +%Y)
  times=$(for id in $(cgi GET '/api/entries?sort=site' 2>/dev/null; jq -r '.entries[].id' <<<"$body"); do
    cgi GET "/api/entries/$id" 2>/dev/null
    jq -r '[.site,.created,.updated,.password_changed]|map(.[0:10])|join(" ")' <<<"$body"
  done)
  assert_equal "$(head -1 <<<"$times")" 'a 2020-01-02 2021-01-02 2021-01-02'
  # created after it was changed: no
  assert_equal "$(sed -n 2p <<<"$times")" 'b 2020-01-02 2020-01-02 2020-01-02'
  assert_equal "$(sed 1,2d <<<"$times" | cut -d' ' -f2- | tr ' ' '\n' | cut -c1-4 | sort -u)" "$now"
}

@test "what stands in a file twice is written once" {
  imported 'site,username,password
a,u,p
a,u,p
a,u,q'
  assert_json .created 2
  assert_json .same 1
}

@test "one bad line never spoils the others, and each says why" {
  staged "site,url,username,password,notes,tags
good,,a,b,,
,,a,b,,
$(printf '%0257d' 0),,a,b,,
two,,\"a
b\",c,,
many,,a,b,,,,,,
alsogood,,a,b,\"x
y\",\"one,two\"
open,,a,\"b,,"
  cgi GET "/import/preview?id=$import"
  assert_json .fresh.count 2
  assert_equal "$(jq -r '[.unreadable.rows[].line]|map(tostring)|join(" ")' <<<"$body")" '3 4 5 7 10'
  # nothing of such a line is shown: it may be a password in the wrong place
  assert_equal "$(jq -r '[.unreadable.rows[]|.site,.username]|join("")' <<<"$body")" ''
  assert_regex "$body" 'Site can hold 256 characters; this has 257'
  assert_regex "$body" 'neither a site nor a web address'
  assert_regex "$body" 'User name holds a character'
  assert_regex "$body" 'more cells than the first line'
  assert_regex "$body" 'never closed'
  cgi POST /import/preview "id=$import"
  assert_json .created 2
  assert_json .unreadable 5
}

@test "what cannot be read at all is said, field by field" {
  names_field POST /import '{"text":""}' file missing
  names_field POST /import '{"text":"  \n"}' file missing
  names_field POST /import '{"text":"{\"a\":1}"}' file wrong
  names_field POST /import '{"text":"{\"a\":"}' file wrong
  names_field POST /import '{"text":"{\"encrypted\":true,\"items\":[]}"}' file different
  names_field POST /import '{"text":"a","file":"b"}' text different
}

@test "the limits of a file: rows, cells, characters, each said; what is beyond is left out" {
  local long many
  long=$(printf '%0301d' 0)
  many=$(printf 'x,%.0s' {1..70})
  staged "site,url,username,password,notes,tags,totp
a,http://sn,u,p,note,,
,ftp://$long,u,p,,,
a,,u,p,,$(printf '%060d' 0),
a,,u,p,,$(seq -s, 1 60 | sed 's/^/\"/;s/$/\"/'),
a,,u,$(printf '%01100d' 0),,,
$many
a,,u,p,,\"x	y\",
b,,u,p,\"l1
l2\",\" one , two,,one\",$(printf '%01100d' 0)
c,https://c.example/x,u,,,,otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=60"
  cgi GET "/import/preview?id=$import"
  assert_regex "$body" 'neither a site nor a web address'
  assert_regex "$body" 'Tags can hold 50 characters; this has 60'
  assert_regex "$body" 'more than 50 tags'
  assert_regex "$body" 'Password can hold 1024 characters; this has 1100'
  assert_regex "$body" 'more cells than the first line'
  assert_regex "$body" 'Tags holds a character that cannot be kept'
  assert_json .fresh.count 3
  cgi POST /import/preview "id=$import"
  cgi GET '/api/entries?q=b'
  cgi GET "/api/entries/$(jq -r '.entries[]|select(.site=="b")|.id' <<<"$body")"
  assert_equal "$(jq -c .tags <<<"$body")" '["one","two"]'
  assert_regex "$(jq -r .notes <<<"$body")" '^l1
l2
One-time code key: 0+$'
  # without a row of names: what looks like an address cannot be one
  staged 'bank.example,maren,pw1
mail.example,maren,pw2'
  page GET "/import/map?id=$import"
  assert_regex "$body" '>1<'
  cgi POST /import/map "id=$import&c1=site&c2=username&c3=password"
  cgi POST /import/preview "id=$import"
  assert_json .created 2
}

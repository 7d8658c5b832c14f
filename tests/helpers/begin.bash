# begin.bash - what the tests of a route begin with: requests (cgi.bash), people (account.bash), what every route refuses (refusals.bash).
#
#   setup_file() { load helpers/begin; vs_people alice bob; }
#   setup() { load helpers/begin; begin_as alice; }

# shellcheck disable=SC1091 # beside this file
source "$(dirname "${BASH_SOURCE[0]}")/cgi.bash"
load_from account.bash
load_from refusals.bash

# begin_as NAME: for setup: the installation of setup_file, copied for this test alone, and this one of its people signed in
begin_as() {
  vs_copy "$VS_FIXTURE"
  person "$1"
}

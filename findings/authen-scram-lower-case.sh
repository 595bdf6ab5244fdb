#!/bin/sh
# Authen::SCRAM (Perl) writes a comma and an equals sign in a user name as =2c
# and =3d, and decodes these alone. RFC 5802 section 5.1 has =2C and =3D and no
# others: a server has to fail for the rest.
#
# Guess: hexadecimal digits are written in capitals, as the RFC does, and read
# in both cases.
# Seen: its client cannot log in as "a,b=c": Prosody calls the message
# malformed, libgsasl takes the digits for a part of the name, which is the name
# of nobody. Its server takes what all others send for such a name too. Names
# without these two characters work, so tests pass.
. "$(dirname "$0")/common.inc"
need perl lua5.4 python3
debian libauthen-scram-perl=0.011-2 libauthen-sasl-saslprep-perl=1.100-4 \
    prosody=0.12.3-1+deb12u1 libgsasl18=2.2.0-1+deb12u2

cat >"$work/client.pl" <<'PERL'
use Authen::SCRAM::Client;
my $client = Authen::SCRAM::Client->new(username => $ARGV[0],
                                        password => 'secret');
print $client->first_msg =~ s/,r=.*//r, "\n";
PERL
cat >"$work/server.pl" <<'PERL'
use Authen::SCRAM::Server;
my $server = Authen::SCRAM::Server->new(credential_cb => sub {
    print "user [$_[0]]\n";
    exit;
});
$server->first_msg("$ARGV[0],r=nonce");
PERL
perl5() {
    PERL5LIB=$root/usr/share/perl5:$(find "$root/usr/lib" -type d \
        -path '*/perl5/5.*' -prune | tr '\n' :) perl "$@"
}
cat >"$work/server.lua" <<'LUA'
local server = require 'util.sasl'.new('x.example', {
    scram_sha_1 = function(_, user)
        print('user [' .. user .. ']')
        os.exit()
    end
})
server:select('SCRAM-SHA-1')
local _, condition, text = server:process(arg[1] .. ',r=nonce')
print(condition, text)
LUA
prosody() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/server.lua" \
        "$1" 2>/dev/null | tr '\t' ' '
}
cat >"$work/server.py" <<'PYTHON'
import base64, ctypes, sys

lib = ctypes.CDLL('libgsasl.so.18')
P, S = ctypes.c_void_p, ctypes.c_char_p
lib.gsasl_server_start.argtypes = [P, S, P]
lib.gsasl_step64.argtypes = [P, S, P]
lib.gsasl_property_set.argtypes = [P, ctypes.c_int, S]
lib.gsasl_property_fast.argtypes = [P, ctypes.c_int]
lib.gsasl_property_fast.restype = S
AUTHID, PASSWORD = 1, 3
context, session, out = P(), P(), P()
lib.gsasl_init(ctypes.byref(context))
lib.gsasl_server_start(context, b'SCRAM-SHA-1', ctypes.byref(session))
lib.gsasl_property_set(session, PASSWORD, b'secret')
lib.gsasl_step64(session, base64.b64encode((sys.argv[1] + ',r=nonce').encode()),
                 ctypes.byref(out))
print('user [%s]' % lib.gsasl_property_fast(session, AUTHID).decode())
PYTHON
gsasl() {
    LD_LIBRARY_PATH=$(dirname "$(find "$root" -name 'libgsasl.so.18')") \
        python3 "$work/server.py" "$1"
}

seen 'Authen::SCRAM as "a,b=c"' 'n,,n=a=2cb=3dc' \
    "$(perl5 "$work/client.pl" a,b=c)"
seen 'to Prosody' 'malformed-request Invalid username.' \
    "$(prosody n,,n=a=2cb=3dc)"
seen 'to libgsasl' 'user [a=2cb=3dc]' "$(gsasl n,,n=a=2cb=3dc)"
seen 'n=a=2Cb=3Dc to Prosody' 'user [a,b=c]' "$(prosody n,,n=a=2Cb=3Dc)"
seen 'to libgsasl' 'user [a,b=c]' "$(gsasl n,,n=a=2Cb=3Dc)"
seen 'to Authen::SCRAM' 'user [a=2Cb=3Dc]' \
    "$(perl5 "$work/server.pl" n,,n=a=2Cb=3Dc)"
finish

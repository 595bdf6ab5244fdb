#!/bin/sh
# gsasl_client_suggest_mechanism of libgsasl picks a mechanism from the server's
# list. It knows nothing of what the application can give.
#
# Guess: it picks the strongest that can be started: without data of the TLS
# channel no -PLUS, with a name and a password a mechanism for these.
# Seen: it is SCRAM-SHA-256-PLUS wherever that is offered, also without TLS,
# and the first step then fails for want of data; it does not go on to the
# next, which would do. SAML20 and GSSAPI, for which a password is of no use,
# come before SCRAM and PLAIN; EXTERNAL does not.
. "$(dirname "$0")/common.inc"
need python3
debian libgsasl18=2.2.0-1+deb12u2

cat >"$work/suggest.py" <<'PYTHON'
import ctypes, sys

lib = ctypes.CDLL('libgsasl.so.18')
P, S = ctypes.c_void_p, ctypes.c_char_p
lib.gsasl_client_suggest_mechanism.argtypes = [P, S]
lib.gsasl_client_suggest_mechanism.restype = S
lib.gsasl_client_start.argtypes = [P, S, P]
lib.gsasl_step64.argtypes = [P, S, P]
lib.gsasl_property_set.argtypes = [P, ctypes.c_int, S]
lib.gsasl_strerror_name.restype = S
AUTHID, PASSWORD = 1, 3
context, session, out = P(), P(), P()
lib.gsasl_init(ctypes.byref(context))
name = lib.gsasl_client_suggest_mechanism(context, sys.argv[1].encode())
lib.gsasl_client_start(context, name, ctypes.byref(session))
lib.gsasl_property_set(session, AUTHID, b'jane')
lib.gsasl_property_set(session, PASSWORD, b'secret')
result = lib.gsasl_step64(session, None, ctypes.byref(out))
print(name.decode(), lib.gsasl_strerror_name(result).decode())
PYTHON
suggested() {
    LD_LIBRARY_PATH=$(dirname "$(find "$root" -name 'libgsasl.so.18')") \
        python3 "$work/suggest.py" "$1" 2>&1 || true
}

seen 'SCRAM-SHA-256 SCRAM-SHA-1 PLAIN' 'SCRAM-SHA-256 GSASL_NEEDS_MORE' \
    "$(suggested 'SCRAM-SHA-256 SCRAM-SHA-1 PLAIN')"
seen 'SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN' \
    'SCRAM-SHA-256-PLUS GSASL_NO_CB_TLS_EXPORTER' \
    "$(suggested 'SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN')"
seen 'SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN' \
    'SCRAM-SHA-1-PLUS GSASL_NO_CB_TLS_EXPORTER' \
    "$(suggested 'SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN')"
seen 'SAML20 PLAIN' 'SAML20 GSASL_NO_SAML20_IDP_IDENTIFIER' \
    "$(suggested 'SAML20 PLAIN')"
seen 'SAML20 SCRAM-SHA-1' 'SAML20 GSASL_NO_SAML20_IDP_IDENTIFIER' \
    "$(suggested 'SAML20 SCRAM-SHA-1')"
seen 'GSSAPI SCRAM-SHA-1' 'GSSAPI GSASL_NO_SERVICE' \
    "$(suggested 'GSSAPI SCRAM-SHA-1')"
seen 'EXTERNAL PLAIN' 'PLAIN GSASL_OK' "$(suggested 'EXTERNAL PLAIN')"
finish

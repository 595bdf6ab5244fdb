#!/bin/sh
# Errors of Net::XMPP (Perl; notification scripts, bots) are those of before
# 2004 alone (XEP-0086): a number and a text.
#
# Guess: with stanzas of RFC 6120 it gives the text at least, or a number made
# of the condition, and others make something of its own.
# Seen: of an error with a condition and <text/> it gives an empty code and an
# empty text, so that a script that tests the code takes it for no error. Of
# what it writes ejabberd's xmpp can decode nothing, not even the stanza around
# it, slixmpp has no condition, no type and no text, and stanza a condition,
# but not the text.
. "$(dirname "$0")/common.inc"
need perl python3 escript
debian libnet-xmpp-perl=1.05-2 libxml-stream-perl=1.24-4+deb12u1 \
    python3-slixmpp=1.8.3-1 erlang-p1-xmpp=1.6.1-1
npm_packages stanza@12.22.1

perl5() {
    PERL5LIB=$root/usr/share/perl5:$(find "$root/usr/lib" -type d \
        -path '*/perl5/5.*' -prune | tr '\n' :) perl "$@" 2>/dev/null
}
cat >"$work/read.pl" <<'PERL'
use Net::XMPP;
my $iq = Net::XMPP::IQ->new(XML::Stream::Parser->new(style => 'node')
                            ->parse($ARGV[0]));
print 'code [', $iq->GetErrorCode, '] text [', $iq->GetError, "]\n";
PERL
cat >"$work/write.pl" <<'PERL'
use Net::XMPP;
my $iq = Net::XMPP::IQ->new;
$iq->SetIQ(type => 'error', id => 1, errorcode => 404, error => 'Not here');
print $iq->GetXML =~ s/<iq/<iq xmlns='jabber:client'/r, "\n";
PERL
cat >"$work/error.py" <<'PYTHON'
import sys
from xml.etree import ElementTree
from slixmpp import Iq
error = Iq(xml=ElementTree.fromstring(sys.argv[1]))['error']
print('condition [%(condition)s] type [%(type)s] text [%(text)s]' % error)
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/error.py" "$1" 2>/dev/null
}
cat >"$work/error" <<'ERLANG'
#!/usr/bin/env escript
main([Root, Text]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    {ok, _} = application:ensure_all_started(xmpp),
    try xmpp:decode(fxml_stream:parse_element(list_to_binary(Text))) of
        Iq -> io:format("~p~n", [Iq])
    catch error:{xmpp_codec, Why} ->
        io:format("~s~n", [xmpp:format_error(Why)])
    end.
ERLANG
ejabberd() { escript "$work/error" "$root/usr/lib/erlang/lib" "$1"; }
cat >"$work/error.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
console.log(JSON.stringify(codec.import(parse(process.argv[2])).error));
JS
stanza() { (cd "$work" && node error.cjs "$1"); }

errors="xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
seen 'Net::XMPP reads an error with a condition as' 'code [] text []' \
    "$(perl5 "$work/read.pl" "<iq type='error' id='1'><error type='cancel'
    ><item-not-found $errors/><text $errors>Not here</text></error></iq>")"
written=$(perl5 "$work/write.pl")
seen 'and writes' "<iq xmlns='jabber:client' id='1' type='error'><error code='404'>Not here</error></iq>" \
    "$written"
seen 'ejabberd reads this as' "Missing attribute 'type' in tag <error/> qualified by namespace 'jabber:client'" \
    "$(ejabberd "$written")"
seen 'slixmpp' 'condition [] type [] text []' "$(slixmpp "$written")"
seen 'stanza' '{"condition":"undefined-condition"}' "$(stanza "$written")"
finish

#!/bin/sh
# XML::Stream (Perl; below Net::XMPP and Net::Jabber) has a parser of its own
# that decodes the five predefined entities and no numeric reference, and that
# takes a line feed behind an element's name for a part of the name.
#
# Guess: a library that opens streams with every server reads "&#233;" and a
# tag over two lines.
# Seen: the application gets the six bytes "&#233;", and an element named
# "message", line feed, "to='a'", without any attribute.
. "$(dirname "$0")/common.inc"
need perl
debian libxml-stream-perl=1.24-4+deb12u1

cat >"$work/read.pl" <<'PERL'
use XML::Stream::Parser;
my $parser = XML::Stream::Parser->new(nonblocking => 1, style => 'none');
$parser->setHandlers(
    startDocument => sub { }, endDocument => sub { }, endElement => sub { },
    startElement => sub {
        my ($self, $name, %attributes) = @_;
        print "<$name>";
        print " $_=[$attributes{$_}]" for sort keys %attributes;
        print "\n";
    },
    characters => sub { print "text [$_[1]]\n" });
$parser->parse($ARGV[0]);
PERL
xml_stream() { perl -I "$root/usr/share/perl5" "$work/read.pl" "$1"; }

seen '<a b="R&amp;D">R&amp;D</a>' '<a> b=[R&D]
text [R&D]' "$(xml_stream '<a b="R&amp;D">R&amp;D</a>')"
seen '<a b="&#233;">&#233;</a>' '<a> b=[&#233;]
text [&#233;]' "$(xml_stream '<a b="&#233;">&#233;</a>')"
seen 'a tag over two lines' "<message
to='a'
>" "$(xml_stream "<message
to='a'
/>")"
finish

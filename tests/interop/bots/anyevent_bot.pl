# usage: anyevent_bot.pl HOST PORT JID     (password in $XMPP_PASSWORD)
#
# A client made with AnyEvent::XMPP that takes commands and prints events
# like examples/client with --script: /msg, /add, /accept, /status, /quit.
# Plain TCP, or STARTTLS if $XMPP_CA is set; the library checks no
# certificate. It cannot resume: cut off, it logs in again.
use strict;
use warnings;
use AnyEvent;
use AnyEvent::XMPP::IM::Connection;
use Encode qw(decode_utf8);

binmode STDOUT, ':encoding(UTF-8)';
$| = 1;

my ($host, $port, $jid) = @ARGV;
my $over = AnyEvent->condvar;
my ($connection, $leaving, $timer);

sub event {
    my @fields = map { my $text = $_ // ''; $text =~ s/[\t\n]/ /g; $text } @_;
    print join("\t", @fields), "\n";
}

sub log_in {
    my ($user, $domain) = split /@/, $jid;
    $connection = AnyEvent::XMPP::IM::Connection->new(
        username => $user, domain => $domain, host => $host, port => $port,
        password => $ENV{XMPP_PASSWORD}, disable_ssl => !$ENV{XMPP_CA},
        initial_presence => 0);
    $connection->reg_cb(
        session_ready => sub { event('online', $connection->jid) },
        roster_update => sub { tell_item($_) for @{$_[2]} },
        presence_update => sub { tell_presence(@_[3, 4]) },
        contact_request_subscribe => sub { event('subscribe', $_[2]->jid) },
        message => sub { tell_message($_[1]) },
        error => sub { event('error', $_[1]->string) },
        iq_result_cb_exception => sub { event('error', $_[1]) },
        disconnect => sub { lose($_[3]) });
    $connection->connect;
}

# ---- events

sub tell_item {
    my ($contact) = @_;
    event('roster', $contact->jid, $contact->subscription, $contact->name);
}

sub tell_presence {
    my ($old, $new) = @_;
    return event('presence', $old->jid, 'unavailable') if $old && !$new;
    event('presence', $new->jid, $new->show || 'available', $new->status)
        if $new;
}

sub tell_message {
    my ($m) = @_;
    event('message', $m->from, $m->type, $m->id, $m->any_body)
        if defined $m->any_body;
}

sub lose {
    my ($why) = @_;
    if ($leaving) {
        event('closed');
        return $over->send;
    }
    event('lost', $why);
    $timer = AnyEvent->timer(after => 0.1, cb => \&log_in);
}

# ---- commands

my %commands = (
    msg => sub {
        my ($to, @words) = @_;
        AnyEvent::XMPP::IM::Message->new(
            to => $to, type => 'chat', body => "@words")->send($connection);
    },
    add => sub { contact($_[0])->send_subscribe },
    accept => sub { contact($_[0])->send_subscribed },
    status => sub {
        my ($show, @words) = @_;
        $connection->send_presence(undef, undef, status => "@words",
            $show eq 'online' ? () : (show => $show));
    },
    quit => sub {
        $leaving = 1;
        $connection->{writer}->send_end_of_stream;
    },
);

sub contact {
    my ($jid) = @_;
    my $roster = $connection->get_roster;
    return $roster->get_contact($jid)
        // AnyEvent::XMPP::IM::Contact->new(connection => $connection,
                                            jid => $jid);
}

sub command {
    my ($name, @words) = split / /, $_[0];
    my $do = $commands{$name =~ s,^/,,r};
    return $do ? $do->(@words) : event('error', 'command', $_[0]);
}

log_in();
my $rest = '';
my $input;
$input = AnyEvent->io(fh => \*STDIN, poll => 'r', cb => sub {
    if (!sysread STDIN, $rest, 65536, length $rest) {
        undef $input;
        return $commands{quit}->();
    }
    command(decode_utf8($1)) while $rest =~ s/^(.*)\n//;
});
$over->recv;

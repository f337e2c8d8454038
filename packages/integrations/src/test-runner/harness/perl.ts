/** A formatter of `prove` (TAP::Harness 3): the console's own output, and one JSON line per test. */
export const perlFormatter = String.raw`package LoomFormatter;
use strict;
use warnings;
use parent 'TAP::Formatter::Console';

my $path = delete $ENV{LOOM_PROVE_REPORT};

sub _text {
    my $text = shift;
    return 'null' unless defined $text;
    utf8::decode(my $copy = $text);
    $copy =~ s/([\x00-\x1f"\\\x7f-\x{ffff}])/sprintf '\\u%04x', ord $1/ge;
    $copy =~ s/[^\x00-\x7f]/?/g;
    return qq{"$copy"};
}

sub _write {
    open my $out, '>>', $path or return;
    print $out @_, "\n";
    close $out;
}

sub open_test {
    my ($self, $test, $parser) = @_;
    $parser->callback(
        test => sub {
            my $result = shift;
            (my $name = $result->description) =~ s/^-\s*//;
            $name = 'test ' . $result->number if $name eq '';
            my $todo = $result->has_todo;
            my $status = $result->has_skip || $todo ? 'skipped' : $result->is_ok ? 'passed' : 'failed';
            _write('{"titles":[', _text($name), '],"file":', _text($test), ',"status":"', $status, '"', $todo && !$result->is_actual_ok ? ',"expected":true' : '', '}');
        }
    );
    return $self->SUPER::open_test($test, $parser);
}

sub summary {
    my ($self, $aggregate, @rest) = @_;
    for my $test ($aggregate->descriptions) {
        my ($parser) = $aggregate->parsers($test);
        next if $parser->failed;
        my $why = join '; ', $parser->parse_errors;
        $why ||= 'exit status ' . $parser->exit if $parser->exit;
        $why ||= 'ended by a signal' if $parser->wait;
        _write('{"load":', _text($test), ',"message":', _text($why), '}') if $why;
    }
    _write('{"end":true,"total":', $aggregate->total, '}') unless $rest[0];
    return $self->SUPER::summary($aggregate, @rest);
}

1;
`

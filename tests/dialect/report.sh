# Sourced by the scripts of this directory: counting and printing results.
passed=0 failed=0 skipped=0

pass() { passed=$((passed + 1)); echo "ok      $1"; }
fail() { failed=$((failed + 1)); echo "FAILED  $1"; }
skip() { skipped=$((skipped + 1)); echo "skipped $1"; }

# check NAME COMMAND...: the command succeeds; its output is shown if not.
check() {
    check_name=$1
    shift
    if "$@" >"$out/output" 2>&1; then
        pass "$check_name"
    else
        fail "$check_name"
        sed 's/^/    /' "$out/output"
    fi
}

# nothing NAME TEXT: the text, a list of offenders, is empty.
nothing() {
    if [ -z "$2" ]; then pass "$1"; else fail "$1: $(echo $2)"; fi
}

summary() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}

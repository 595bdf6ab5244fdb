# The library is xmpp_codec.h and needs no build. This file builds and runs
# what surrounds it: examples, tests, fuzzers, measurements.
# `make help` lists the targets; everything built goes to build/.

CC ?= cc
CFLAGS ?= -O2 -g
WERROR ?=
XC_CORPORA ?= ../shared
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
PYTHON ?= python3
BENCH_CFLAGS ?= -O3

WARN = -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
       -Wcast-qual -Wundef -Wmissing-prototypes
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all \
           -fno-omit-frame-pointer
export CC WARN XC_CORPORA

COMPILE = $(CC) -std=c99 $(WARN) $(WERROR) $(CFLAGS) -I.

# examples/NN_name.c are programs of one file; each of these directories is one
# program; examples/lib has what several of them share, the codec among it.
PROGRAMS := $(notdir $(patsubst %/,%,$(dir $(wildcard $(foreach p, \
              client demo server gateway s2s,examples/$p/$p.c)))))
NUMBERED := $(patsubst examples/%.c,build/%,$(wildcard examples/*.c))
TOOLS := $(patsubst examples/tools/%.c,build/%,$(wildcard examples/tools/xc_*.c))
EXAMPLES := $(NUMBERED) $(PROGRAMS:%=build/%) $(TOOLS)
# With TLS, too, where pkg-config finds OpenSSL.
ifneq ($(shell pkg-config --exists openssl 2>/dev/null && echo yes),)
EXAMPLES += build/client-tls build/server-tls
endif
FUZZERS := $(patsubst fuzz/fuzz_%.c,%,$(wildcard fuzz/fuzz_*.c))
TEST_NAMES := $(patsubst tests/%.c,%,$(wildcard tests/test_*.c))

# Inside a function of make, old versions take a bare number sign as the begin
# of a comment, new ones leave the backslash before an escaped one.
NUMBER_SIGN := \#

# Does the compiler find this header?
has_header = $(shell printf '$(NUMBER_SIGN)include <%s>\n' $(1) | \
               $(CC) -E -x c - >/dev/null 2>&1 && echo yes)
ifeq ($(call has_header,expat.h),)
TESTS_SKIPPED := $(filter test_expat,$(TEST_NAMES))
endif
TESTS := $(filter-out $(TESTS_SKIPPED),$(TEST_NAMES))

.PHONY: all help clean FORCE
all: examples

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' \
	  $(firstword $(MAKEFILE_LIST))

clean: ## remove build/
	rm -rf build

# Rewritten when the compiler or its flags change, so that all is rebuilt.
build/flags: FORCE
	@mkdir -p build
	@echo '$(COMPILE) $(BENCH_CFLAGS)' >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# ---- examples ---------------------------------------------------------------

.PHONY: demo examples check-example check-numbered

demo: build/demo ## build and run the demonstration (needs only cc and make)
	@build/demo

examples: $(EXAMPLES) ## build the programs of examples/ into build/

LIB_SOURCES := $(wildcard examples/lib/*.c)
EXAMPLE_FLAGS = -Iexamples/lib
TLS_FLAGS = -DCONNECTION_TLS=1 $$(pkg-config --cflags openssl)
TLS_LIBS = $$(pkg-config --libs openssl)

LIB_HEADERS := $(wildcard examples/lib/*.h) xmpp_codec.h build/flags
LIB_OBJECTS := $(LIB_SOURCES:examples/lib/%.c=build/lib/%.o)

build/lib/%.o: examples/lib/%.c $(LIB_HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) $(EXAMPLE_FLAGS) -c $< -o $@

build/lib-tls/tls.o: examples/lib/tls.c $(LIB_HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) $(EXAMPLE_FLAGS) $(TLS_FLAGS) -c $< -o $@

build/sanitize/lib/%.o: examples/lib/%.c $(LIB_HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) $(EXAMPLE_FLAGS) -c $< -o $@

# The linker takes out of an archive what a program uses.
build/lib.a: $(LIB_OBJECTS)
build/lib-tls.a: build/lib-tls/tls.o $(filter-out %/tls.o,$(LIB_OBJECTS))
build/sanitize/lib.a: $(LIB_SOURCES:examples/lib/%.c=build/sanitize/lib/%.o)
build/lib.a build/lib-tls.a build/sanitize/lib.a:
	rm -f $@
	ar rcs $@ $^

$(NUMBERED): build/%: examples/%.c $(LIB_HEADERS) build/lib.a
	$(COMPILE) $(EXAMPLE_FLAGS) $< build/lib.a -o $@

# The tools share the other files there.
TOOL_PARTS := $(filter-out examples/tools/xc_%,$(wildcard examples/tools/*.c))
$(TOOLS): build/%: examples/tools/%.c $(TOOL_PARTS) \
                   $(wildcard examples/tools/*.h) $(LIB_HEADERS) build/lib.a
	$(COMPILE) $(EXAMPLE_FLAGS) $< $(TOOL_PARTS) build/lib.a -o $@

.SECONDEXPANSION:
$(PROGRAMS:%=build/%): build/%: $$(wildcard examples/%/*.[ch]) \
                       $(LIB_HEADERS) build/lib.a
	$(COMPILE) $(EXAMPLE_FLAGS) $(filter %.c,$^) build/lib.a -o $@

# The same program with another library, which has TLS.
$(filter %-tls,$(EXAMPLES)): build/%-tls: $$(wildcard examples/%/*.[ch]) \
                             $(LIB_HEADERS) build/lib-tls.a
	$(COMPILE) $(EXAMPLE_FLAGS) $(filter %.c,$^) build/lib-tls.a \
	  $(TLS_LIBS) -o $@

check-numbered: $(NUMBERED) ## the numbered examples print the promised output
	@tests/style/numbered.sh build $(wildcard examples/[0-9][0-9]_*.c)

# Only the program of the [EXAMPLE] comment is indented by seven spaces;
# examples/01_hello.c has a comment before it, and two after it.
check-example: ## the header's [EXAMPLE] is examples/01_hello.c
	@mkdir -p build
	@sed -n '/^.. ---- \[EXAMPLE\]/,/---- \[CONCEPTS\]/p' xmpp_codec.h | \
	  awk '/^       /{ while (blank) { print ""; blank-- } \
	                   print substr($$0, 8); begun = 1 } \
	       /^$$/{ if (begun) blank++ }' >build/example.c
	@awk '/^#/{ begun = 1 } /^.. Reads:/{ exit } \
	      begun && /^$$/{ blank++; next } \
	      begun{ while (blank) { print ""; blank-- } print }' \
	  examples/01_hello.c | diff -u build/example.c - && \
	  echo "the same program"

# ---- style ------------------------------------------------------------------

.PHONY: format check-format check-readme check-links check-sections \
        check-index check-manual docs

STYLED := xmpp_codec.h $(filter-out tests/unicode/changed.h, \
          $(shell find tests examples fuzz -name '*.[ch]' | sort))
CLANG_FORMAT ?= $(shell command -v clang-format-14 || echo clang-format)

format: ## format all C sources (clang-format 14)
	@$(CLANG_FORMAT) -i $(STYLED)

check-format: ## all C sources are formatted (clang-format 14, else skipped)
	@if $(CLANG_FORMAT) --version 2>/dev/null | grep -q 'version 14'; then \
	  $(CLANG_FORMAT) --dry-run -Werror $(STYLED) && \
	  echo "$(words $(STYLED)) files are formatted"; \
	else echo 'skipped: clang-format 14 is not installed'; fi

check-readme: ## README's program compiles as C and C++, and works
	@tests/style/readme.sh build/readme

check-links: ## links and paths in Markdown files lead to files that exist
	@tests/style/links.sh

check-sections: ## the header's sections have the order of its index
	@awk -f tests/style/sections.awk xmpp_codec.h

check-index: ## the header's index names each public function
	@awk -f tests/style/functions.awk xmpp_codec.h

check-manual: ## the code in the header's manual compiles
	@$(COMPILE) -Wall -fsyntax-only tests/style/manual.c
	@cat tests/style/manual.c tests/style/geoloc.h | \
	  awk -f tests/style/manual.awk - xmpp_codec.h

# Members of structs need no text: they have the names of their attributes and
# children. Everything else needs one.
docs: ## the manual as HTML, build/docs/index.html (doxygen)
	@if command -v doxygen >/dev/null; then \
	  mkdir -p build/docs && doxygen tests/style/Doxyfile && \
	  ! grep -v '(variable) of struct' build/docs/warnings >&2 && \
	  echo 'build/docs/index.html'; \
	else echo 'skipped: doxygen is not installed'; fi

.PHONY: classes check-classes xeps readme-xeps check-xeps check-required

classes: ## rewrite the header's table of byte classes
	@$(PYTHON) tests/style/classes.py --write xmpp_codec.h

check-classes: ## the table follows from the rules of XML and RFC 7622
	@$(PYTHON) tests/style/classes.py --check xmpp_codec.h

XEPS = awk -f tests/style/xeps.awk

xeps: ## each RFC and XEP, with its structs and tags
	@$(XEPS) -v all=1 xmpp_codec.h

readme-xeps: ## rewrite the table of RFCs and XEPs in README.md
	@$(XEPS) -v readme=README.md xmpp_codec.h >README.md.new && \
	  mv README.md.new README.md

check-xeps: ## the table in README.md agrees with the header
	@mkdir -p build
	@$(XEPS) -v readme=README.md xmpp_codec.h >build/README.md && \
	  diff -u README.md build/README.md && echo "README.md has these XEPs"

check-required: ## comments of structs agree with their tables
	@$(PYTHON) tests/style/payloads.py xmpp_codec.h

# ---- embedded ---------------------------------------------------------------

.PHONY: embedded embedded-images

ARM_PREFIX ?= arm-none-eabi-
EMBEDDED := $(wildcard examples/embedded/*.h) examples/lib/sha.h xmpp_codec.h \
            build/flags
EMBEDDED_FLAGS = -std=c99 $(WARN) $(WERROR) -I. -Iexamples/lib \
                 -Iexamples/embedded
EMBEDDED_PARTS = embedded/main embedded/session lib/codec lib/sha
HOST_PARTS = $(EMBEDDED_PARTS) embedded/board_host
ARM_PARTS = embedded/startup $(EMBEDDED_PARTS) embedded/board_qemu
ARM_COMPILE = $(ARM_PREFIX)gcc -mcpu=cortex-m0plus -mthumb -Os -g \
              -ffunction-sections -fdata-sections $(EMBEDDED_FLAGS)
ARM_LINK = $(ARM_PREFIX)gcc -mcpu=cortex-m0plus -mthumb -nostartfiles \
           --specs=nano.specs -Wl,--gc-sections -T examples/embedded/link.ld

find_newlib = printf '$(NUMBER_SIGN)include <string.h>\n' | \
	  $(ARM_PREFIX)gcc -E - >/dev/null 2>&1

embedded: build/embedded/host ## a client in 8 KB of RAM, in QEMU
	@if ! $(find_newlib); then missing='$(ARM_PREFIX)gcc with newlib'; \
	elif ! command -v qemu-system-arm >/dev/null; \
	then missing=qemu-system-arm; fi; \
	if [ -n "$$missing" ]; then \
	  examples/embedded/run.sh build/embedded/host && \
	  echo "skipped: the image for Cortex-M (no $$missing)"; \
	else \
	  $(MAKE) --no-print-directory -s embedded-images && \
	  $(PYTHON) tests/size/size.py layers build/embedded/image.elf && \
	  examples/embedded/run.sh build/embedded/host \
	    build/embedded/image.elf build/embedded/little-stack.elf; \
	fi

embedded-images: build/embedded/image.elf build/embedded/little-stack.elf

build/embedded/recording.c: examples/embedded/session.txt \
                            examples/embedded/recording.awk
	@mkdir -p $(@D)
	awk -f examples/embedded/recording.awk $< >$@

build/embedded/host: $(HOST_PARTS:%=examples/%.c) \
                     build/embedded/recording.c $(EMBEDDED)
	$(CC) $(CFLAGS) $(SANITIZE) $(EMBEDDED_FLAGS) $(filter %.c,$^) -o $@

build/embedded/%.o: examples/embedded/%.c $(EMBEDDED)
	$(ARM_COMPILE) -c $< -o $@

build/embedded/%.o: examples/lib/%.c $(EMBEDDED)
	$(ARM_COMPILE) -c $< -o $@

build/embedded/recording.o: build/embedded/recording.c $(EMBEDDED)
	$(ARM_COMPILE) -c $< -o $@

# The second one has too little stack, to check that this is noticed.
build/embedded/little-stack.elf: LINK_MORE = -Wl,--defsym=STACK_SIZE=1024
build/embedded/image.elf build/embedded/little-stack.elf: \
  $(foreach p,$(ARM_PARTS),build/embedded/$(notdir $p).o) \
  build/embedded/recording.o examples/embedded/link.ld
	$(ARM_LINK) $(LINK_MORE) -Wl,-Map=$@.map $(filter %.o,$^) -o $@

# ---- tests ------------------------------------------------------------------

.PHONY: test test-sanitize test-builds test-documents check-rules have-cmocka
.PHONY: dialects cross

test: have-cmocka $(TESTS:%=build/%) ## build and run all tests
	@$(call run_tests,build)

test-sanitize: have-cmocka $(TESTS:%=build/sanitize/%) ## with ASan and UBSan
	@$(call run_tests,build/sanitize)

# $(call run_tests,DIRECTORY): runs all tests, even if one fails.
run_tests = failed=; \
	for t in $(TESTS); do \
	  echo "== $$t"; $(1)/$$t || failed="$$failed $$t"; \
	done; \
	for t in $(TESTS_SKIPPED); do \
	  echo "skipped: $$t (expat is not installed)"; \
	done; \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

# The codec is compiled once for all tests. Tests that need private names or
# other macros include a copy; for them the linker takes nothing from the
# archive.
TEST_CODECS := $(foreach b,build build/sanitize build/small build/unoptimised \
                 build/no-simd,$b/codec.a)
build/codec.a: TEST_COMPILE = $(COMPILE)
build/sanitize/codec.a: TEST_COMPILE = $(COMPILE) $(SANITIZE)
build/%/codec.a: TEST_COMPILE = $(LAYER_COMPILE)
$(TEST_CODECS): %/codec.a: tests/codec.c xmpp_codec.h build/flags
	@mkdir -p $(@D)
	$(TEST_COMPILE) -c $< -o $*/codec.o
	rm -f $@
	ar rcs $@ $*/codec.o

# Names that tests print: see tests/members.awk.
build/members.h: tests/members.awk xmpp_codec.h build/flags
	$(CC) -std=c99 -E -P -x c xmpp_codec.h | awk -f tests/members.awk >$@

TEST_SOURCES := $(wildcard tests/*.h tests/style/*.h) build/members.h \
                xmpp_codec.h build/flags
build/test_expat build/sanitize/test_expat: TEST_LIBS = -lexpat
# These use or test the modules of the examples.
TESTS_WITH_LIB := test_login test_login_server test_offer test_sasl \
                  test_saslprep test_server test_ws
$(TESTS_WITH_LIB:%=build/%): build/lib.a
$(TESTS_WITH_LIB:%=build/sanitize/%): build/sanitize/lib.a
$(TESTS_WITH_LIB:%=build/%) $(TESTS_WITH_LIB:%=build/sanitize/%): \
  $(wildcard examples/*/*.h)
build/test_server build/sanitize/test_server: $(filter-out %/main.c, \
  $(wildcard examples/server/*.c))
build/test_ws build/sanitize/test_ws: examples/server/ws.c \
  examples/server/ws_request.c
# This one runs the tools.
build/test_framing build/sanitize/test_framing: build/xc_roundtrip \
  build/xc_typed build/xc_inspect

$(TESTS:%=build/%): build/%: tests/%.c build/codec.a $(TEST_SOURCES)
	$(COMPILE) -Itests -Iexamples $(EXAMPLE_FLAGS) $(filter %.c,$^) $(filter %.a,$^) \
	  -o $@ -lcmocka $(TEST_LIBS)

$(TESTS:%=build/sanitize/%): build/sanitize/%: tests/%.c \
                             build/sanitize/codec.a $(TEST_SOURCES)
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) -Itests -Iexamples $(EXAMPLE_FLAGS) $(filter %.c,$^) \
	  $(filter %.a,$^) -o $@ -lcmocka $(TEST_LIBS)

# Only the documents of tests/data/stanzas. UPDATE=1 rewrites their
# expectations, to be reviewed as a diff.
test-documents: build/test_documents ## tests of elements, read and written
	@UPDATE=$(UPDATE) build/test_documents

check-rules: ## all tests named in tests/RULES.md exist
	@awk -f tests/style/rules.awk tests/RULES.md tests/test_*.c

# Builds for which the header chooses other code: the promises are the same.
LAYERS := $(addprefix test_,core utf8 scan jid xml tree stream stream_memory \
            writer schema misuse)
LAYER_TESTS := $(foreach b,small unoptimised no-simd,$(LAYERS:%=build/$b/%))
build/small/%: LAYER_FLAGS = -Os
build/unoptimised/%: LAYER_FLAGS = -O0
build/no-simd/%: LAYER_FLAGS = -O1 -DXMPP_CODEC_NO_SIMD=1
LAYER_COMPILE = $(CC) -std=c99 $(WARN) $(WERROR) $(LAYER_FLAGS) -I.

test-builds: have-cmocka $(LAYER_TESTS) ## tests at -Os, -O0, without SIMD
	@failed=; \
	for t in $(LAYER_TESTS); do \
	  echo "== $$t"; $$t || failed="$$failed $$t"; \
	done; \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

$(foreach b,small unoptimised no-simd,$(eval \
  $(LAYERS:%=build/$b/%): build/$b/codec.a))
$(LAYER_TESTS): $(wildcard tests/*.c) $(TEST_SOURCES)
	$(LAYER_COMPILE) -Itests tests/$(@F).c $(@D)/codec.a -o $@ -lcmocka

have-cmocka:
	@$(find_cmocka) || \
	  { echo 'The tests need cmocka. On Debian and Ubuntu: make deps'; exit 1; }

find_cmocka = printf '$(NUMBER_SIGN)include <%s>\n' \
	  stdarg.h stddef.h stdint.h setjmp.h cmocka.h | \
	  $(CC) -E -x c - >/dev/null 2>&1

dialects: ## C99..C2y, C++11..C++26, every documented way to include
	@tests/dialect/run.sh

cross: ## the core test on 32-bit, big-endian, ARM (QEMU)
	@tests/dialect/cross.sh

# ---- other people's programs, and many at a time ----------------------------

.PHONY: interop interop-deps pictures load load-small
INTEROP := $(filter build/client% build/server% build/gateway build/s2s, \
             $(EXAMPLES)) build/bosh

interop: $(INTEROP) ## our programs with others', on loopback
	@$(PYTHON) tests/interop/run.py --build build $(INTEROP_CHECKS)

build/bosh: tests/interop/bosh.c $(LIB_HEADERS) build/lib.a
	$(COMPILE) $(EXAMPLE_FLAGS) $< build/lib.a -o $@

interop-deps: ## install the others with apt-get, npm (starts no services)
	@tests/interop/deps.sh
	@tests/interop/npm/install.sh build/npm

pictures: build/server build/client ## rewrite those of examples/pictures
	@$(PYTHON) tests/interop/pictures.py build examples/pictures

load: build/server build/load ## 5,000 clients at build/server; cuts, villains
	@$(PYTHON) tests/load/run.py

load-small: build/sanitize/server build/sanitize/load ## 500, with sanitizers
	@$(PYTHON) tests/load/run.py --small --server build/sanitize/server \
	  --load build/sanitize/load

LOAD_SOURCES := $(wildcard tests/load/*.c)
LOAD_HEADERS := $(wildcard tests/load/*.h) $(LIB_HEADERS)
SERVER_SOURCES := $(wildcard examples/server/*.c)

build/load: $(LOAD_SOURCES) $(LOAD_HEADERS) build/lib.a
	$(COMPILE) $(EXAMPLE_FLAGS) $(LOAD_SOURCES) build/lib.a -o $@

build/sanitize/load: $(LOAD_SOURCES) $(LOAD_HEADERS) build/sanitize/lib.a
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) $(EXAMPLE_FLAGS) $(LOAD_SOURCES) \
	  build/sanitize/lib.a -o $@

build/sanitize/server: $(SERVER_SOURCES) $(wildcard examples/server/*.h) \
                       $(LIB_HEADERS) build/sanitize/lib.a
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) $(EXAMPLE_FLAGS) $(SERVER_SOURCES) \
	  build/sanitize/lib.a -o $@

# ---- Unicode ----------------------------------------------------------------

.PHONY: tables check-tables check-unicode check-ucd check-icu check-saslprep

# Debian's package unicode-data. Only these targets and test_nfc need it. If
# its version is not that of the tables, the code points that both know are
# compared. tests/unicode/newer.sh fetches a newer one.
UCD ?= /usr/share/unicode
TABLES = $(PYTHON) tests/unicode/tables.py --ucd $(UCD)

SASLPREP = $(PYTHON) tests/unicode/saslprep.py

tables: ## rewrite the Unicode tables of xmpp_codec.h
	@$(TABLES) --write xmpp_codec.h
	@$(SASLPREP) --write xmpp_codec.h

check-tables: ## the tables follow from the Unicode database
	@if [ -f $(UCD)/UnicodeData.txt ]; then $(TABLES) --check xmpp_codec.h; \
	else echo 'skipped: no Unicode database in $(UCD)'; fi
	@$(SASLPREP) --check xmpp_codec.h

# Each code point.
check-unicode: check-ucd check-icu check-saslprep ## by database, ICU, libidn

check-ucd: build/check_ucd
	@if [ -f $(UCD)/UnicodeData.txt ]; then \
	  $(PYTHON) tests/unicode/expect.py $(UCD) >build/unicode.expected && \
	  build/check_ucd <build/unicode.expected; \
	else echo 'skipped: no Unicode database in $(UCD)'; fi

CHECKS := $(wildcard tests/unicode/*.h) xmpp_codec.h build/flags

build/check_ucd: tests/unicode/check_ucd.c $(CHECKS)
	$(COMPILE) $< -o $@

ifeq ($(call has_header,unicode/unorm2.h),)
check-icu:
	@echo 'skipped: ICU is not installed'
else
check-icu: build/check_icu
	@build/check_icu

build/check_icu: tests/unicode/check_icu.c $(CHECKS)
	$(COMPILE) $< -o $@ -licuuc
endif

ifeq ($(call has_header,stringprep.h),)
check-saslprep:
	@echo 'skipped: libidn is not installed'
else
check-saslprep: build/check_saslprep
	@build/check_saslprep

build/check_saslprep: tests/unicode/check_saslprep.c xmpp_codec.h build/flags
	$(COMPILE) $< -o $@ -lidn
endif

# ---- fuzzing ----------------------------------------------------------------

.PHONY: fuzz fuzz-replay
FUZZ_RUNS := $(FUZZERS:%=fuzz-%)
.PHONY: $(FUZZ_RUNS)

fuzz: $(FUZZ_RUNS) ## fuzz each target for FUZZ_SECONDS (clang)

$(FUZZ_RUNS): fuzz-%: build/fuzz_%
	@mkdir -p build/corpus/$* build/crashes
	build/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -dict=fuzz/xmpp.dict \
	  -artifact_prefix=build/crashes/$*- -print_final_stats=1 \
	  build/corpus/$* fuzz/corpus/$*

$(FUZZERS:%=build/fuzz_%): build/fuzz_%: fuzz/fuzz_%.c $(wildcard fuzz/*.h) \
                           tests/struct_equal.h tests/misuse.h \
                           xmpp_codec.h
	@mkdir -p build
	$(FUZZ_CC) -std=c99 $(WARN) -O1 -g -I. $(SANITIZE) -fsanitize=fuzzer \
	  $< -o $@

# fuzz/corpus/NAME, and crashes kept in fuzz/crashes/NAME.
fuzz-replay: $(FUZZERS:%=build/replay_%) ## run the corpora of the fuzzers
	@for name in $(FUZZERS); do \
	  find fuzz/corpus/$$name fuzz/crashes/$$name -type f 2>/dev/null | \
	    sort | xargs -r build/replay_$$name || exit 1; \
	done

$(FUZZERS:%=build/replay_%): build/replay_%: fuzz/fuzz_%.c fuzz/replay.c \
                             $(wildcard fuzz/*.h) tests/struct_equal.h tests/misuse.h \
                             xmpp_codec.h build/flags
	$(COMPILE) $(SANITIZE) $(filter %.c,$^) -o $@

# ---- measurements -----------------------------------------------------------

.PHONY: size size-readme stack bench bench-instructions

size: ## flash and stack on a Cortex-M0+, with limits
	@if $(find_newlib); then $(PYTHON) tests/size/size.py flash stack schemas; \
	else echo 'skipped: no $(ARM_PREFIX)gcc with newlib'; fi

size-readme: ## make size, and rewrite the tables of the READMEs
	@$(PYTHON) tests/size/size.py flash stack schemas --write

stack: ## only the stack
	@$(PYTHON) tests/size/size.py stack

# Generated streams if their generators exist, else a built-in one.
CORPORA := $(XC_CORPORA)/corpora
BENCH_STREAMS := $(patsubst %,build/bench/%.xml, \
  $(if $(wildcard $(CORPORA)/gen_chat.py),chat) \
  $(if $(wildcard $(CORPORA)/xeps-distinct.xml),xep) \
  $(if $(wildcard $(CORPORA)/gen_big.py),big))
BENCH = build/bench/bench $(BENCH_STREAMS:%=--stream %)
BENCH_PROGRAMS = $(addprefix build/bench/,bench bench_jid bench_typed)

bench: $(BENCH_PROGRAMS) $(BENCH_STREAMS) ## speed, beside other libraries
	@$(BENCH)
	@build/bench/bench_jid
	@build/bench/bench_typed

# By callgrind: deterministic, but slow (about 7 minutes).
bench-instructions: $(BENCH_PROGRAMS) $(BENCH_STREAMS) ## count instructions
	@tests/bench/instructions_jid.sh build/bench/bench_jid
	@tests/bench/instructions.sh build/bench/bench $(BENCH_STREAMS)

# Peers take part where they are installed.
build/bench/bench: BENCH_PEERS = expat libxml-2.0 iksemel
build/bench/bench_jid: BENCH_PEERS = libidn icu-uc libstrophe
build/bench/bench_typed: BENCH_PEERS = libstrophe iksemel
$(BENCH_PROGRAMS): build/bench/%: tests/bench/%.c \
  $(wildcard tests/bench/*.h) xmpp_codec.h build/flags
	@mkdir -p $(@D)
	@flags=; for p in $(BENCH_PEERS); do \
	  if pkg-config --exists $$p 2>/dev/null; then \
	    flags="$$flags -DHAVE_$${p%%-*} \
	      $$(pkg-config --cflags --libs $$p)"; \
	  else echo "without $$p: not installed"; fi; \
	done; \
	set -x; $(CC) -std=c99 $(WARN) $(WERROR) $(BENCH_CFLAGS) -I. $< -o $@ \
	  $$flags

build/bench/chat.xml build/bench/big.xml: build/bench/%.xml: \
                                          $(CORPORA)/gen_%.py
	@mkdir -p $(@D)
	$(PYTHON) $< $@

XEP_HEADER = <stream:stream xmlns="jabber:client" \
	xmlns:stream="http://etherx.jabber.org/streams" version="1.0">
build/bench/xep.xml: $(CORPORA)/xeps-distinct.xml
	@mkdir -p $(@D)
	{ echo '$(XEP_HEADER)'; cat $< $< $< $< $< $< $< $< $< $<; \
	  echo '</stream:stream>'; } >$@

# ---- packages ---------------------------------------------------------------

.PHONY: deps deps-ci

CI_PACKAGES = gcc g++ libc6-dev pkg-config python3 clang libssl-dev \
  libexpat1-dev libxml2-dev libicu-dev libidn-dev libstrophe-dev \
  unicode-data bzip2 \
  gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-user qemu-system-arm \
  gcc-i686-linux-gnu gcc-s390x-linux-gnu gcc-aarch64-linux-gnu \
  libc6-dev-i386-cross libc6-dev-s390x-cross libc6-dev-arm64-cross \
  valgrind universal-ctags clang-format doxygen

deps: ## install libcmocka-dev with apt-get if it is missing
	@if $(find_cmocka); then echo 'cmocka is installed'; \
	else $(call apt_install,libcmocka-dev) && $(find_cmocka); fi

deps-ci: ## install the other packages of .ci/run
	@$(call apt_install,$(CI_PACKAGES))
	@version=$$(clang -dumpversion | cut -d. -f1); \
	  $(call apt_install,libclang-rt-$$version-dev)

# Tests built in the same `make deps test` wait for the installation.
have-cmocka $(TESTS:%=build/%) $(TESTS:%=build/sanitize/%) $(LAYER_TESTS) \
  $(INTEROP): \
  | $(filter deps deps-ci interop-deps,$(MAKECMDGOALS))

# $(call apt_install,PACKAGES): installs those that are missing, and names those
# that this distribution does not have: what needs them is skipped.
apt_install = { \
	command -v apt-get >/dev/null || { \
	  echo "There is no apt-get here. Please install: $(strip $(1))"; \
	  exit 1; }; \
	missing=; \
	for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
	    grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	[ -z "$$missing" ] || { \
	  $$sudo apt-get update -q || exit 1; \
	  wanted=; \
	  for p in $$missing; do \
	    if apt-cache show $$p 2>/dev/null | grep -q '^Version:'; \
	    then wanted="$$wanted $$p"; \
	    else echo "not in this distribution: $$p"; fi; \
	  done; \
	  echo "Installing with apt-get:$$wanted"; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	    --no-install-recommends $$wanted </dev/null; } }

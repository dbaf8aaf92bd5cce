# make help tells what there is.  Nothing is needed but Debian or Ubuntu packages and the Swift toolchain.

SWIFT   ?= swift
PREFIX  ?= /usr/local
DESTDIR ?=

# What is formatted and linted; swift-format says nothing about a path that is not there.
SOURCES := Package.swift Sources Tests

# What the build needs, what the unit tests need, and what the test bed needs: a kernel is fetched and unpacked beside its cache, not installed.
BUILD_PACKAGES := pkgconf libnl-3-dev libnl-route-3-dev libyaml-dev gcc libc6-dev
UNIT_PACKAGES  := python3-prometheus-client python3-jsonschema python3-yaml systemd mandoc man-db groff fish zsh graphviz netplan.io
BED_PACKAGES   := qemu-system-x86 busybox-static kmod xz-utils zstd $(shell sed 's/ *\#.*//' testbed/packages)
DEB_PACKAGES   := debhelper lintian
PACKAGES       := $(BUILD_PACKAGES) $(UNIT_PACKAGES) $(BED_PACKAGES)

BIN     := .build/debug
BUNDLE  := $(BIN)/viaductPackageTests.xctest
RELEASE := .build/release/viaduct
FAULTS  := .build/faults.so
FLOOR   := .build/netlink-floor

# Where things are installed.  ip(8) and viaduct itself look below /etc, wherever the program is.
UNITS   ?= $(PREFIX)/lib/systemd/system
SHARE   := $(PREFIX)/share
ZSH     := $(SHARE)/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

# The specs that are installed as examples.
EXAMPLES := minimal.yaml office.yaml branch.yaml default-route.yaml hub.yaml namespace.yaml

# All of it, but for /etc/viaduct: what uninstall takes away.
INSTALLED := $(PREFIX)/bin/viaduct \
             $(addprefix $(UNITS)/,$(notdir $(wildcard systemd/*))) \
             $(SHARE)/man/man8/viaduct.8 $(SHARE)/man/man5/viaduct.yaml.5 \
             $(SHARE)/bash-completion/completions/viaduct $(ZSH)/_viaduct $(SHARE)/fish/vendor_completions.d/viaduct.fish \
             $(addprefix $(SHARE)/doc/viaduct/examples/,$(EXAMPLES)) $(SHARE)/viaduct/spec.schema.json \
             /etc/iproute2/rt_protos.d/viaduct.conf

# What needs a kernel with tunnels: the scenarios, and the netlink tests that a kernel without them skips.
# Those of LONG take many minutes: they run by "make faults", "make soak", "make cycles", or with FILTER.
LONG := NamespaceFaultTests|SoakTests|CyclesTests
KERNEL_TESTS := ^(ScenarioTests\.(?!$(LONG))|NetlinkTests\.Kernel)

# The scenarios of one run share one virtual machine, where the kernel here has no tunnels.  Emulated, it is slow.
BED := TB_CPUS=$${TB_CPUS:-2} TB_TIMEOUT=$${TB_TIMEOUT:-3000} TB_MEM=$${TB_MEM:-2048}

# The sides of the matrix: this machine's own kernel and strongSwan, and those of Debian suites.
MATRIX ?= here trixie

.DEFAULT_GOAL := build
.PHONY: help deps build release demo test test-unit test-kernel test-matrix test-deb faults bench bench-status bench-links bench-crowd bench-start bench-watch fuzz soak cycles concurrency reliability check lint format install uninstall man deb clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

deps: ## the Debian or Ubuntu packages that building and testing need
	@missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q ' installed$$' || missing="$$missing $$p"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get -q update && apt-get -q install -y --no-install-recommends $$missing; \
	else \
	    echo "These packages are missing; please have them installed and try again:" >&2; \
	    echo "    sudo apt-get install --no-install-recommends$$missing" >&2; exit 1; \
	fi

build: deps $(FAULTS) ## the program and the tests
	$(SWIFT) build --build-tests

# What lets calls of the program fail in tests; the program knows nothing of it.
$(FAULTS): testbed/faults.c
	@mkdir -p $(@D)
	gcc -std=gnu11 -Wall -Wextra -Werror -O1 -shared -fPIC -o $@ $< -ldl

# The C++ runtime of Swift's is linked in as well, from a folder where the linker finds nothing but its archive: as a library
# it would cost each start half a millisecond.
release: deps ## the program as it is installed: optimised, and without need of the toolchain's libraries
	@mkdir -p .build/archives && ln -sf "$$(gcc -print-file-name=libstdc++.a)" .build/archives/
	$(SWIFT) build -c release --product viaduct --static-swift-stdlib \
	    -Xswiftc -L.build/archives -Xswiftc -Xclang-linker -Xswiftc -static-libgcc

demo: deps ## two gateways, a tunnel up, pings, the commands it stands for, and down again
	$(SWIFT) build --product viaduct
	TB_TIMEOUT=$${TB_TIMEOUT:-300} testbed/testbed testbed/demo $(BIN)/viaduct

test: test-unit test-kernel ## all tests: those of the code here, then the scenarios in the test bed

test-unit: build
	$(SWIFT) test --skip-build --disable-xctest --skip '^ScenarioTests\.'

test-kernel: build ## the scenarios, on real tunnels with real charons; FILTER=SiteToSite for some of them
	VIADUCT_FAULT_COMMANDS=$${VIADUCT_FAULT_COMMANDS:-up} VIADUCT_STRICT=1 $(BED) testbed/scenarios $(BUNDLE) '$(if $(FILTER),^ScenarioTests\.$(FILTER),$(KERNEL_TESTS))'

test-matrix: build ## the same on this machine's kernel and strongSwan, then on those of Debian trixie; FILTER=
	@testbed/matrix $(MATRIX) -- $(MAKE) --no-print-directory test-kernel

# What was tried is written there, a line for each figure: what, tried, passed, failed, note.
RELIABILITY := $(CURDIR)/.build/reliability

# Hours, where the bed is emulated: SHARD=2/8 makes the second eighth of the trials, FROM=400 those from that point on,
# COMMANDS="up edit" those of some commands.
faults: build release ## every point of up, down and an edit fails, and is the last one before a SIGKILL; COMMANDS=up EXTENT=all SHARD=k/m FROM=n
	@mkdir -p $(RELIABILITY)
	SHARD='$(SHARD)' FROM='$(FROM)' VIADUCT_FAULTS='$(or $(EXTENT),each)' VIADUCT_FAULT_COMMANDS='$(COMMANDS)' VIADUCT_STRICT=1 \
	VIADUCT_BINARY=$(CURDIR)/$(RELEASE) VIADUCT_RELIABILITY=$(RELIABILITY) TB_OUT=$(RELIABILITY) \
	TB_CPUS=$${TB_CPUS:-2} TB_MEM=$${TB_MEM:-2048} TB_TIMEOUT=$${TB_TIMEOUT:-7200} \
	    testbed/testbed $(BUNDLE) --testing-library swift-testing --filter '^ScenarioTests\.FaultTests'

bench-status: deps release ## how long status takes for ten tunnels, beside swanctl and ip
	TB_TIMEOUT=$${TB_TIMEOUT:-600} testbed/testbed testbed/bench-status $(RELEASE)

$(FLOOR): testbed/netlink-floor.c testbed/standin.c
	@mkdir -p $(@D)
	gcc -std=gnu11 -Wall -Wextra -Werror -O2 -o $@ $<
	gcc -std=gnu11 -Wall -Wextra -Werror -O2 -shared -fPIC -DRECORD -o $@.so $< -ldl
	gcc -std=gnu11 -Wall -Wextra -Werror -O2 -shared -fPIC -o $@-standin.so testbed/standin.c -ldl

# In the test bed with real links and charons; WHERE=here: in namespaces of this machine, as root, with stand-ins if need be.
bench: deps release $(FLOOR) ## many tunnels at once, and the first ping, beside the same by other means; N="1 10 100 1000" WHERE=here
	TB_MEM=$${TB_MEM:-2048} TB_TIMEOUT=$${TB_TIMEOUT:-7200} \
	    $(if $(filter here,$(WHERE)),unshare -m sh -c 'mount -t tmpfs tmpfs /run && exec "$$@"' bench,testbed/testbed) \
	    testbed/bench $(RELEASE) $(FLOOR) $(or $(N),1 10 100 1000)

bench-links: deps $(FLOOR) ## what makes links cheap to make and to remove; N=1000
	TB_MEM=$${TB_MEM:-2048} TB_TIMEOUT=$${TB_TIMEOUT:-7200} \
	    testbed/testbed testbed/bench-links $(FLOOR) $(FLOOR).so $(FLOOR)-standin.so $(or $(N),1000)

bench-crowd: deps release $(FLOOR) ## status, plan and explain of one tunnel beside 10,000 links, 100,000 routes, 10,000 policies of others
	TB_MEM=$${TB_MEM:-4096} TB_TIMEOUT=$${TB_TIMEOUT:-3600} testbed/testbed testbed/bench-crowd $(RELEASE) $(FLOOR)-standin.so

bench-start: release ## how long the program takes to start, beside ip; ROUNDS=100
	testbed/bench-start $(or $(ROUNDS),100) true "ip link" "$(RELEASE) --version" \
	    "$(RELEASE) commands office --config-dir Docs/Examples"

bench-watch: deps release ## how long watch takes to repair a tunnel, for each kind of drift
	TB_TIMEOUT=$${TB_TIMEOUT:-900} testbed/testbed testbed/bench-watch $(RELEASE)

# Only the compiler is told of libFuzzer: the linker would bring its main as well, and the driver has one.
RUNTIME     = $(shell $(SWIFT) -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/clang/lib/linux
FUZZ_FLAGS  = -Xswiftc -enable-testing -Xswiftc -Xfrontend -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link \
              -Xlinker $(RUNTIME)/libclang_rt.fuzzer_no_main-$(shell uname -m).a -Xlinker -lstdc++

fuzz: deps ## libFuzzer and AddressSanitizer on what takes bytes from outside; SECONDS=600 TARGET="vici spec"
	VIADUCT_FUZZ=1 $(SWIFT) build --scratch-path .build/fuzz -c release --product fuzz --sanitize address $(FUZZ_FLAGS)
	Tests/Fuzz/run $(if $(SECONDS),$(SECONDS),600) $(TARGET)

test-deb: deb ## the package in a Debian under systemd: installed, up at boot, reloaded, repaired, purged
	@$(MAKE) --no-print-directory deps PACKAGES='mmdebstrap $(BED_PACKAGES)'
	TB_CPUS=$${TB_CPUS:-2} testbed/deb .build/deb/viaduct_*.deb

soak: build ## two gateways with traffic, disturbed at random and repaired by watch; MINUTES=10 SEED=1
	@mkdir -p $(RELIABILITY)
	VIADUCT_SOAK_MINUTES=$(or $(MINUTES),10) VIADUCT_SEED=$(or $(SEED),1) VIADUCT_STRICT=1 \
	VIADUCT_RELIABILITY=$(RELIABILITY) TB_OUT=$(RELIABILITY) \
	    TB_TIMEOUT=$$((($(or $(MINUTES),10) + 10) * 60)) $(BED) testbed/scenarios $(BUNDLE) '^ScenarioTests\.SoakTests/'

# The program that goes round is optimised, as it is installed; 25 minutes for 10,000 where the bed is emulated.
# WHERE=here: on this machine, as root, with an ifb link in the place of an XFRM interface.
cycles: build $(FLOOR) ## memory and descriptors of a process over up and down again and again; N=10000 WHERE=here
	$(SWIFT) build -c release --product cycles --static-swift-stdlib
	@mkdir -p $(RELIABILITY)
ifeq ($(WHERE),here)
	unshare -n -m testbed/cycles-here .build/release/cycles $(FLOOR)-standin.so $(or $(N),10000) >$(RELIABILITY)/cycles-here.tsv
else
	VIADUCT_CYCLES=$(or $(N),10000) VIADUCT_CYCLES_BINARY=$(CURDIR)/.build/release/cycles VIADUCT_STRICT=1 \
	VIADUCT_RELIABILITY=$(RELIABILITY) TB_OUT=$(RELIABILITY) TB_TIMEOUT=$$(($(or $(N),10000) + 600)) \
	    $(BED) testbed/scenarios $(BUNDLE) '^ScenarioTests\.CyclesTests/'
endif

concurrency: build ## sixteen commands at once, and others who change the machine meanwhile; RUNS=3
	@mkdir -p $(RELIABILITY)
	for run in $$(seq $(or $(RUNS),3)); do \
	    VIADUCT_STRICT=1 $(BED) testbed/scenarios $(BUNDLE) '^ScenarioTests\.ConcurrencyTests/' || :; \
	done | tee $(RELIABILITY)/concurrency.log
	testbed/reliability --count concurrency $(RELIABILITY)/concurrency.log >$(RELIABILITY)/concurrency.tsv

reliability: ## the table of all that was tried by faults, concurrency, fuzz, soak and cycles; RUN=1 runs what has no figures yet
	@testbed/reliability $(RELIABILITY) $(if $(RUN),--run)

check: lint test ## what must be good before a change goes in

lint: ## what swift-format finds
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format: ## the sources, in the one format
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

$(RELEASE):
	$(MAKE) release

install: $(RELEASE) ## to DESTDIR/PREFIX; "make release" before, so that root need not build
	install -d -m 755 $(DESTDIR)/etc/viaduct $(sort $(dir $(addprefix $(DESTDIR),$(INSTALLED))))
	install -s -m 755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/viaduct
	for unit in $(notdir $(wildcard systemd/*)); do \
	    sed 's,/usr/local/bin/,$(PREFIX)/bin/,' systemd/$$unit >$(DESTDIR)$(UNITS)/$$unit || exit; \
	done
	$(RELEASE) --generate-completion-script bash | sed '/^#!/d' >$(DESTDIR)$(SHARE)/bash-completion/completions/viaduct
	$(RELEASE) --generate-completion-script zsh >$(DESTDIR)$(ZSH)/_viaduct
	$(RELEASE) --generate-completion-script fish >$(DESTDIR)$(SHARE)/fish/vendor_completions.d/viaduct.fish
	cp Docs/Manual/viaduct.8 $(DESTDIR)$(SHARE)/man/man8/
	cp Docs/Manual/viaduct.yaml.5 $(DESTDIR)$(SHARE)/man/man5/
	cp $(addprefix Docs/Examples/,$(EXAMPLES)) $(DESTDIR)$(SHARE)/doc/viaduct/examples/
	cp Docs/spec.schema.json $(DESTDIR)$(SHARE)/viaduct/
	cp iproute2/viaduct.conf $(DESTDIR)/etc/iproute2/rt_protos.d/
	chmod 644 $(filter-out %/bin/viaduct,$(addprefix $(DESTDIR),$(INSTALLED)))

uninstall: ## takes away what install brought; what is in /etc/viaduct stays
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	for d in $(SHARE)/doc/viaduct/examples $(SHARE)/doc/viaduct $(SHARE)/viaduct /etc/viaduct; do \
	    [ ! -d $(DESTDIR)$$d ] || rmdir --ignore-fail-on-non-empty $(DESTDIR)$$d; \
	done

# Made from the help and from Docs/Spec.md; a test fails when they are stale.  (It fails, too, when it has written them.)
man: build ## the man pages, anew
	VIADUCT_RECORD=1 $(SWIFT) test --skip-build --disable-xctest --filter ManualTests || true

# In a folder of their own, as dpkg's programs write beside their source.
deb: release ## a Debian package, .build/deb/viaduct_VERSION_ARCHITECTURE.deb, looked through by lintian
	@$(MAKE) --no-print-directory deps PACKAGES='$(DEB_PACKAGES)'
	rm -rf .build/deb && mkdir -p .build/deb/source
	cp -r debian .build/deb/source/
	cd .build/deb/source && DEB_BUILD_OPTIONS=noautodbgsym VIADUCT_SOURCE=$(CURDIR) debian/rules binary
	lintian --fail-on error,warning --info --display-info .build/deb/*.deb

clean: ## all that was built
	rm -rf .build

import TestBed
import Testing
import ViaductCore

/// What `make install` brings, and `make uninstall` takes away again.
@Suite("make install")
struct InstallTests {
    /// Every file there is below a root, and every folder that is named after the program.
    private static func tree(_ root: String) async throws -> [String] {
        let find = "cd \"$0\" && find . \\( ! -type d -o -name '*viaduct*' \\) -printf '%y %m %P\\n' | sort"
        return try await Program(["sh", "-c", find, root], timeout: .seconds(10)).outcome().checked()
            .stdout.split(separator: "\n").map(String.init)
    }

    private static func make(_ target: String, _ root: String, prefix: String) async throws {
        let make = [
            "make", "-s", "-C", TextFile.repository, target, "DESTDIR=\(root)", "PREFIX=\(prefix)",
            "RELEASE=\(Host.viaductBinary)",
        ]
        // What make was told that runs these tests is not for this one.
        let environment = ["MAKEFLAGS": "", "MFLAGS": "", "MAKELEVEL": ""]
        try await Program(make, environment: environment, timeout: .seconds(60)).outcome().checked()
    }

    private static func installed(prefix: String, zsh: String) -> [String] {
        let files = [
            "f 755 \(prefix)/bin/viaduct", "f 644 etc/iproute2/rt_protos.d/viaduct.conf",
            "f 644 \(prefix)/lib/systemd/system/viaduct-watch.service",
            "f 644 \(prefix)/lib/systemd/system/viaduct.target", "f 644 \(prefix)/lib/systemd/system/viaduct@.service",
            "f 644 \(prefix)/share/bash-completion/completions/viaduct", "f 644 \(prefix)/share/\(zsh)/_viaduct",
            "f 644 \(prefix)/share/fish/vendor_completions.d/viaduct.fish",
            "f 644 \(prefix)/share/man/man5/viaduct.yaml.5",
            "f 644 \(prefix)/share/man/man8/viaduct.8",
            "f 644 \(prefix)/share/viaduct/spec.schema.json",
        ]
        let examples = ["minimal", "office", "branch", "default-route", "hub", "namespace"].map {
            "f 644 \(prefix)/share/doc/viaduct/examples/\($0).yaml"
        }
        let folders = ["etc/viaduct", "\(prefix)/share/doc/viaduct", "\(prefix)/share/viaduct"].map { "d 755 \($0)" }
        return (files + examples + folders).sorted()
    }

    @Test(
        "brings these files, and uninstall leaves none of them",
        arguments: [("/usr/local", "zsh/site-functions"), ("/usr", "zsh/vendor-completions")])
    func round(prefix: String, zsh: String) async throws {
        try await SpecFolder.with { root in
            try await Self.make("install", root.path, prefix: prefix)
            #expect(try await Self.tree(root.path) == Self.installed(prefix: String(prefix.dropFirst()), zsh: zsh))
            let unit = try TextFile.read("\(root.path)\(prefix)/lib/systemd/system/viaduct@.service")
            #expect(unit.contains("ExecStart=\(prefix)/bin/viaduct up"))
            try await Self.make("uninstall", root.path, prefix: prefix)
            #expect(try await Self.tree(root.path) == [])
        }
    }

    @Test("leaves what a person made, and so does uninstall")
    func others() async throws {
        try await SpecFolder.with { root in
            let own = ["etc/viaduct/office.yaml", "usr/local/bin/tool", "etc/iproute2/rt_protos.d/mine.conf"]
            for path in own {
                let folder = "\(root.path)/\(path.split(separator: "/").dropLast().joined(separator: "/"))"
                try await Program(["mkdir", "-p", folder], timeout: .seconds(10)).outcome().checked()
                try root.write("mine\n", to: path)
            }
            let before = try await Self.tree(root.path)
            try await Self.make("install", root.path, prefix: "/usr/local")
            try await Self.make("install", root.path, prefix: "/usr/local")
            try await Self.make("uninstall", root.path, prefix: "/usr/local")
            #expect(try await Self.tree(root.path) == before)
        }
    }

    @Test("names the protocol of our routes, by its number")
    func origin() throws {
        let lines = try TextFile.page("iproute2/viaduct.conf").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines == ["\(Ownership.origin)\tviaduct"])
    }
}

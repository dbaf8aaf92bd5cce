import Foundation
import ViaductHost

/// A folder of its own with files as Debian's strongswan packages have them; removed at the end.
struct DebianFiles: ~Copyable {
    let root: String

    /// Makes the files.
    ///
    /// - Parameter changes: files that differ, by their paths below `/etc`; nil for one that is not there.
    /// - Throws: what the file system says.
    init(_ changes: [String: String?] = [:]) throws {
        root = NSTemporaryDirectory() + "viaduct-settings-\(UUID().uuidString)"
        for (path, text) in Self.packaged.merging(changes, uniquingKeysWith: { $1 }) {
            guard let text else { continue }
            try write(text, to: path)
        }
    }

    deinit {
        // Best effort: what stays is in the folder for temporary files.
        try? FileManager.default.removeItem(atPath: root)
    }

    var main: String { root + "/strongswan.conf" }

    func write(_ text: String, to path: String) throws {
        let full = URL(fileURLWithPath: root + "/" + path)
        try FileManager.default.createDirectory(
            at: full.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: full, atomically: false, encoding: .utf8)
    }

    func settings(daemon: String = "charon-systemd") throws -> DaemonSettings {
        try DaemonSettings.read(process: nil, daemon: daemon, usualFile: main)
    }

    private static let packaged: [String: String?] = [
        "strongswan.conf":
            """
        # The main file, which leads to all others
        charon {
        \tload_modular = yes
        \tplugins {
        \t\tinclude strongswan.d/charon/*.conf
        \t}
        }

        include strongswan.d/*.conf

        """,
        "strongswan.d/charon.conf":
            """
        charon {

            # Whether to install routes.
            # install_routes = yes

            crypto_test {

                # bench = no

            }

        }

        """,
        "strongswan.d/charon-systemd.conf": "charon-systemd {\n\n    journal {\n\n    }\n\n}\n",
        "strongswan.d/charon/kernel-netlink.conf": "kernel-netlink {\n\n    # fwmark =\n\n    load = yes\n\n}\n",
        "strongswan.d/charon/socket-default.conf": "socket-default {\n\n    load = yes\n\n}\n",
        "strongswan.d/charon/vici.conf": "vici {\n\n    load = yes\n\n}\n",
    ]
}

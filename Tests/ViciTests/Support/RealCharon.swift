import Glibc
import Testing
import Vici

/// A charon of this machine in namespaces of its own, with a socket that can be reached from outside.
///
/// Everything in the namespaces ends with the last reference to it.
///
/// Its network has loopback and, where the kernel can make one, a link with the address 192.0.2.1/24 and nobody else.
final class RealCharon {
    /// The socket's path.
    let path: String
    private let folder: String
    private var process: pid_t = 0

    /// Why there can be no such charon here; nil when there can.
    static let absence: String? = {
        if geteuid() != 0 { return "making namespaces for charon needs root" }
        guard daemon != nil else { return "charon is not installed" }
        let probe = spawn(["unshare", "-m", "-n", "-p", "-f", "--mount-proc", "mount", "-t", "tmpfs", "tmpfs", "/run"])
        return finish(probe) == 0 ? nil : "this machine lets nobody make namespaces"
    }()

    private static let daemon: String? = ["/usr/sbin/charon-systemd", "/usr/lib/ipsec/charon"].first { (path: String) in
        access(path, X_OK) == 0
    }

    /// Starts charon and waits until it listens.
    init() throws {
        folder = makeTemporaryFolder()
        path = folder + "/charon.vici"
        let configuration = """
            charon {
              load = random nonce aes sha1 sha2 hmac kdf gcm openssl pem pkcs1 x509 kernel-netlink socket-default vici
              install_routes = no
              retransmit_timeout = 0.2
              retransmit_tries = 2
              plugins {
                vici {
                  socket = unix://\(path)
                }
              }
            }

            """
        let setUp = """
            mount -t tmpfs tmpfs /run
            ip link set lo up
            ip link add name v0 type veth peer name v1 && ip link set v1 up && ip link set v0 up &&
            ip addr add 192.0.2.1/24 dev v0
            exec "$0"
            """
        let settings = folder + "/strongswan.conf"
        write(configuration, to: settings)
        process = Self.spawn([
            "unshare", "-m", "-n", "-p", "-f", "--kill-child", "--mount-proc", "env", "STRONGSWAN_CONF=\(settings)",
            "sh", "-c", setUp, try #require(Self.daemon),
        ])
        let deadline = ContinuousClock.now + .seconds(30)
        while !listens {
            try #require(ContinuousClock.now < deadline, "charon does not start")
            pause(milliseconds: 20)
        }
    }

    deinit {
        stop()
        unlink(path)
        unlink(folder + "/strongswan.conf")
        rmdir(folder)
    }

    /// Ends charon at once, as a crash would.
    func stop() {
        guard process > 0 else { return }
        kill(process, SIGKILL)
        _ = Self.finish(process)
        process = 0
        // The namespace's processes are killed by then, but not yet gone.
        while listens { pause(milliseconds: 10) }
    }

    /// Whether somebody takes connections; the socket's file is there some time before and after.
    private var listens: Bool {
        do throws(ViciError) {
            return try Session(path: path, deadline: .now).isOpen
        } catch {
            return false
        }
    }

    /// Starts a program that says nothing.
    private static func spawn(_ arguments: [String]) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        return posix_spawnp(&process, arguments[0], &actions, nil, &words, environ) == 0 ? process : -1
    }

    /// Waits for the end of a program; its status, or -1.
    private static func finish(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        guard process > 0 else { return -1 }
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status
    }

    private func write(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let count = Glibc.write(descriptor, bytes, bytes.count)
        guard count == bytes.count else { preconditionFailure("\(path): \(errno)") }
    }
}

extension Trait where Self == ConditionTrait {
    /// The test runs where a charon can be started, and is skipped elsewhere with the reason.
    ///
    /// With `VIADUCT_STRICT` in the environment it runs in any case, and fails where it cannot.
    static var needsCharon: Self {
        .enabled(
            if: RealCharon.absence == nil || getenv("VIADUCT_STRICT") != nil,
            "\(RealCharon.absence ?? "charon can be started")")
    }
}

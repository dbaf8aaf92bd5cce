public import NetworkModel

/// One change of the machine, with all that is needed to make it, to print it and to take it back.
///
/// What is performed (`Host.perform`), what is printed (`commands`) and what undoes it (`inverse`) are three exhaustive
/// switches over this type. A step carries what it replaces, so none of the three has to look at the machine again.
/// It never holds a secret, so it can be written to the journal and shown.
public indirect enum Step: Sendable, Hashable, Codable {
    /// Does a step in a network namespace other than this process's.
    case within(NamespaceName, Step)
    /// Creates a link, down, with its kind, name and MTU, and moves it to its namespace; other settings follow.
    case addLink(Link)
    /// Deletes a link where it is, and with it its addresses and routes.
    case removeLink(Link)
    /// Changes what is special to a link's kind in place: a VTI's ends or keys.
    case changeKind(InterfaceName, from: LinkKind, to: LinkKind)
    /// Changes settings of a link.
    case changeLink(LinkChange)
    /// Gives an interface an address.
    case addAddress(InterfaceAddress)
    /// Takes an address from an interface.
    case removeAddress(InterfaceAddress)
    /// Adds a route; never in the place of another.
    case addRoute(Route)
    /// Removes a route.
    case removeRoute(Route)
    /// Adds a rule.
    case addRule(Rule)
    /// Removes a rule.
    case removeRule(Rule)
    /// Sets a kernel setting.
    case setSysctl(SysctlChange)
    /// Makes the firewall table that lowers the TCP MSS.
    case addClamp(MSSClamp)
    /// Removes that table.
    case removeClamp(MSSClamp)
    /// Writes a file, in the place of an older one of ours when there is one.
    case writeFile(ConfigurationFile, replacing: ConfigurationFile?)
    /// Removes a file.
    case removeFile(ConfigurationFile)
    /// Hands a secret or private key to charon.
    case loadSecret(ConnectionSecret)
    /// Takes a secret or private key from charon.
    case unloadSecret(ConnectionSecret)
    /// Hands a pool of virtual addresses to charon.
    case loadPool(AddressPool)
    /// Takes a pool from charon, and ends what still uses it.
    case unloadPool(AddressPool)
    /// Hands a connection to charon, which starts it as its `start_action` says; ends SAs of the one it replaces.
    case loadConnection(Connection, replacing: Connection?)
    /// Takes a connection from charon and ends its SAs.
    case unloadConnection(Connection)
    /// Ends the IKE_SAs of the connection of this name with CHILD_SAs that the kernel has lost, as after `ip xfrm state flush`:
    /// charon does not notice, and what is negotiated beside them would leave them in their place. They were of no use, so
    /// there is nothing to undo.
    case endSAs(of: String)
    /// Runs programs of the administrator's.
    case runHooks(HookRun)
    /// Waits until the children's SAs are there; it changes no configuration, so there is nothing to undo.
    case establish(Establishment)
    /// Sends a packet through the tunnel and sees it come back; it changes nothing, so there is nothing to undo.
    case probe(Probe)

    /// Whether it changes nothing and only looks whether the tunnel works: it waits for SAs, or sends a packet.
    public var isProof: Bool {
        switch self {
        case .establish, .probe: true
        case .within(_, let step): step.isProof
        case .addLink, .removeLink, .changeKind, .changeLink, .addAddress, .removeAddress, .addRoute, .removeRoute,
            .addRule, .removeRule, .setSysctl, .addClamp, .removeClamp, .writeFile, .removeFile, .loadSecret,
            .unloadSecret, .loadPool, .unloadPool, .loadConnection, .unloadConnection, .endSAs, .runHooks:
            false
        }
    }

    /// The step that takes this one back; nil when it leaves nothing behind that another step's inverse does not end.
    public var inverse: Step? {
        switch self {
        case .within(let namespace, let step): step.inverse.map { .within(namespace, $0) }
        case .addLink(let link): .removeLink(link)
        case .removeLink(let link): .addLink(link)
        case .changeKind(let name, from: let old, to: let new): .changeKind(name, from: new, to: old)
        case .changeLink(let change): .changeLink(change.inverse)
        case .addAddress(let address): .removeAddress(address)
        case .removeAddress(let address): .addAddress(address)
        case .addRoute(let route): .removeRoute(route)
        case .removeRoute(let route): .addRoute(route)
        case .addRule(let rule): .removeRule(rule)
        case .removeRule(let rule): .addRule(rule)
        case .setSysctl(let change): .setSysctl(change.inverse)
        case .addClamp(let clamp): .removeClamp(clamp)
        case .removeClamp(let clamp): .addClamp(clamp)
        case .writeFile(let file, replacing: let old?): .writeFile(old, replacing: file)
        case .writeFile(let file, replacing: nil): .removeFile(file)
        case .removeFile(let file): .writeFile(file, replacing: nil)
        case .loadSecret(let secret): .unloadSecret(secret)
        case .unloadSecret(let secret): .loadSecret(secret)
        case .loadPool(let pool): .unloadPool(pool)
        case .unloadPool(let pool): .loadPool(pool)
        case .loadConnection(let connection, replacing: let old?): .loadConnection(old, replacing: connection)
        case .loadConnection(let connection, replacing: nil): .unloadConnection(connection)
        case .unloadConnection(let connection): .loadConnection(connection, replacing: nil)
        case .runHooks(let run): .runHooks(run.inverse)
        case .endSAs, .establish, .probe: nil
        }
    }
}

/// Settings of a link that can change while it exists.
public struct LinkSettings: Sendable, Hashable, Codable {
    /// The MTU in bytes; nil leaves it alone.
    public var mtu: UInt32?
    /// The alias; nil leaves it alone, the empty text removes it.
    public var alias: String?
    /// Whether it is up; nil leaves it alone.
    public var isUp: Bool?
    /// Whether it carries multicast; nil leaves it alone.
    public var isMulticast: Bool?
    /// How the IPv6 link-local address is made; nil leaves it alone.
    public var addressGeneration: AddressGenerationMode?
    /// The VRF or bridge that it belongs to; nil leaves it alone.
    public var master: Membership?
    /// The group of links that it is in (IFLA_GROUP); nil leaves it alone.
    public var group: UInt32?

    /// Whether a link belongs to a VRF or bridge.
    public enum Membership: Sendable, Hashable, Codable {
        /// It belongs to none.
        case none
        /// It belongs to this one.
        case of(InterfaceName)
    }

    /// Makes settings.
    public init(
        mtu: UInt32? = nil, alias: String? = nil, isUp: Bool? = nil, isMulticast: Bool? = nil,
        addressGeneration: AddressGenerationMode? = nil, master: Membership? = nil, group: UInt32? = nil
    ) {
        self.mtu = mtu
        self.alias = alias
        self.isUp = isUp
        self.isMulticast = isMulticast
        self.addressGeneration = addressGeneration
        self.master = master
        self.group = group
    }
}

/// A change of a link's settings.
public struct LinkChange: Sendable, Hashable, Codable {
    /// The link.
    public var name: InterfaceName
    /// The settings before; nil where nothing changes.
    public var from: LinkSettings
    /// The settings after.
    public var to: LinkSettings

    /// Makes a change.
    public init(_ name: InterfaceName, from: LinkSettings, to: LinkSettings) {
        self.name = name
        self.from = from
        self.to = to
    }

    /// The change back.
    public var inverse: LinkChange { LinkChange(name, from: to, to: from) }
}

/// A change of a kernel setting below /proc/sys.
public struct SysctlChange: Sendable, Hashable, Codable {
    /// The setting.
    public var key: SysctlKey
    /// The value before.
    public var from: String
    /// The value after.
    public var to: String

    /// Makes a change.
    public init(_ key: SysctlKey, from: String, to: String) {
        self.key = key
        self.from = from
        self.to = to
    }

    /// The change back.
    public var inverse: SysctlChange { SysctlChange(key, from: to, to: from) }
}

/// A kernel setting below /proc/sys, as the components of its path: an interface's name may hold a dot.
public struct SysctlKey: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The path's components below /proc/sys, such as `net`, `ipv4`, `ip_forward`.
    public var components: [String]

    /// Makes a key.
    public init(_ components: String...) {
        self.components = components
    }

    /// `net.FAMILY.conf.LINK.disable_policy`: the link's packets need no policy beside the one that VTI checks itself.
    public static func disablePolicy(_ family: AddressFamily, _ link: InterfaceName) -> SysctlKey {
        SysctlKey("net", family.rawValue, "conf", link.text, "disable_policy")
    }

    /// The link whose setting it is; nil for the whole machine's.
    public var link: String? {
        guard components.count == 5, components[2] == "conf", !["all", "default"].contains(components[3]) else {
            return nil
        }
        return components[3]
    }

    /// The file's path.
    public var path: String { "/proc/sys/" + components.joined(separator: "/") }

    /// The key as sysctl(8) takes it: with slashes, which leave dots in names alone.
    public var description: String { components.joined(separator: "/") }

    /// Whether the setting concerns the whole machine (or namespace), so that tunnels share it.
    public var isShared: Bool { link == nil }

    /// `net.ipv4.ip_forward`.
    public static let forwardingIPv4 = SysctlKey("net", "ipv4", "ip_forward")
    /// `net.ipv6.conf.all.forwarding`.
    public static let forwardingIPv6 = SysctlKey("net", "ipv6", "conf", "all", "forwarding")
}

/// A file that Viaduct keeps below swanctl's folder, mode 0600.
public struct ConfigurationFile: Sendable, Hashable, Codable {
    /// Where it is.
    public var path: ConfigurationPath
    /// What it holds.
    public var content: Content

    /// What a file holds.
    public enum Content: Sendable, Hashable, Codable {
        /// Text, with the places of secrets.
        case text([TextPiece])
        /// The bytes of a certificate or private key.
        case copy(of: FileSource)
    }

    /// Makes a file.
    public init(_ path: ConfigurationPath, _ content: Content) {
        self.path = path
        self.content = content
    }
}

/// A secret that charon keeps beside the connection.
public enum ConnectionSecret: Sendable, Hashable, Codable {
    /// A pre-shared key: its name in charon and the identities it is for.
    case preshared(name: String, owners: [String], source: SecretReference)
    /// A private key, by the absolute path of its file.
    case privateKey(path: String)
}

/// A pool of virtual addresses as charon gets it (swanctl section `pools`).
public struct AddressPool: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// The addresses that it hands out (swanctl `addrs`).
    public var addresses: IPPrefix

    /// Makes a pool.
    public init(name: String, addresses: IPPrefix) {
        self.name = name
        self.addresses = addresses
    }
}

/// A connection as charon gets it.
public struct Connection: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// What stands in its section.
    public var tree: SwanctlTree

    /// Makes a connection.
    public init(name: String, tree: SwanctlTree) {
        self.name = name
        self.tree = tree
    }

    /// What its policies and SAs bear; nil when it has no children that tell.
    public var binding: Binding? {
        guard let child = children.first.flatMap({ tree.section("children")?.section($0) }) else { return nil }
        func text(_ key: String) -> String? {
            if case .text(let text)? = child[key] { text } else { nil }
        }
        if let input = text("if_id_in").flatMap({ UInt32(literal: $0) }),
            let output = text("if_id_out").flatMap({ UInt32(literal: $0) })
        {
            return .interfaceIDs(input: input, output: output)
        }
        guard let input = text("mark_in").flatMap({ Mark($0) }), let output = text("mark_out").flatMap({ Mark($0) })
        else { return nil }
        return .marks(input: input, output: output)
    }

    /// The names of its children.
    public var children: [String] { tree.section("children")?.entries.map(\.name) ?? [] }
}

/// A wait for SAs.
public struct Establishment: Sendable, Hashable, Codable {
    /// The connection's name.
    public var connection: String
    /// The children whose SAs are waited for.
    public var children: [String]
    /// Whether charon has to be told to initiate; false when loading the connection has started it.
    public var initiates: Bool
    /// What policies and SAs must bear in the kernel.
    public var binding: Binding
    /// The peer's addresses or names, for messages; empty when it may be anywhere.
    public var peers: [String]
    /// The link that gets the virtual addresses which come with the SAs; nil for none.
    ///
    /// Only in plans that are printed: `up` looks again when the SAs are there, and adds the addresses by steps of their own.
    public var assignee: Link?

    /// Makes a wait.
    public init(
        connection: String, children: [String], initiates: Bool, binding: Binding, peers: [String] = [],
        assignee: Link? = nil
    ) {
        self.connection = connection
        self.children = children
        self.initiates = initiates
        self.binding = binding
        self.peers = peers
        self.assignee = assignee
    }
}

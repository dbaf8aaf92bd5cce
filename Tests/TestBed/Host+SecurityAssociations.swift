/// A CHILD_SA as charon lists it.
public struct ChildSA: Sendable, Equatable {
    /// The names of the connection and of the child.
    public let connection: String, name: String
    /// Charon's word, as `INSTALLED`.
    public let state: String
    /// The SPIs in hexadecimal: equal ones mean that it is the same SA.
    public let spiIn: String, spiOut: String
    /// The interface ids in decimal; nil when it has none.
    public let ifIDIn: UInt32?, ifIDOut: UInt32?
    /// The marks of its policies in decimal, without their masks; nil when it has none.
    public let markIn: UInt32?, markOut: UInt32?
    /// The traffic selectors of our side and of the peer's, as `10.1.0.0/16`.
    public let localSelectors: [String], remoteSelectors: [String]
    /// Charon's word, as `TUNNEL`.
    public let mode: String
    /// Bytes that went through it.
    public let bytesIn: Int, bytesOut: Int
}

extension Host {
    /// Sends charon a command, as `rekey` with the name of a child.
    /// - Parameters:
    ///   - name: The command.
    ///   - arguments: Its arguments, as `["child": "office"]`.
    ///   - event: The kind of events in which the answer is streamed, as `list-sa`.
    /// - Returns: The answer, and the events that came before it.
    /// - Throws: ``TestBedError`` when charon is not there or says `success = no`.
    @discardableResult
    public func vici(
        _ name: String, _ arguments: KeyValuePairs<String, String> = [:], streaming event: String? = nil
    ) async throws -> (answer: ViciValue, events: [ViciValue]) {
        let message = ViciValue.section(arguments.map { .init(name: $0.key, value: .text($0.value)) })
        let socket = viciSocket
        return try await onThread { () throws -> (answer: ViciValue, events: [ViciValue]) in
            let (answer, events) = try ViciConnection(to: socket).command(name, message, streaming: event)
            guard answer["success"]?.string != "no" else {
                throw TestBedError("charon: \(name): \(answer["errmsg"]?.string ?? "no reason given")")
            }
            return (answer, events)
        }
    }

    /// The CHILD_SAs that charon has, in no certain order.
    /// - Throws: ``TestBedError`` when charon is not there.
    public func childSAs() async throws -> [ChildSA] {
        try await vici("list-sas", streaming: "list-sa").events.flatMap { event in
            event.entries.flatMap { ike in
                (ike.value["child-sas"]?.entries ?? []).map { ChildSA(connection: ike.name, $0.value) }
            }
        }
    }
}

extension ChildSA {
    init(connection: String, _ section: ViciValue) {
        func text(_ name: String) -> String { section[name]?.string ?? "" }
        func number(_ name: String) -> Int { Int(text(name)) ?? 0 }
        self.connection = connection
        name = text("name")
        state = text("state")
        (spiIn, spiOut) = (text("spi-in"), text("spi-out"))
        func list(_ name: String) -> [String] {
            guard case .list(let items)? = section[name] else { return [] }
            return items
        }
        mode = text("mode")
        (localSelectors, remoteSelectors) = (list("local-ts"), list("remote-ts"))
        (ifIDIn, ifIDOut) = (UInt32(text("if-id-in"), radix: 16), UInt32(text("if-id-out"), radix: 16))
        (markIn, markOut) = (UInt32(text("mark-in"), radix: 16), UInt32(text("mark-out"), radix: 16))
        (bytesIn, bytesOut) = (number("bytes-in"), number("bytes-out"))
    }
}

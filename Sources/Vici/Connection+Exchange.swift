extension Connection {
    /// Sends a packet and returns the first packet in answer that is no event; events on the way are handed on.
    ///
    /// After a failure other than `.unencodable` the connection is closed, as its answer may still be under way.
    ///
    /// - Throws: `ViciError`, naming the operation.
    mutating func exchange(
        _ packet: Packet, for operation: String, deadline: ContinuousClock.Instant,
        events: (String, Message) -> Void
    ) throws(ViciError) -> Packet {
        guard isOpen else { throw .sessionClosed(operation: operation) }
        let segment: [UInt8]
        do {
            segment = try packet.segment()
        } catch {
            throw .unencodable(operation: operation, reason: error.reason)
        }
        let start = ContinuousClock.now
        do throws(Failure) {
            try discardEvents(until: deadline)
            try send(segment, deadline: deadline)
            while true {
                let answer = try receive(deadline: deadline)
                guard case .event(let name, let message) = answer else { return answer }
                events(name, message)
                // The deadline also holds when events never cease to come.
                guard ContinuousClock.now < deadline else { throw .timedOut }
            }
        } catch {
            close()
            throw error.named(operation, after: deadline - start)
        }
    }

    /// Closes the connection for a packet that charon had no reason to send.
    mutating func outOfPlace(_ packet: Packet, in operation: String) -> ViciError {
        close()
        let kind =
            switch packet {
            case .request, .register, .unregister: "a packet that only clients send"
            case .response: "a response to a registration"
            case .unknownCommand: "\"unknown command\" to a registration"
            case .eventConfirmed, .eventUnknown: "an answer about events to a command"
            case .event: "an event"
            }
        return .malformed(operation: operation, reason: kind)
    }

    /// Throws away events that came unasked since the last answer; any other packet belongs to no request of ours.
    private mutating func discardEvents(until deadline: ContinuousClock.Instant) throws(Failure) {
        while ContinuousClock.now < deadline {
            let packet: Packet
            do throws(Failure) {
                packet = try receive(deadline: .now)
            } catch .timedOut {
                return
            }
            guard case .event = packet else {
                throw .malformed(CodingFault(reason: "an answer that belongs to no request"))
            }
        }
    }
}

extension Connection.Failure {
    /// The failure as an error of the room, with what was under way.
    func named(_ operation: String, after time: Duration) -> ViciError {
        switch self {
        case .timedOut: .timedOut(operation: operation, after: time)
        case .ended: .closedByDaemon(operation: operation)
        case .code(let code): .broken(operation: operation, code: code)
        case .malformed(let fault): .malformed(operation: operation, reason: fault.reason)
        }
    }
}

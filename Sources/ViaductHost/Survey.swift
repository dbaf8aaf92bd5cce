public import ViaductCore

/// One look at the machine for several tunnels: what each of them finds.
public struct Survey: Sendable {
    /// The tunnels in the order of their names, or as they were asked for.
    public var tunnels: [Entry]

    /// A tunnel, and the machine as it finds it.
    public struct Entry: Sendable {
        /// The tunnel's name.
        public var name: TunnelName
        /// Its spec.
        public var spec: SpecReading
        /// The machine.
        public var machine: Observed
        /// Why its secrets could not be read; nil when they were.
        public var secretProblem: SecretProblem?

        /// How the tunnel is.
        public var status: TunnelStatus {
            TunnelStatus(of: name, spec: spec, on: machine, secretProblem: secretProblem)
        }
    }
}

extension Session {
    /// What `terminate` did.
    public struct Termination: Sendable, Equatable {
        /// The number of SAs that the target stood for (`matches`).
        public let matches: Int
        /// The number of them that are closed (`terminated`); with `Patience.none`, that will be.
        public let terminated: Int

        /// Makes the result of counts.
        package init(matches: Int, terminated: Int) {
            self.matches = matches
            self.terminated = terminated
        }

        /// Makes the result of charon's counts; nil when it does not tell the first.
        init?(matches: Int?, terminated: Int) {
            guard let matches else { return nil }
            self.init(matches: matches, terminated: terminated)
        }
    }
}

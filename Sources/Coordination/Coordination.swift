//  Coordination: see Sources/README.md.

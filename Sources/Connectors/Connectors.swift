//  Connectors: see Sources/README.md.

//  Execution: see Sources/README.md.

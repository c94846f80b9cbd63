//  Operators: see Sources/README.md.

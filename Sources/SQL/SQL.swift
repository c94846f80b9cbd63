//  SQL: see Sources/README.md.

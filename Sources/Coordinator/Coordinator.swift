//  Coordinator: see Sources/README.md.

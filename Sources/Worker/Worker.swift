//  Worker: see Sources/README.md.

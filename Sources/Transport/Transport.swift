//  Transport: see Sources/README.md.

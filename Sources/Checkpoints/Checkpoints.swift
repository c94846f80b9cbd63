//  Checkpoints: see Sources/README.md.

//  HTTPAPI: see Sources/README.md.

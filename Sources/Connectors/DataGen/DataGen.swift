//  The `datagen` connector: rows of sequences and random values, the same ones for the same seed.
//  Source: Flink's "DataGen SQL Connector".

import Columnar
import Dataflow

enum DataGen {
  static let descriptor = ConnectorDescriptor(
    name: "datagen",
    options: [
      OptionDescriptor("rows-per-second", .integer, default: "10000", help: "rows per second of wall clock over all subtasks"),
      OptionDescriptor(
        "number-of-rows", .integer, help: "how many rows there are; without it, or a sequence that ends, the source has no end"),
      OptionDescriptor("seed", .integer, default: "0", help: "what random values are drawn from; the same seed gives the same rows"),
      OptionDescriptor(
        "fields.<field>.kind", .choice(["random", "sequence"]), default: "random", help: "how the column's values are made"),
      OptionDescriptor("fields.<field>.min", .string, help: "the least random value; the least value of the type unless given"),
      OptionDescriptor("fields.<field>.max", .string, help: "the greatest random value; the greatest value of the type unless given"),
      OptionDescriptor(
        "fields.<field>.max-past", .duration, default: "0 s", help: "how far before the base time a random timestamp may lie"),
      OptionDescriptor(
        "fields.<field>.length", .integer,
        help: "the length of random strings, bytes, arrays, maps and multisets; 100 for strings and bytes, 3 for collections"),
      OptionDescriptor(
        "fields.<field>.var-len", .boolean, default: "false", help: "whether lengths are random too, from 1 up to the length"),
      OptionDescriptor("fields.<field>.null-rate", .double, default: "0", help: "the share of rows in which the column is NULL"),
      OptionDescriptor("fields.<field>.start", .integer, help: "the first value of a sequence"),
      OptionDescriptor("fields.<field>.end", .integer, help: "the last value of a sequence; the source ends after it"),
    ],
    isSource: true, isSink: false)
}

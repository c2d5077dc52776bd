package io.pinpipeline.pipelines.cli;

/** How a command prints what it found. */
enum OutputFormat {
  /** For people. */
  table,

  /** For programs: one JSON object, by dataset. */
  json
}

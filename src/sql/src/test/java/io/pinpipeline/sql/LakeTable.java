package io.pinpipeline.sql;

import java.util.List;

/** What the specification says of each table of a lake. */
enum LakeTable {
  PIN(
      "silver/pin",
      """
      ind long!
      unique_id string
      title string
      description string
      follower_count int
      poster_name string
      tag_list string
      is_image_or_video string
      image_src string
      save_location string
      category string
      _rescued string
      _source.origin string
      _source.partition int
      _source.offset long
      _source.fingerprint long
      """),
  GEO(
      "silver/geo",
      """
      ind long!
      country string
      coordinates.latitude double
      coordinates.longitude double
      timestamp timestamp
      _rescued string
      _source.origin string
      _source.partition int
      _source.offset long
      _source.fingerprint long
      """),
  USER(
      "silver/user",
      """
      ind long!
      user_name string
      age int
      date_joined timestamp
      _rescued string
      _source.origin string
      _source.partition int
      _source.offset long
      _source.fingerprint long
      """),
  DEAD_LETTER(
      "dead_letter",
      """
      dataset string!
      code string!
      field string
      message string!
      raw binary!
      attempt int!
      rejected_at timestamp!
      run string
      _source.origin string
      _source.partition int
      _source.offset long
      """);

  /**
   * A leaf column.
   *
   * @param path its name, with a dot between a struct's and a member's
   * @param type as Delta names it
   * @param required whether it is never null
   */
  record Leaf(String path, String type, boolean required) {

    private static Leaf parse(String text) {
      String[] parts = text.replace("!", "").split(" ", -1);
      return new Leaf(parts[0], parts[1], text.endsWith("!"));
    }
  }

  private final String folder;
  private final String leaves;

  LakeTable(String folder, String leaves) {
    this.folder = folder;
    this.leaves = leaves;
  }

  /** Its name, as the commands print it. */
  String tableName() {
    return folder.substring(folder.indexOf('/') + 1);
  }

  /** Where it is in a lake. */
  String folder() {
    return folder;
  }

  /** The leaf columns, in order. */
  List<Leaf> leaves() {
    return leaves.lines().map(Leaf::parse).toList();
  }

  /** The columns that the command {@code digest} is over: what was sent, not how it came. */
  List<Leaf> digested() {
    List<String> ofDeadLetters = List.of("dataset", "code", "field", "raw");
    return leaves().stream()
        .filter(
            leaf ->
                this == DEAD_LETTER
                    ? ofDeadLetters.contains(leaf.path())
                    : !leaf.path().startsWith("_source."))
        .toList();
  }
}

package io.pinpipeline.bench;

import io.pinpipeline.core.generate.RecordKind;

/** Ways in which a record of the benchmark is bad. */
enum Damage {
  CUT {
    @Override
    Damaged of(RecordKind kind, String record) {
      return new Damaged("MALFORMED_JSON", record.substring(0, record.lastIndexOf(',')));
    }
  },
  NUMBER {
    @Override
    Damaged of(RecordKind kind, String record) {
      return new Damaged("NOT_AN_OBJECT", "42");
    }
  },
  STRANGER {
    @Override
    Damaged of(RecordKind kind, String record) {
      return stranger();
    }
  },
  NO_KEY {
    @Override
    Damaged of(RecordKind kind, String record) {
      return field("MISSING_KEY", record, keyOf(kind), "null");
    }
  },
  KEY_IN_A_LIST {
    @Override
    Damaged of(RecordKind kind, String record) {
      return field("BAD_TYPE", record, keyOf(kind), "[7]");
    }
  },
  NO_NUMBER {
    @Override
    Damaged of(RecordKind kind, String record) {
      return switch (kind) {
        case PIN -> field("BAD_FOLLOWER_COUNT", record, "follower_count", "\"12q\"");
        case GEO -> field("BAD_COORDINATE", record, "latitude", "90.5");
        case USER -> field("BAD_AGE", record, "age", "151");
      };
    }
  },
  NO_DATE {
    @Override
    Damaged of(RecordKind kind, String record) {
      return switch (kind) {
        case PIN -> field("BAD_FOLLOWER_COUNT", record, "follower_count", "\"9999M\"");
        case GEO -> field("BAD_TIMESTAMP", record, "timestamp", "\"yesterday\"");
        case USER -> field("BAD_TIMESTAMP", record, "date_joined", "\"2020-13-01T00:00:00\"");
      };
    }
  };

  /**
   * A bad record.
   *
   * @param code what it has to be rejected with
   */
  record Damaged(String code, String raw) {}

  /** Damages a good record; its characters stand for its bytes. */
  abstract Damaged of(RecordKind kind, String record);

  private static String keyOf(RecordKind kind) {
    return kind == RecordKind.PIN ? "index" : "ind";
  }

  /** Replaces a field's value; where the record lacks the field it is made one of no dataset. */
  private static Damaged field(String code, String record, String field, String value) {
    String damaged =
        record.replaceFirst("(\"" + field + "\": ?)(\"[^\"]*\"|[-0-9.]+|null)", "$1" + value);
    return damaged.equals(record) ? stranger() : new Damaged(code, damaged);
  }

  private static Damaged stranger() {
    return new Damaged("UNRECOGNISED_RECORD", "{\"name\":\"Maya\",\"role\":\"engineer\"}");
  }
}

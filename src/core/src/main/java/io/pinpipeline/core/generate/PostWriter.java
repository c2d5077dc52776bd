package io.pinpipeline.core.generate;

import io.pinpipeline.core.generate.Words.Escapes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of posts. What a record says depends on the seed, the post and the kind alone,
 * never on the form in which it is written; so nothing here may draw depending on the form or on
 * the bytes written so far.
 */
final class PostWriter {

  /** How a copy of a record relates to the first. */
  enum Copy {
    /** The first, or the same bytes again. */
    SAME,
    /** The same content in another wire form. */
    REPHRASED,
    /** Other content: one field differs. */
    EDITED
  }

  private static final int STYLE = 10;
  private static final int CONTENT = 20;
  private static final int POSTER = 30;
  private static final int PERSON = 31;

  private static final int POSTERS = 1 << 20;
  private static final int PEOPLE = 1 << 22;

  private static final long FIRST_POST = 1_509_494_400; // 2017-11-01
  private static final int POSTED_WITHIN = 1826 * 86_400;
  private static final long FIRST_JOINED = 1_445_385_600; // 2015-10-21
  private static final int JOINED_WITHIN = 742 * 86_400;

  private static final Field[] OPTIONAL_OF_PIN = {
    Field.TITLE, Field.DESCRIPTION, Field.POSTER_NAME, Field.FOLLOWER_COUNT, Field.TAG_LIST,
    Field.IS_IMAGE_OR_VIDEO, Field.IMAGE_SRC, Field.DOWNLOADED, Field.SAVE_LOCATION, Field.CATEGORY
  };
  private static final Field[] OPTIONAL_OF_GEO = {
    Field.TIMESTAMP, Field.LATITUDE, Field.LONGITUDE, Field.COUNTRY
  };
  private static final Field[] OPTIONAL_OF_USER = {
    Field.FIRST_NAME, Field.LAST_NAME, Field.AGE, Field.DATE_JOINED
  };

  private static final byte[] NULL = ascii("null");
  private static final byte[] EMPTY = ascii("\"\"");
  private static final byte[] BLANK = ascii("\"  \"");
  private static final byte[] NO_TITLE = ascii("No Title Data Available");
  private static final byte[] NO_DESCRIPTION = ascii("No description available");
  private static final byte[] NO_STORY_DESCRIPTION = ascii("No description available Story format");
  private static final byte[] UNTITLED = ascii("Untitled");
  private static final byte[] NO_POSTER = ascii("User Info Error");
  private static final byte[] NO_TAGS = ascii("N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e");
  private static final byte[] NO_IMAGE = ascii("Image src error.");
  private static final byte[] NO_IMAGE_EITHER = ascii("Image src error");
  private static final byte[] IMAGE = ascii("image");
  private static final byte[] VIDEO = ascii("video");
  private static final byte[] STORY = ascii("multi-video(story page format)");
  private static final byte[] ORIGINALS = ascii("https://img.pins.example/originals/");
  private static final byte[] THUMBNAILS =
      ascii("https://img.pins.example/videos/thumbnails/originals/");
  private static final byte[] JPG = ascii(".jpg");
  private static final byte[] PNG = ascii(".png");
  private static final byte[] FIRST_FRAME = ascii(".0000001.jpg");
  private static final byte[] LOCAL_SAVE = ascii("Local save in ");
  private static final byte[] DATA = ascii("/data/");
  private static final byte[] HOW_TO = ascii("How to ");
  private static final byte[] AND = ascii(" & ");
  private static final byte[] THE = ascii("The ");
  private static final byte[] ATTACHMENT = ascii(",\"attachment\":\"");
  private static final byte[][] ZONES = {ascii("Z"), ascii("+01:00"), ascii("-05:30")};
  private static final byte[][] EXTRAS = {
    ascii(",\"schema_version\":2"),
    ascii(",\"client\":\"web 4.1\",\"pinned\":true"),
    ascii(",\"device\":{\"os\":\"android\",\"screen\":[1080,2400],\"title\":null}")
  };
  private static final Words ELLIPSIS = Words.phrases("… ");

  private final long seed;
  private final ByteWriter out = new ByteWriter();
  private final Draws draws = new Draws();
  private final Draws shared = new Draws();

  private boolean spaced;
  private Escapes escapes = Escapes.NONE;
  private Copy copy = Copy.SAME;
  private boolean first;
  private @Nullable Field absent;
  private int absence;
  private @Nullable Field damaged;
  private byte[] damage = NULL;

  PostWriter(long seed) {
    this.seed = seed;
  }

  /** What was written since the buffer was last emptied. */
  ByteWriter out() {
    return out;
  }

  /** Appends a good record. */
  void write(RecordKind kind, long post, Copy asCopy) {
    style(post);
    draws.restart(seed, CONTENT + kind.number(), post);
    Field[] optional = optional(kind);
    int unusual = draws.below(1000);
    absent = null;
    if (unusual < 20) {
      Field field = optional[draws.below(optional.length)];
      absence = draws.below(4);
      absent = asCopy == Copy.EDITED ? null : field;
    }
    boolean extras = unusual >= 998;
    // Unknown fields are rescued as they came, so another form of them would be other content.
    copy = extras && asCopy == Copy.REPHRASED ? Copy.SAME : asCopy;
    if (copy == Copy.REPHRASED) {
      spaced = !spaced;
      escapes = escapes == Escapes.NONE ? Escapes.LOWER : Escapes.NONE;
      absence ^= 1;
    }
    first = true;
    out.put('{');
    switch (kind) {
      case PIN -> pin(post);
      case GEO -> geo(post);
      case USER -> user(post);
    }
    if (extras) {
      out.put(EXTRAS[draws.below(EXTRAS.length)]);
    }
    out.put('}');
  }

  /** Appends a record with one field replaced, or left out where the value is empty. */
  void writeDamaged(RecordKind kind, long post, Field field, byte[] value) {
    damaged = field;
    damage = value;
    write(kind, post, Copy.SAME);
    damaged = null;
  }

  /** Appends a record cut off somewhere. */
  void writeCut(RecordKind kind, long post) {
    int start = out.size();
    write(kind, post, Copy.SAME);
    out.truncate(start + 1 + draws.below(out.size() - start - 1));
  }

  /** Appends a record with the closing brace replaced. */
  void writeEnding(RecordKind kind, long post, byte[] ending) {
    write(kind, post, Copy.SAME);
    out.truncate(out.size() - 1);
    out.put(ending);
  }

  /** Appends a record that is otherwise good, of exactly so many bytes. */
  void writeOversized(RecordKind kind, long post, int bytes) {
    int end = out.size() + bytes;
    writeEnding(kind, post, ATTACHMENT);
    out.fill('A', end - 2 - out.size());
    out.put('"');
    out.put('}');
  }

  private void pin(long post) {
    int key = PostGenerator.key(seed, post);
    boolean broken = draws.chance(15, 1000);
    int medium = draws.below(1000);
    boolean story = broken || medium < 78;
    boolean withoutImage = broken || medium >= 987;
    int category = draws.below(Vocabulary.CATEGORIES.size());
    Words subjects = Vocabulary.SUBJECTS.get(category);

    number(Field.INDEX, key);
    if (begin(Field.UNIQUE_ID)) {
      uniqueId();
    }
    if (begin(Field.TITLE)) {
      title(broken, subjects);
    }
    if (begin(Field.DESCRIPTION)) {
      description(story);
    }
    shared.restart(seed, POSTER, draws.lowestBelow(POSTERS));
    if (begin(Field.POSTER_NAME)) {
      poster(broken);
    }
    if (begin(Field.FOLLOWER_COUNT)) {
      followers(broken);
    }
    if (begin(Field.TAG_LIST)) {
      tags(withoutImage, subjects);
    }
    text(Field.IS_IMAGE_OR_VIDEO, story ? STORY : medium < 116 ? VIDEO : IMAGE);
    if (begin(Field.IMAGE_SRC)) {
      image(withoutImage, story || medium < 116);
    }
    number(Field.DOWNLOADED, withoutImage ? 0 : 1);
    if (begin(Field.SAVE_LOCATION)) {
      out.put('"');
      if (!draws.chance(1, 100)) {
        out.put(LOCAL_SAVE);
      }
      out.put(DATA);
      out.put(Vocabulary.CATEGORIES.get(category, escapes));
      out.put('"');
    }
    text(Field.CATEGORY, Vocabulary.CATEGORIES.get(category, escapes));
  }

  private void geo(long post) {
    number(Field.IND, PostGenerator.key(seed, post));
    long posted = FIRST_POST + draws.below(POSTED_WITHIN);
    if (begin(Field.TIMESTAMP)) {
      timestamp(posted);
    }
    if (begin(Field.LATITUDE)) {
      tenThousandths(draws.below(1_800_001) - 900_000);
    }
    if (begin(Field.LONGITUDE)) {
      tenThousandths(draws.below(3_600_001) - 1_800_000);
    }
    int country = draws.lowBelow(Vocabulary.COUNTRIES.size());
    if (copy == Copy.EDITED) {
      country = (country + 1) % Vocabulary.COUNTRIES.size();
    }
    text(Field.COUNTRY, Vocabulary.COUNTRIES.get(country, escapes));
  }

  private void user(long post) {
    number(Field.IND, PostGenerator.key(seed, post));
    shared.restart(seed, PERSON, draws.lowBelow(PEOPLE));
    int firstName = shared.lowBelow(Vocabulary.FIRST_NAMES.size());
    int lastName = shared.lowBelow(Vocabulary.LAST_NAMES.size());
    text(Field.FIRST_NAME, Vocabulary.FIRST_NAMES.get(firstName, escapes));
    text(Field.LAST_NAME, Vocabulary.LAST_NAMES.get(lastName, escapes));
    int generation = shared.below(100);
    int age =
        generation < 3
            ? 13 + shared.below(7)
            : generation < 6 ? 61 + shared.below(30) : 20 + shared.lowBelow(41);
    number(Field.AGE, copy == Copy.EDITED ? age + 1 : age);
    long joined = FIRST_JOINED + shared.lowBelow(JOINED_WITHIN);
    if (begin(Field.DATE_JOINED)) {
      timestamp(joined);
    }
  }

  private void uniqueId() {
    long high = draws.next();
    long low = draws.next();
    if (copy == Copy.EDITED) {
      low ^= 1;
    }
    out.put('"');
    out.hex(high >>> 32, 4);
    out.put('-');
    out.hex(high >>> 16, 2);
    out.put('-');
    out.hex((high & 0x0FFF) | 0x4000, 2); // version 4: random
    out.put('-');
    out.hex((low >>> 48 & 0x3FFF) | 0x8000, 2); // variant 1
    out.put('-');
    out.hex(low, 6);
    out.put('"');
  }

  private void title(boolean broken, Words subjects) {
    out.put('"');
    int pattern = draws.below(1000);
    if (broken) {
      out.put(NO_TITLE);
    } else if (pattern < 2) {
      out.put(UNTITLED);
    } else {
      if (pattern < 250) {
        out.decimal(3 + draws.below(98));
        out.put(' ');
      } else if (pattern < 500) {
        out.put(HOW_TO);
        out.put(Vocabulary.VERBS.any(draws, escapes));
        out.put(' ');
      }
      adjectiveAndSubject(subjects);
      if (pattern % 5 < 3) {
        out.put(AND);
        adjectiveAndSubject(subjects);
      }
      out.put(' ');
      out.put(Vocabulary.TITLE_ENDINGS.any(draws, escapes));
      if (pattern >= 990) {
        out.put(' ');
        out.put(Vocabulary.EMOJI.any(draws, escapes));
      }
    }
    out.put('"');
  }

  private void description(boolean story) {
    out.put('"');
    int ending = draws.below(1000);
    if (story) {
      out.put(NO_STORY_DESCRIPTION);
    } else if (ending < 17) {
      out.put(NO_DESCRIPTION);
    } else if (ending < 20) {
      out.put(UNTITLED);
    } else {
      out.put(Vocabulary.SENTENCE_STARTS.any(draws, escapes));
      int words = 14 + draws.below(15);
      int interrupted = draws.below(5 * words);
      for (int i = 0; i < words; i++) {
        out.put(' ');
        if (i == interrupted) {
          out.put(Vocabulary.INTERRUPTIONS.any(draws, escapes));
          out.put(' ');
        }
        out.put(Vocabulary.PROSE.any(draws, escapes));
      }
      if (ending < 200) {
        out.put(ELLIPSIS.get(0, escapes));
      } else if (ending < 980) {
        out.put(ending % 10 == 0 ? '!' : '.');
      } else if (ending < 992) {
        out.put(' ');
        out.put(Vocabulary.EMOJI.any(draws, escapes));
        out.put(Vocabulary.EMOJI.any(draws, escapes));
      }
    }
    out.put('"');
  }

  /** The name belongs to the poster, so it is drawn from the poster's own sequence. */
  private void poster(boolean broken) {
    out.put('"');
    if (broken) {
      out.put(NO_POSTER);
    } else {
      int pattern = shared.below(10);
      if (pattern < 4) {
        out.put(Vocabulary.FIRST_NAMES.any(shared, escapes));
        out.put(' ');
        out.put(Vocabulary.LAST_NAMES.any(shared, escapes));
      } else {
        if (pattern < 7) {
          out.put(THE);
        }
        out.put(Vocabulary.ADJECTIVES.any(shared, escapes));
        out.put(' ');
        out.put(Vocabulary.POSTER_NOUNS.any(shared, escapes));
      }
      if (pattern % 2 == 0) {
        out.put(' ');
        out.put(Vocabulary.POSTER_ENDINGS.any(shared, escapes));
      }
    }
    out.put('"');
  }

  private void followers(boolean broken) {
    int magnitude = shared.below(1000);
    int form = draws.below(1000);
    if (broken) {
      out.put('"');
      out.put(NO_POSTER);
      out.put('"');
      return;
    }
    int unit;
    int tenths;
    if (magnitude < 170) {
      unit = 1;
      tenths = 10 * shared.below(1000);
    } else if (magnitude < 900) {
      unit = 1000;
      tenths = magnitude < 200 ? 11 + shared.below(89) : 10 * (1 + shared.lowestBelow(999));
    } else {
      unit = 1_000_000;
      tenths = magnitude < 905 ? 11 + shared.below(89) : 10 * (1 + shared.lowestBelow(15));
    }
    long count = (long) tenths * unit / 10;
    boolean asNumber = form < 5;
    boolean digits = unit == 1 || asNumber || form < 10 != (copy == Copy.REPHRASED);
    if (!asNumber) {
      out.put('"');
    }
    if (digits) {
      out.decimal(count);
    } else if (unit == 1_000_000 && form > 985) {
      out.put('0');
      out.put('.');
      out.decimal(tenths, 4);
      out.put('B');
    } else {
      boolean usualCase = form > 30;
      out.decimal(tenths / 10);
      if (tenths % 10 != 0) {
        out.put('.');
        out.decimal(tenths % 10);
      }
      if (unit == 1000) {
        out.put(usualCase ? 'k' : 'K');
      } else {
        out.put(usualCase ? 'M' : 'm');
      }
    }
    if (!asNumber) {
      out.put('"');
    }
  }

  private void tags(boolean missing, Words subjects) {
    out.put('"');
    if (missing) {
      out.put(NO_TAGS);
    } else {
      int count = draws.chance(3, 100) ? 1 + draws.below(8) : 9;
      for (int i = 0; i < count; i++) {
        if (i > 0) {
          out.put(',');
        }
        adjectiveAndSubject(subjects);
      }
    }
    out.put('"');
  }

  private void image(boolean missing, boolean video) {
    long high = draws.next();
    long low = draws.next();
    out.put('"');
    if (missing) {
      out.put((low & 7) == 0 ? NO_IMAGE_EITHER : NO_IMAGE);
    } else {
      out.put(video ? THUMBNAILS : ORIGINALS);
      for (int shift = 56; shift >= 40; shift -= 8) {
        out.hex(high >>> shift, 1);
        out.put('/');
      }
      out.hex(high, 8);
      out.hex(low, 8);
      out.put(video ? FIRST_FRAME : (low & 7) == 0 ? PNG : JPG);
    }
    out.put('"');
  }

  private void adjectiveAndSubject(Words subjects) {
    out.put(Vocabulary.ADJECTIVES.any(draws, escapes));
    out.put(' ');
    out.put(subjects.any(draws, escapes));
  }

  private void timestamp(long epochSecond) {
    int form = draws.below(1000);
    boolean rephrased = copy == Copy.REPHRASED;
    int day = (int) (epochSecond / 86_400);
    int second = (int) (epochSecond % 86_400);
    // Days to a civil date, counted in years that begin in March (Hinnant, chrono-compatible
    // low-level date algorithms); every date here lies in the era of 2000-03-01.
    int dayOfEra = day - 11_017;
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int march = (5 * dayOfYear + 2) / 153;
    int month = march < 10 ? march + 3 : march - 9;
    out.put('"');
    out.decimal(2000 + yearOfEra + (month <= 2 ? 1 : 0), 4);
    out.put('-');
    out.decimal(month, 2);
    out.put('-');
    out.decimal(dayOfYear - (153 * march + 2) / 5 + 1, 2);
    out.put((form & 1) == 0 != rephrased ? 'T' : ' ');
    out.decimal(second / 3600, 2);
    out.put(':');
    out.decimal(second / 60 % 60, 2);
    out.put(':');
    out.decimal(second % 60, 2);
    if (form >= 990) {
      out.put('.');
      out.decimal(draws.below(1000), 3);
      if (form >= 995) {
        out.decimal(draws.below(1000), 3);
      }
    }
    if (form >= 980 && form < 993) {
      out.put(ZONES[form % ZONES.length]);
    } else if (rephrased && form < 500) {
      out.put(ZONES[0]);
    }
    out.put('"');
  }

  /** As %g writes it: six significant digits at most, no zeros at the end, but one decimal. */
  private void tenThousandths(int value) {
    if (value < 0) {
      out.put('-');
    }
    int positive = Math.abs(value);
    int whole = positive / 10_000;
    int fraction = whole >= 100 ? positive % 10_000 / 10 : positive % 10_000;
    int digits = whole >= 100 ? 3 : 4;
    while (digits > 1 && fraction % 10 == 0) {
      fraction /= 10;
      digits--;
    }
    out.decimal(whole);
    out.put('.');
    out.decimal(fraction, digits);
  }

  private void number(Field field, int value) {
    if (begin(field)) {
      out.decimal(value);
    }
  }

  private void text(Field field, byte[] value) {
    if (begin(field)) {
      out.put('"');
      out.put(value);
      out.put('"');
    }
  }

  /** Writes a field's name; false where the value is written already, or is to be left out. */
  private boolean begin(Field field) {
    if (field == damaged) {
      if (damage.length > 0) {
        name(field);
        out.put(damage);
      }
      return false;
    }
    if (field == absent) {
      boolean nothing = (absence & 1) != 0;
      boolean blank = (absence & 2) != 0 && field.text();
      if (blank) {
        name(field);
        out.put(nothing ? EMPTY : BLANK);
      } else if (!nothing) {
        name(field);
        out.put(NULL);
      }
      return false;
    }
    name(field);
    return true;
  }

  private void name(Field field) {
    field.write(out, first, spaced);
    first = false;
  }

  private void style(long post) {
    int producer = (int) Long.remainderUnsigned(Draws.hash(seed, STYLE, post), 100);
    spaced = producer >= 88;
    escapes =
        producer < 80 || producer >= 98
            ? Escapes.NONE
            : producer < 88 ? Escapes.UPPER : Escapes.LOWER;
  }

  private static Field[] optional(RecordKind kind) {
    return switch (kind) {
      case PIN -> OPTIONAL_OF_PIN;
      case GEO -> OPTIONAL_OF_GEO;
      case USER -> OPTIONAL_OF_USER;
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

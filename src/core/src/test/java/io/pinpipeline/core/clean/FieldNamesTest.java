package io.pinpipeline.core.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

class FieldNamesTest {

  @Property
  void namesAreFoundAsInAList(
      @ForAll List<@AlphaChars @StringLength(max = 3) String> known,
      @ForAll @AlphaChars @StringLength(max = 3) String other) {
    FieldNames names = new FieldNames(known.stream().map(Text::utf8).toList());

    for (String name : known) {
      assertThat(indexOf(names, name)).isEqualTo(known.indexOf(name));
    }
    assertThat(indexOf(names, other)).isEqualTo(known.indexOf(other));
  }

  @Property
  void namesThatLookAlikeAreTold(@ForAll @AlphaChars @StringLength(min = 4, max = 9) String name) {
    FieldNames names = new FieldNames(List.of(Text.utf8(name)));

    assertThat(indexOf(names, name)).isZero();
    assertThat(indexOf(names, name.charAt(0) + "_" + name.substring(2)))
        .isEqualTo(FieldNames.UNKNOWN);
    assertThat(indexOf(names, name + "_")).isEqualTo(FieldNames.UNKNOWN);
    assertThat(indexOf(names, "")).isEqualTo(FieldNames.UNKNOWN);
  }

  private static int indexOf(FieldNames names, String name) {
    byte[] bytes = Text.utf8("x" + name + "x");
    return names.indexOf(bytes, 1, bytes.length - 1);
  }
}

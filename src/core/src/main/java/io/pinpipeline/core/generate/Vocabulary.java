package io.pinpipeline.core.generate;

import java.util.List;

/** What invented posts are made of. */
final class Vocabulary {

  static final Words CATEGORIES =
      Words.of(
          """
          art beauty christmas diy-and-crafts education event-planning finance
          home-decor mens-fashion quotes tattoos travel vehicles
          """);

  /** What posts of each category are about; the order is that of {@link #CATEGORIES}. */
  static final List<Words> SUBJECTS =
      List.of(
          Words.phrases(
              """
              Sketchbook; Charcoal Portrait; Mural; Ink Drawing; Gouache; Landscape; Still Life;
              Pottery; Linocut; Collage; Brushwork; Colour Wheel; Clay Figure; Pastel; Printmaking;
              Oil Study; Street Art; Paper Cutting; Mosaic; Life Drawing"""),
          Words.phrases(
              """
              Skincare; Nail Polish; Curly Hair; Lip Balm; Eyeliner; Face Mask; Braids; Sunscreen;
              Perfume; Blush; Night Cream; Manicure; Brow; Hair Oil; Morning Routine; Lipstick;
              Bob Cut; Glow; Serum; Bath Salt"""),
          Words.phrases(
              """
              Advent Calendar; Gingerbread; Wreath; Stocking; Mulled Cider; Fir Tree; Snow Globe;
              Bauble; Mistletoe; Carol; Nativity; Fairy Lights; Sleigh; Reindeer; Gift Wrap;
              Candle; Mince Pie; Star; Angel; Winter Table"""),
          Words.phrases(
              """
              Macramé; Knitting; Crochet; Paper Lantern; Felt Toy; Wood Sign; Candle Making; Quilt;
              Embroidery; Mason Jar; Origami; Yarn; Soap; Bead Bracelet; Pallet; Scrapbook;
              Button Card; Clothespin; Egg Carton; Tie Dye"""),
          Words.phrases(
              """
              Phonics; Fractions; Spelling; Classroom; Science Fair; Story Time; Grammar; Atlas;
              Homework; Times Tables; Library; Reading Corner; Chemistry; History; Preschool;
              Field Trip; Worksheet; Alphabet; Microscope; Study Plan"""),
          Words.phrases(
              """
              Garden Party; Seating Plan; Baby Shower; Invitation; Balloon Arch; Centrepiece;
              Birthday; Reception; Buffet; Picnic; Bridal Shower; Guest List; Dance Floor; Toast;
              Table Runner; Anniversary; Backdrop; Cake Stand; Banquet; Favours"""),
          Words.phrases(
              """
              Budget; Savings; Mortgage; Side Income; Index Fund; Credit Score; Emergency Fund;
              Debt; Pension; Grocery Bill; Tax Return; Envelope Method; Salary; Dividend; Invoice;
              Allowance; Spreadsheet; Insurance; Frugal Week; Interest"""),
          Words.phrases(
              """
              Living Room; Bookshelf; Linen Curtain; Kitchen Island; Rug; Entryway; Gallery Wall;
              Houseplant; Lamp; Bedroom; Fireplace; Pantry; Armchair; Bathroom Tile; Balcony;
              Farmhouse Table; Mirror; Wallpaper; Loft; Window Seat"""),
          Words.phrases(
              """
              Overcoat; Denim Jacket; Loafers; Chinos; Wool Suit; Sneakers; Turtleneck; Bow Tie;
              Beard; Oxford Shirt; Watch; Flannel; Linen Trousers; Bomber; Cardigan; Belt;
              Waistcoat; Hoodie; Boots; Pocket Square"""),
          Words.phrases(
              """
              Courage; Patience; Friendship; Morning; Gratitude; Kindness; Hope; Wisdom; Motherhood;
              Success; Humour; Silence; Change; Home; Childhood; Forgiveness; Ambition; Rest;
              Sisters; Healing"""),
          Words.phrases(
              """
              Fine Line; Sleeve; Swallow; Compass; Anchor; Peony; Dotwork; Forearm; Mandala; Wolf;
              Mountain; Lettering; Koi; Moth; Arrow; Ankle; Blackwork; Moon; Fern; Dragon"""),
          Words.phrases(
              """
              Island; Road Trip; Night Train; Hostel; Backpack; Old Town; Coast Path; Packing List;
              Safari; Fjord; Street Food; Desert; Lighthouse; City Break; Vineyard; Ferry; Passport;
              Hiking Trail; Café; Hot Spring"""),
          Words.phrases(
              """
              Roadster; Pickup; Camper Van; Motorbike; Hatchback; Station Wagon; Electric Car;
              Vintage Truck; Scooter; Convertible; Rally Car; Engine; Dashboard; Off-Roader; Cabrio;
              Coupé; Tractor; Speedboat; Wheels; Garage"""));

  static final Words ADJECTIVES =
      Words.of(
          """
          Simple Modern Vintage Rustic Elegant Cosy Bold Minimal Bright Easy Playful Timeless Tiny
          Lovely Creative Natural Classic Fresh Unusual Handmade Scandinavian Colourful Affordable
          Romantic Quiet Perfect Clever Budget Seasonal Autumn Summer Spring Winter Rainy Sunny
          Japanese Italian Nordic Coastal Urban Wild Soft Dark Golden Silver Blue Green Crimson Pale
          Everyday Weekend Last-Minute Five-Minute Beginner Stylish Dreamy Practical Genuine Neat
          Charming""");

  static final Words VERBS =
      Words.of(
          """
          Make Choose Style Plan Paint Build Restore Organise Frame Draw Fold Wear Pack Find Photograph
          Explain Repair Arrange Start Finish Decorate Combine Improve Store""");

  static final Words TITLE_ENDINGS =
      Words.phrases(
          """
          Ideas; Inspiration; Tips for Beginners; You Will Love; on a Budget; for Small Spaces;
          Tutorial; Step by Step; Worth Saving; for the Whole Family; Made Easy; Checklist;
          Before & After; That Really Work; Nobody Tells You About; in 10 Minutes; Guide;
          for Every Season; That Never Go Out of Style; | A Complete Guide; to Try This Year;
          from Around the World; – Free Printable; (with Pictures); My Grandmother Taught Me;
          We Can’t Stop Looking At; "The Good Kind"; #inspiration; à la maison; für Anfänger""");

  static final Words PROSE =
      Words.of(
          """
          the the the the a a a and and and to to to of of of in in for for with with you you your
          your this this is is it it that are on from our we how all can will when more one
          about into some most every little favourite perfect simple beautiful best easy great good
          ideas idea ways way tips steps things time day week weekend year home house room garden
          kitchen wall table family children friends people guide list tutorial project pattern design
          style look colour colours shade light paper wood glass fabric flower flowers leaf stone water
          make making made find learn try use create choose keep start give take share save read see
          add need want love enjoy discover explore plan build turn bring next new old small big long
          short quick slow warm cool bright soft free cheap natural modern classic winter summer spring
          autumn morning evening night today always never often only just even still without between
          before after around over under because while where which what who they their them there here
          these those not but or if so then than very really quite almost enough several hundred dozen
          materials tools budget money gift recipe picture photo story book lesson school travel trip
          city country street road train beach mountain forest river island sky summer’s don’t you’ll
          everyone something anything beginners experts makers readers guests neighbours inspiration
          creative wonderful surprising affordable detailed original handmade personal special favourite
          check step printable template instructions collection gallery moment corner detail result
          """);

  static final Words SENTENCE_STARTS =
      Words.phrases(
          """
          Looking for; Here is; These are; Discover; A collection of; Find out; Learn how to use;
          Everything about; We tried; Our guide to; My favourite; Ten minutes with; Save this for;
          The secret of; Nothing beats; A short story of; Why we love; What nobody says about; Pick;
          Try; Bring home; Download; From the archive:; Step by step:; How I made""");

  /** What now and then interrupts a sentence: what a parser must unescape. */
  static final Words INTERRUPTIONS =
      Words.phrases(
          """
          "really"; "the best one yet"; P.S.\nThere is more:; \\o/; — yes! —; crème brûlée; 50 °C; ½ price; #budget #save; naïve; “quoted”; & more;
          <3; 100%; niño; Zürich; 日本; привет; C:\\pins""");

  static final Words EMOJI =
      Words.of("😍 🎨 🎄 ✨ 🚗 🧵 🌿 💄 💸 🏡 👔 🖤 🌍 ❤️ 🔥 👩‍🍳 🎉 🇵🇹 📚 🪴");

  static final Words POSTER_NOUNS =
      Words.of(
          """
          Maker Meadow Harbour Studio Kitchen Journal Nest Workshop Acorn Lantern Compass Thistle
          Cottage Feather Pebble Orchard Attic Canvas Saddle Willow Magpie Teapot Ribbon Atelier
          Notebook Sparrow Velvet Marigold Pantry Garage Juniper Clover Ember Tide Hazel Poppy""");

  static final Words POSTER_ENDINGS =
      Words.phrases(
          """
          Blog; Studio; & Co.; Magazine; | Lifestyle & Home; Daily; at Home; Online; Diaries;
          | Crafts for Busy People; Shop; Collective; 365; ✂ Handmade; – the Weekly; é Belle""");

  static final Words FIRST_NAMES =
      Words.of(
          """
          Aaron Abigail Adam Alan Alice Amanda Amy Andrea Andrew Angela Anna Anthony Barbara Benjamin
          Beth Brian Caleb Carla Carol Charles Chloe Christopher Claire Clara Connor Daniel David Dawn
          Diana Dominic Donna Dylan Edward Eleanor Elizabeth Emily Emma Eric Ethan Eva Faith Frances
          Frank Gabriel George Grace Gregory Hannah Harriet Heather Helen Henry Holly Hugh Ian Irene
          Isaac Isabel Jack Jacob James Jane Jasmine Jason Jean Jennifer Jeremy Jessica Joan John Jonathan
          Joseph Joshua Julia Julian Karen Katherine Keith Kelly Kenneth Kevin Kimberly Laura Lauren
          Leo Linda Lisa Louis Lucas Lucy Luke Marcus Margaret Maria Mark Martha Martin Mary Matthew
          Megan Melissa Michael Michelle Monica Nancy Natalie Nathan Nicholas Nicole Nora Oliver Olivia
          Oscar Pamela Patricia Patrick Paul Peter Philip Rachel Rebecca Richard Robert Rose Russell Ruth
          Ryan Samantha Samuel Sandra Sara Scott Sean Sharon Simon Sophia Stephanie Stephen Susan Teresa
          Theodore Thomas Timothy Tracy Tyler Valerie Vanessa Victor Victoria Vincent Walter Wendy
          William Zachary Zoe José Zoë""");

  static final Words LAST_NAMES =
      Words.of(
          """
          Abbott Adams Allen Anderson Archer Armstrong Atkins Bailey Baker Barnes Bell Bennett Bishop
          Black Blake Bradley Brooks Brown Bryant Burke Burns Butler Campbell Carpenter Carr Carter
          Chambers Chan Chapman Clark Cole Coleman Collins Cook Cooper Cox Craig Cruz Curtis Davies
          Davis Dawson Dean Diaz Dixon Douglas Duncan Dunn Edwards Elliott Ellis Evans Ferguson Fisher
          Fletcher Flores Ford Foster Fox Francis Fraser Garcia Gardner Gibson Gomez Gordon Graham Grant
          Gray Green Griffin Hall Hamilton Harper Harris Harrison Hart Harvey Hayes Henderson Hill Holmes
          Howard Hughes Hunt Hunter Jackson James Jenkins Johnson Jones Jordan Kaur Kelly Kennedy Khan
          King Knight Lambert Lane Lawson Lee Lewis Lloyd Long Lopez Marshall Martin Martinez Mason
          Matthews May Miller Mills Mitchell Moore Morgan Morris Murphy Murray Nelson Newman Nguyen Nunez
          Oliver Owen Palmer Parker Patel Payne Perez Perry Phillips Porter Powell Price Quinn Ramirez
          Reed Reid Reynolds Richards Riley Rivera Roberts Robinson Rodriguez Rogers Rose Ross Russell
          Ryan Sanchez Sanders Scott Shaw Silva Simmons Simpson Singh Smith Spencer Stevens Stewart Stone
          Sullivan Taylor Thomas Thompson Torres Turner Walker Wallace Walsh Ward Watson Webb Wells West
          White Williams Wilson Wood Wright Young Müller O'Brien""");

  /**
   * Countries and territories. Not from java.util.Locale, whose names change from one JDK to the
   * next: the same seed must give the same bytes everywhere.
   */
  static final Words COUNTRIES =
      Words.phrases(
          """
          Afghanistan; Albania; Algeria; American Samoa; Andorra; Angola; Anguilla;
          Antigua and Barbuda; Argentina; Armenia; Aruba; Australia; Austria; Azerbaijan; Bahamas;
          Bahrain; Bangladesh; Barbados; Belarus; Belgium; Belize; Benin; Bermuda; Bhutan;
          Bolivia; Bosnia and Herzegovina; Botswana; Brazil;
          British Indian Ocean Territory (Chagos Archipelago); British Virgin Islands; Brunei;
          Bulgaria; Burkina Faso; Burundi; Cambodia; Cameroon; Canada; Cape Verde; Cayman Islands;
          Central African Republic; Chad; Chile; China; Christmas Island; Cocos (Keeling) Islands;
          Colombia; Comoros; Congo; Cook Islands; Costa Rica; Cote d'Ivoire; Croatia; Cuba;
          Curaçao; Cyprus; Czechia; Democratic Republic of the Congo; Denmark; Djibouti; Dominica;
          Dominican Republic; Ecuador; Egypt; El Salvador; Equatorial Guinea; Eritrea; Estonia;
          Eswatini; Ethiopia; Falkland Islands; Faroe Islands; Fiji; Finland; France;
          French Guiana; French Polynesia; Gabon; Gambia; Georgia; Germany; Ghana; Gibraltar;
          Greece; Greenland; Grenada; Guadeloupe; Guam; Guatemala; Guernsey; Guinea;
          Guinea-Bissau; Guyana; Haiti; Honduras; Hong Kong; Hungary; Iceland; India; Indonesia;
          Iran; Iraq; Ireland; Isle of Man; Israel; Italy; Jamaica; Japan; Jersey; Jordan;
          Kazakhstan; Kenya; Kiribati; Kuwait; Kyrgyzstan; Laos; Latvia; Lebanon; Lesotho;
          Liberia; Libya; Liechtenstein; Lithuania; Luxembourg; Macao; Madagascar; Malawi;
          Malaysia; Maldives; Mali; Malta; Marshall Islands; Martinique; Mauritania; Mauritius;
          Mayotte; Mexico; Micronesia; Moldova; Monaco; Mongolia; Montenegro; Montserrat; Morocco;
          Mozambique; Myanmar; Namibia; Nauru; Nepal; Netherlands; New Caledonia; New Zealand;
          Nicaragua; Niger; Nigeria; Niue; Norfolk Island; North Korea; North Macedonia;
          Northern Mariana Islands; Norway; Oman; Pakistan; Palau; Palestinian Territories;
          Panama; Papua New Guinea; Paraguay; Peru; Philippines; Poland; Portugal; Puerto Rico;
          Qatar; Reunion; Romania; Russia; Rwanda; Saint Barthelemy; Saint Helena;
          Saint Kitts and Nevis; Saint Lucia; Saint Martin; Saint Pierre and Miquelon;
          Saint Vincent and the Grenadines; Samoa; San Marino; Saudi Arabia; Senegal; Serbia;
          Seychelles; Sierra Leone; Singapore; Sint Maarten; Slovakia; Slovenia; Solomon Islands;
          Somalia; South Africa; South Korea; South Sudan; Spain; Sri Lanka; Sudan; Suriname;
          Sweden; Switzerland; Syria; São Tomé and Príncipe; Taiwan; Tajikistan; Tanzania;
          Thailand; Timor-Leste; Togo; Tonga; Trinidad and Tobago; Tunisia; Turkey; Turkmenistan;
          Turks and Caicos Islands; Tuvalu; U.S. Virgin Islands; Uganda; Ukraine;
          United Arab Emirates; United Kingdom; United States; Uruguay; Uzbekistan; Vanuatu;
          Vatican City; Venezuela; Vietnam; Wallis and Futuna; Yemen; Zambia; Zimbabwe""");

  private Vocabulary() {}
}

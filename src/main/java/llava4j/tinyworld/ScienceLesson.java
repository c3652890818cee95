package llava4j.tinyworld;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The lessons of the tiny ScienceQA, three subjects, each with questions that need the picture and the text, the picture
 * alone, the text alone, or neither.
 *
 * <p>Where both are needed, the text gives a rule that changes from question to question ("red things are hot", "north is
 * at bottom") and the picture gives the fact it applies to ("the ball is red"). Options are chosen so that either alone
 * leaves more than one of them possible. A solution goes from what is asked to what is found and ends with the option, so that
 * each word follows from a look-up of the ones before it, and the letter from the word right before it. Every word is in the tiny world's vocabulary.
 */
public enum ScienceLesson {
    /** Both: the context says what colors mean, the picture which thing has which. */
    MATERIAL(16),
    /** Both: the context says where north lies on the map, the picture where the thing lies. */
    MAP(12),
    /** Both: the context says which thing is meant, the picture what it is. */
    WORD(12),
    /** Picture: which thing has a color. */
    COLOR(10),
    /** Picture: whether there is a house to shelter in. */
    SHELTER(5),
    /** Picture: what rhymes with the thing at a place. */
    RHYME_AT(5),
    /** Text: the context tells which thing is what; half of these carry a picture that does not help. */
    TOLD(10),
    /** Text: the context tells which thing lies on which side of the other; a picture as with {@link #TOLD}. */
    TOLD_MAP(6),
    /** Neither: what is alive. */
    ALIVE(6),
    /** Neither: what one travels in. */
    TRAVEL(5),
    /** Neither: what rhymes with a word. */
    RHYME(7),
    /** Neither: which word comes first in the alphabet. */
    ORDER(6);

    private static final List<String[]> PROPERTIES = List.of(new String[] {"hot", "cold"},
            new String[] {"heavy", "light"}, new String[] {"soft", "hard"});
    /** A rhyme for each kind that has one. */
    static final Map<String, String> RHYMES = Map.of("cat", "hat", "boat", "goat", "tree", "bee", "house", "mouse",
            "ball", "tall", "car", "far", "star", "far");
    private static final List<String> LIVING = List.of("cat", "person", "tree");
    private static final List<String> VEHICLES = List.of("car", "boat");

    private final int weight;

    ScienceLesson(int weight) {
        this.weight = weight;
    }

    /** A lesson, the more often the greater its weight. */
    static ScienceLesson any(Random random) {
        int left = random.nextInt(100);
        for (ScienceLesson lesson : values()) {
            left -= lesson.weight;
            if (left < 0) {
                return lesson;
            }
        }
        throw new IllegalStateException("the weights make 100");
    }

    /** {@return whether picture and context are both needed} */
    public boolean needsBoth() {
        return this == MATERIAL || this == MAP || this == WORD;
    }

    /** A question of this lesson about a scene, or none if the scene does not fit. */
    Optional<ScienceQuestion> ask(Scene scene, Random random) {
        return switch (this) {
            case MATERIAL -> material(scene, random);
            case MAP -> map(scene, random);
            case WORD -> word(scene, random);
            case COLOR -> color(scene, random);
            case SHELTER -> shelter(scene, random);
            case RHYME_AT -> rhymeAt(scene, random);
            case TOLD -> told(random);
            case TOLD_MAP -> toldMap(random);
            case ALIVE -> among(LIVING, "which thing is alive?", "what is alive is the ", "natural science", random);
            case TRAVEL -> among(VEHICLES, "what could carry someone far away?", "what could carry someone far away is the ",
                    "social science", random);
            case RHYME -> rhyme(random);
            case ORDER -> order(random);
        };
    }

    /** Two things of different colors, each color with its property; a third thing of another color may be an option. */
    private Optional<ScienceQuestion> material(Scene scene, Random random) {
        List<Thing> things = Scene.some(scene.things(), scene.things().size(), random);
        if (things.size() < 2 || things.get(0).color().equals(things.get(1).color())) {
            return Optional.empty();
        }
        Thing right = things.get(0);
        Thing other = things.get(1);
        String[] pair = Scene.one(PROPERTIES, random);
        int which = random.nextInt(2);
        List<String> rules = new ArrayList<>(List.of(right.color() + " things are " + pair[which],
                other.color() + " things are " + pair[1 - which]));
        Collections.shuffle(rules, random);
        List<String> options = things.stream().filter(thing -> thing == right || !thing.color().equals(right.color()))
                .map(Thing::kind).collect(Collectors.toList());
        return question("natural science", 6 + random.nextInt(7), true, "which thing is " + pair[which] + "?",
                String.join(" and ", rules) + ".", options, right.kind(),
                "color tells which things are " + pair[0] + " or " + pair[1] + ".",
                right.color() + " things are " + pair[which] + ". the " + right.color() + " thing is the " + right.kind()
                        + ".", random);
    }

    private Optional<ScienceQuestion> map(Scene scene, Random random) {
        Thing thing = Scene.one(scene.things(), random);
        boolean upright = random.nextBoolean();
        int offset = upright ? thing.row() - 1 : thing.column() - 1;
        if (offset == 0) {
            return Optional.empty();
        }
        boolean turned = random.nextBoolean();
        String first = upright ? "north" : "west";
        String second = upright ? "south" : "east";
        List<String> sides = upright ? List.of("top", "bottom") : List.of("left", "right");
        String answer = offset < 0 != turned ? first : second;
        return question("social science", 5 + random.nextInt(8), true,
                "is the " + thing.kind() + " " + first + " or " + second + "?",
                "at " + sides.get(turned ? 1 : 0) + " is " + first + " and at " + sides.get(turned ? 0 : 1) + " is " + second
                        + ".", List.of(first, second), answer,
                "the map tells which side is " + first + ".",
                "the " + thing.kind() + " sits at " + thing.place() + ". at " + sides.get(offset < 0 ? 0 : 1) + " is "
                        + answer + ".", random);
    }

    /** The options rhyme with things of the picture: it alone does not say which is meant. */
    private Optional<ScienceQuestion> word(Scene scene, Random random) {
        List<Thing> things = rhyming(scene, random);
        if (things.size() < 2 || scene.things().stream()
                .filter(thing -> thing.color().equals(things.get(0).color())).count() > 1) {
            return Optional.empty();
        }
        Thing meant = things.get(0);
        String rhyme = RHYMES.get(meant.kind());
        return question("language science", 4 + random.nextInt(9), true, "what rhymes with the word?",
                "the word is the name of the " + meant.color() + " thing.", rhymes(things), rhyme,
                "", "the " + meant.color() + " thing is the " + meant.kind() + ". " + meant.kind() + " rhymes with " + rhyme
                        + ".", random);
    }

    private Optional<ScienceQuestion> color(Scene scene, Random random) {
        Thing right = Scene.one(scene.things(), random);
        List<String> options = scene.things().stream()
                .filter(thing -> thing == right || !thing.color().equals(right.color())).map(Thing::kind)
                .collect(Collectors.toList());
        if (options.size() < 2) {
            return Optional.empty();
        }
        return question("natural science", 1 + random.nextInt(4), true, "which thing is " + right.color() + "?", "",
                options, right.kind(), "", "the " + right.color() + " thing is the " + right.kind() + ".", random);
    }

    private Optional<ScienceQuestion> shelter(Scene scene, Random random) {
        boolean house = scene.kinds().contains("house");
        if (!house && random.nextBoolean()) {
            return Optional.empty();            // houses are rare: yes and no come nearer to each other
        }
        return question("social science", 1 + random.nextInt(4), true, "is there shelter from the rain?", "",
                List.of("yes", "no"), house ? "yes" : "no", "",
                house ? "the house gives shelter, so yes." : "nothing here gives shelter, so no.", random);
    }

    private Optional<ScienceQuestion> rhymeAt(Scene scene, Random random) {
        List<Thing> things = rhyming(scene, random);
        if (things.size() < 2) {
            return Optional.empty();
        }
        Thing meant = things.get(0);
        String rhyme = RHYMES.get(meant.kind());
        return question("language science", 3 + random.nextInt(6), true, "what rhymes with the thing at " + meant.place()
                + "?", "", rhymes(things), rhyme, "", "at " + meant.place() + " is " + meant.phrase() + ". " + meant.kind()
                + " rhymes with " + rhyme + ".", random);
    }

    private Optional<ScienceQuestion> told(Random random) {
        List<String> kinds = Scene.some(Scene.KINDS, 2, random);
        String[] pair = Scene.one(PROPERTIES, random);
        int which = random.nextInt(2);
        List<String> facts = new ArrayList<>(List.of("the " + kinds.get(0) + " is " + pair[which],
                "the " + kinds.get(1) + " is " + pair[1 - which]));
        Collections.shuffle(facts, random);
        return question("natural science", 2 + random.nextInt(5), random.nextBoolean(),
                "which thing is " + pair[which] + "?", String.join(" and ", facts) + ".", kinds, kinds.get(0), "",
                "the " + pair[which] + " thing is the " + kinds.get(0) + ".", random);
    }

    private Optional<ScienceQuestion> toldMap(Random random) {
        List<String> kinds = Scene.some(Scene.KINDS, 2, random);
        List<String> sides = Scene.some(random.nextBoolean() ? List.of("north", "south") : List.of("west", "east"), 2,
                random);
        boolean same = random.nextBoolean();
        String told = "the " + kinds.get(0) + " is " + sides.get(0) + " of the " + kinds.get(1);
        return question("social science", 3 + random.nextInt(6), random.nextBoolean(),
                "which thing is " + sides.get(same ? 0 : 1) + "?", told + ".", kinds, kinds.get(same ? 0 : 1), "",
                told + ", so " + sides.get(same ? 0 : 1) + " is the " + kinds.get(same ? 0 : 1) + ".", random);
    }

    private Optional<ScienceQuestion> among(List<String> right, String question, String said, String subject,
                                            Random random) {
        String one = Scene.one(right, random);
        List<String> options = new ArrayList<>(Scene.some(Scene.KINDS.stream().filter(kind -> !right.contains(kind))
                .collect(Collectors.toList()), 1 + random.nextInt(2), random));
        options.add(one);
        return question(subject, 1 + random.nextInt(6), false, question, "", options, one, "", said + one + ".",
                random);
    }

    private Optional<ScienceQuestion> rhyme(Random random) {
        List<String> kinds = Scene.some(new ArrayList<>(new java.util.TreeSet<>(RHYMES.keySet())), 3, random);
        if (rhymeWords(kinds).size() < kinds.size()) {
            return Optional.empty();
        }
        String rhyme = RHYMES.get(kinds.get(0));
        return question("language science", 1 + random.nextInt(4), false, "what rhymes with " + kinds.get(0) + "?", "",
                rhymeWords(kinds), rhyme, "", kinds.get(0) + " rhymes with " + rhyme + ".", random);
    }

    private Optional<ScienceQuestion> order(Random random) {
        List<String> kinds = Scene.some(Scene.KINDS, 2, random);
        String first = Collections.min(kinds);
        return question("language science", 1 + random.nextInt(3), false, "which word comes first in order?", "", kinds,
                first, "", "first comes " + first + ".", random);
    }

    /** Things whose names rhyme with something, no two with the same word, in any order. */
    private static List<Thing> rhyming(Scene scene, Random random) {
        HashSet<String> words = new HashSet<>();
        return Scene.some(scene.things(), scene.things().size(), random).stream()
                .filter(thing -> RHYMES.containsKey(thing.kind()) && words.add(RHYMES.get(thing.kind())))
                .collect(Collectors.toList());
    }

    private static List<String> rhymes(List<Thing> things) {
        return rhymeWords(things.stream().map(Thing::kind).collect(Collectors.toList()));
    }

    private static List<String> rhymeWords(List<String> kinds) {
        return kinds.stream().map(RHYMES::get).distinct().collect(Collectors.toList());
    }

    private Optional<ScienceQuestion> question(String subject, int grade, boolean picture, String question, String hint,
                                               List<String> options, String answer, String lecture, String solution,
                                               Random random) {
        List<String> shuffled = new ArrayList<>(options);
        Collections.shuffle(shuffled, random);
        return Optional.of(new ScienceQuestion(subject, name().toLowerCase(java.util.Locale.ROOT), grade, picture,
                question, hint, List.copyOf(shuffled), shuffled.indexOf(answer), lecture, solution));
    }
}

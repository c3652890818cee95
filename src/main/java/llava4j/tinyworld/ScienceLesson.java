package llava4j.tinyworld;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The lessons of the tiny ScienceQA, three subjects, each with questions that need the picture and the text, the picture
 * alone, the text alone, or neither.
 *
 * <p>Where both are needed, the text tells of a thing that the picture does not show, or which of its things is meant, and
 * the picture gives the rest. Options are chosen so that either alone leaves more than one of them possible.
 *
 * <p>A solution goes through the options one by one, says what is known of each, then "no" or "yes", and stops at "yes":
 * the letter that is asked for is then the last one written. A small decoder that was to name the letter of an option it had
 * found ("… is the cat. the answer is b.") stayed at chance. Every word is in the tiny world's vocabulary.
 */
public enum ScienceLesson {
    /** Both: the text tells of one thing, the picture shows the other. Do their colors match? */
    MATCH(14),
    /** Both: the text tells where one thing is, the picture where the other is. */
    SIDE(14),
    /** Both: the text says which thing is meant, the picture what it is. */
    WORD(12),
    /** Picture: which thing has a color? */
    COLOR(10),
    /** Picture: is there a house? */
    SHELTER(5),
    /** Picture: what is at a place, and what rhymes with it? */
    RHYME_AT(5),
    /** Text: it tells two things, one is asked for by its color; half of these carry a picture that does not help. */
    TOLD(10),
    /** Text: it tells where two things are; half of these carry a picture that does not help. */
    TOLD_SIDE(6),
    /** Neither: what lives. */
    ALIVE(6),
    /** Neither: what carries one away. */
    TRAVEL(5),
    /** Neither: what rhymes. */
    RHYME(7),
    /** Neither: which word is first in the alphabet. */
    ORDER(6);

    /** A rhyme for each kind that has one. */
    static final Map<String, String> RHYMES = Map.of("cat", "hat", "boat", "goat", "tree", "bee", "house", "mouse",
            "ball", "tall", "car", "far", "star", "far");
    private static final List<String> LIVING = List.of("cat", "person", "tree");
    private static final List<String> VEHICLES = List.of("car", "boat");

    private final int weight;

    ScienceLesson(int weight) {
        this.weight = weight;
    }

    /**
     * {@return a lesson, the more often the greater its weight}
     *
     * @param random where it is drawn from
     */
    public static ScienceLesson any(Random random) {
        int left = random.nextInt(100);
        for (ScienceLesson lesson : values()) {
            left -= lesson.weight;
            if (left < 0) {
                return lesson;
            }
        }
        throw new IllegalStateException("the weights make 100");
    }

    /**
     * {@return a question of this lesson about a scene, or none if the scene does not fit}
     *
     * @param scene  what the picture shows
     * @param random where it is drawn from
     */
    public Optional<ScienceQuestion> ask(Scene scene, Random random) {
        return switch (this) {
            case MATCH -> match(scene, random);
            case SIDE -> side(scene, random);
            case WORD -> word(scene, random);
            case COLOR -> color(scene, Scene.one(scene.things(), random), "", true, 1 + random.nextInt(4), random);
            case SHELTER -> shelter(scene, random);
            case RHYME_AT -> rhymeAt(scene, random);
            case TOLD -> told(random);
            case TOLD_SIDE -> toldSide(random);
            case ALIVE -> among(LIVING, "which thing is alive?", " is alive", " is not alive", "natural science", random);
            case TRAVEL -> among(VEHICLES, "what could carry someone far away?", " could", " could not", "social science",
                    random);
            case RHYME -> rhyme(random);
            case ORDER -> order(random);
        };
    }

    /** A told thing of the color of a shown one, or of another, with equal chances. */
    private Optional<ScienceQuestion> match(Scene scene, Random random) {
        Thing shown = Scene.one(scene.things(), random);
        Thing any = hidden(scene, random);
        Thing told = random.nextBoolean() ? new Thing(shown.color(), any.kind(), any.cell()) : any;
        if (told.heldOut()) {
            return Optional.empty();
        }
        boolean match = told.color().equals(shown.color());
        List<Thing> two = Scene.some(List.of(told, shown), 2, random);
        return Optional.of(question("natural science", 3 + random.nextInt(6), true, "do the " + two.get(0).kind() + " and the "
                + two.get(1).kind() + " match or not?", Telling.tell(new Scene(List.of(told)), random),
                List.of("match", "not match"), match ? "match" : "not match", "things of one color match.",
                colored(two.get(0)) + " and " + colored(two.get(1)) + ", so they " + (match ? "match." : "do not match."),
                UnaryOperator.identity(), random));
    }

    private Optional<ScienceQuestion> side(Scene scene, Random random) {
        Thing told = hidden(scene, random);
        return Optional.of(sides(Scene.some(List.of(told, Scene.one(scene.things(), random)), 2, random),
                Telling.tell(new Scene(List.of(told)), random), true, 5 + random.nextInt(8), random));
    }

    private Optional<ScienceQuestion> toldSide(Random random) {
        Scene scene = Scene.random(random, 2);
        return scene.heldOut() ? Optional.empty() : Optional.of(sides(Scene.some(scene.things(), 2, random),
                Telling.tell(scene, random), random.nextBoolean(),
                3 + random.nextInt(6), random));
    }

    /**
     * Above or below, left or right, or neither. Without "neither" the place of one thing would often be enough: what is not
     * beside a thing at the right can only be left of it.
     */
    private ScienceQuestion sides(List<Thing> two, String context, boolean picture, int grade, Random random) {
        Thing one = two.get(0);
        Thing other = two.get(1);
        boolean upright = random.nextBoolean();
        int by = upright ? one.row() - other.row() : one.column() - other.column();
        List<String> sides = upright ? List.of("above", "below", "neither") : List.of("left", "right", "neither");
        String side = sides.get(by < 0 ? 0 : by > 0 ? 1 : 2);
        String of = (upright ? "" : " of") + " the " + other.kind();
        return question("social science", grade, picture,
                "is the " + one.kind() + " " + sides.get(0) + " or " + sides.get(1) + of + ", or neither?", context, sides,
                side, "", "the " + one.kind() + " sits at " + one.place() + " and the " + other.kind() + " sits at "
                        + other.place() + ", so " + (by == 0 ? "neither." : "the " + one.kind() + " is " + side + of + "."),
                UnaryOperator.identity(), random);
    }

    /** The options rhyme with things of the picture: it alone does not say which is meant. */
    private Optional<ScienceQuestion> word(Scene scene, Random random) {
        List<Thing> things = rhyming(scene, random);
        if (things.size() < 2 || scene.things().stream()
                .filter(thing -> thing.color().equals(things.get(0).color())).count() > 1) {
            return Optional.empty();
        }
        Map<String, Thing> byRhyme = new HashMap<>();
        things.forEach(thing -> byRhyme.put(RHYMES.get(thing.kind()), thing));
        return Optional.of(question("language science", 4 + random.nextInt(9), true, "what rhymes with the word?",
                "the word is the name of the " + things.get(0).color() + " thing.", rhymes(things),
                RHYMES.get(things.get(0).kind()), "", "", option -> option + " rhymes with " + byRhyme.get(option).kind()
                        + ", " + colored(byRhyme.get(option)), random));
    }

    /** Which of the things has a color? Options of that color, other than the right one, are left out. */
    private Optional<ScienceQuestion> color(Scene scene, Thing right, String context, boolean picture, int grade,
                                            Random random) {
        Map<String, Thing> byKind = new HashMap<>();
        scene.things().forEach(thing -> byKind.put(thing.kind(), thing));
        List<String> options = scene.things().stream()
                .filter(thing -> thing == right || !thing.color().equals(right.color())).map(Thing::kind)
                .collect(Collectors.toList());
        if (options.size() < 2) {
            return Optional.empty();
        }
        return Optional.of(question("natural science", grade, picture, "which thing is " + right.color() + "?", context, options,
                right.kind(), "", "", option -> colored(byKind.get(option)), random));
    }

    private Optional<ScienceQuestion> told(Random random) {
        Scene scene = Scene.random(random, 2);
        return scene.heldOut() ? Optional.empty() : color(scene, Scene.one(scene.things(), random),
                Telling.tell(scene, random), random.nextBoolean(), 2 + random.nextInt(5), random);
    }

    private Optional<ScienceQuestion> shelter(Scene scene, Random random) {
        Optional<Thing> house = scene.things().stream().filter(thing -> thing.kind().equals("house")).findFirst();
        if (house.isEmpty() && random.nextBoolean()) {
            return Optional.empty();            // houses are rare: both answers come nearer to each other
        }
        return Optional.of(question("social science", 1 + random.nextInt(4), true, "what gives shelter from the rain?", "",
                List.of("house", "nothing"), house.isPresent() ? "house" : "nothing", "",
                house.map(thing -> "yes, there is " + thing.phrase() + ".").orElse("no, there is no house."),
                UnaryOperator.identity(), random));
    }

    private Optional<ScienceQuestion> rhymeAt(Scene scene, Random random) {
        List<Thing> things = rhyming(scene, random);
        if (things.size() < 2) {
            return Optional.empty();
        }
        Thing meant = things.get(0);
        String rhyme = RHYMES.get(meant.kind());
        return Optional.of(question("language science", 3 + random.nextInt(6), true, "what rhymes with the thing at " + meant.place()
                + "?", "", rhymes(things), rhyme, "", "at " + meant.place() + " is " + meant.phrase() + ". " + meant.kind()
                + " rhymes with " + rhyme + ".", UnaryOperator.identity(), random));
    }

    private Optional<ScienceQuestion> among(List<String> right, String question, String yes, String no, String subject,
                                            Random random) {
        String one = Scene.one(right, random);
        List<String> options = new ArrayList<>(Scene.some(Scene.KINDS.stream().filter(kind -> !right.contains(kind))
                .collect(Collectors.toList()), 1 + random.nextInt(2), random));
        options.add(one);
        return Optional.of(question(subject, 1 + random.nextInt(6), false, question, "", options, one, "", "",
                option -> "the " + option + (option.equals(one) ? yes : no), random));
    }

    private Optional<ScienceQuestion> rhyme(Random random) {
        List<String> kinds = Scene.some(new ArrayList<>(new TreeSet<>(RHYMES.keySet())), 3, random);
        List<String> options = kinds.stream().map(RHYMES::get).distinct().collect(Collectors.toList());
        if (options.size() < kinds.size()) {
            return Optional.empty();
        }
        return Optional.of(question("language science", 1 + random.nextInt(4), false, "what rhymes with " + kinds.get(0) + "?", "",
                options, options.get(0), "", kinds.get(0) + " rhymes with " + options.get(0) + ".",
                UnaryOperator.identity(), random));
    }

    private Optional<ScienceQuestion> order(Random random) {
        List<String> kinds = Scene.some(Scene.KINDS, 2, random);
        String first = Collections.min(kinds);
        return Optional.of(question("language science", 1 + random.nextInt(3), false, "which word comes first in order?", "", kinds,
                first, "", "first comes " + first + ".", UnaryOperator.identity(), random));
    }

    /** A thing of a kind that the scene does not have. */
    private static Thing hidden(Scene scene, Random random) {
        while (true) {
            Thing thing = Scene.random(random, 1).things().get(0);
            if (!scene.kinds().contains(thing.kind()) && !thing.heldOut()) {
                return thing;
            }
        }
    }

    private static String colored(Thing thing) {
        return "the " + thing.kind() + " is " + thing.color();
    }

    /** Things whose names rhyme with something, no two with the same word, in any order. */
    private static List<Thing> rhyming(Scene scene, Random random) {
        HashSet<String> words = new HashSet<>();
        return Scene.some(scene.things(), scene.things().size(), random).stream()
                .filter(thing -> RHYMES.containsKey(thing.kind()) && words.add(RHYMES.get(thing.kind())))
                .collect(Collectors.toList());
    }

    private static List<String> rhymes(List<Thing> things) {
        return things.stream().map(thing -> RHYMES.get(thing.kind())).collect(Collectors.toList());
    }

    /** @param known what the solution says of an option before it says no or yes */
    private ScienceQuestion question(String subject, int grade, boolean picture, String question, String hint,
                                               List<String> options, String answer, String lecture, String grounds,
                                               UnaryOperator<String> known, Random random) {
        List<String> shuffled = List.copyOf(Scene.some(options, options.size(), random));
        int right = shuffled.indexOf(answer);
        return new ScienceQuestion(subject, name().toLowerCase(Locale.ROOT), grade, picture, question, hint,
                shuffled, right, lecture, (grounds + " " + through(shuffled, right, known)).strip());
    }

    /** "(a) the cat is red, no. (b) the boat is blue, yes." */
    private static String through(List<String> options, int right, UnaryOperator<String> known) {
        return IntStream.rangeClosed(0, right).mapToObj(i -> "(" + (char) ('a' + i) + ") " + known.apply(options.get(i))
                + (i == right ? ", yes." : ", no.")).collect(Collectors.joining(" "));
    }
}

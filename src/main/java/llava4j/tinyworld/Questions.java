package llava4j.tinyworld;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks about a scene: short questions of six types, detailed description, reasoning.
 *
 * <p>An answer names what it answers ("the ball is red", not "red"): the word that the value hangs on then stands right
 * before it, and a small decoder finds it with one look-up instead of two.
 */
public final class Questions {

    /** The types of short questions. */
    public static final List<String> SHORT = List.of("color", "where", "what", "count", "exists", "relation");

    /** Questions to which a description is the answer. */
    public static final List<String> DETAIL = List.of("describe the picture in detail.", "tell me everything you see.",
            "what does the picture show?", "give a full description.");

    private Questions() {
    }

    /**
     * {@return a question of one type, with its answer}
     *
     * @param type   one of {@link #SHORT}, {@code detail} or {@code reasoning}
     * @param scene  it is asked about
     * @param random chooses thing and phrasing
     * @throws IllegalArgumentException for a relation in a scene of one thing
     */
    public static Question of(String type, Scene scene, Random random) {
        Thing thing = Scene.one(scene.things(), random);
        return switch (type) {
            case "color" -> question(type, random, "the " + thing.kind() + " is " + thing.color() + ".",
                    "what color is the " + thing.kind() + "?", "which color does the " + thing.kind() + " have?",
                    "tell me the color of the " + thing.kind() + ".");
            case "where" -> question(type, random, "the " + thing.kind() + " sits at " + thing.place() + ".",
                    "where is the " + thing.kind() + "?", "where does the " + thing.kind() + " sit?",
                    "find the " + thing.kind() + ".");
            case "what" -> question(type, random, "at " + thing.place() + " is " + thing.phrase() + ".",
                    "what is at " + thing.place() + "?", "what do you see at " + thing.place() + "?",
                    "name the thing at " + thing.place() + ".");
            case "count" -> question(type, random, Telling.count(scene), "how many things are there?",
                    "count the things.", "how many things do you see?");
            case "exists" -> exists(scene, thing, random);
            case "relation" -> relation(scene, random);
            case "reasoning" -> Scene.one(Reasoning.all(scene, random), random);
            case "detail" -> new Question(type, Scene.one(DETAIL, random), Telling.detail(scene));
            default -> throw new IllegalArgumentException("no question type " + type);
        };
    }

    /**
     * {@return short questions for one conversation, of different answers where there are enough}
     *
     * @param scene  they are asked about
     * @param turns  how many
     * @param types  drawn from with equal chances; relation is left out for one thing
     * @param random chooses types, things and phrasings
     */
    public static List<Question> conversation(Scene scene, int turns, List<String> types, Random random) {
        List<String> possible = types.stream().filter(type -> scene.things().size() > 1 || !type.equals("relation"))
                .collect(Collectors.toList());
        List<Question> questions = new ArrayList<>();
        Set<String> answers = new HashSet<>();
        for (int tries = 0; questions.size() < turns; tries++) {
            Question question = of(Scene.one(possible, random), scene, random);
            if (answers.add(question.answer()) || tries > 4 * turns) {
                questions.add(question);
            }
        }
        return questions;
    }

    private static Question exists(Scene scene, Thing thing, Random random) {
        String kind = thing.kind();
        String answer = "yes, there is " + thing.phrase() + ".";
        if (random.nextBoolean()) {
            kind = Scene.one(Scene.KINDS.stream().filter(k -> !scene.kinds().contains(k)).collect(Collectors.toList()),
                    random);
            answer = "no, there is no " + kind + ".";
        }
        return question("exists", random, answer, "is there a " + kind + "?", "do you see a " + kind + "?",
                "can you find a " + kind + "?");
    }

    /** Left or right is asked only of things in different columns, above or below only of different rows. */
    private static Question relation(Scene scene, Random random) {
        List<Question> possible = new ArrayList<>();
        for (Thing a : scene.things()) {
            for (Thing b : scene.things()) {
                String grounds = "the " + a.kind() + " sits at " + a.place() + " and the " + b.kind() + " sits at "
                        + b.place() + ", so the " + a.kind() + " is ";
                if (a.column() != b.column()) {
                    possible.add(question("relation", random,
                            grounds + (a.column() < b.column() ? "left" : "right") + " of the " + b.kind() + ".",
                            "is the " + a.kind() + " left or right of the " + b.kind() + "?",
                            "on which side of the " + b.kind() + " is the " + a.kind() + ", left or right?"));
                }
                if (a.row() != b.row()) {
                    possible.add(question("relation", random,
                            grounds + (a.row() < b.row() ? "above" : "below") + " the " + b.kind() + ".",
                            "is the " + a.kind() + " above or below the " + b.kind() + "?",
                            "is the " + a.kind() + " higher or lower than the " + b.kind() + "?"));
                }
            }
        }
        if (possible.isEmpty()) {
            throw new IllegalArgumentException("a relation needs two things");
        }
        return Scene.one(possible, random);
    }

    static Question question(String type, Random random, String answer, String... phrasings) {
        return new Question(type, phrasings[random.nextInt(phrasings.length)], answer);
    }
}

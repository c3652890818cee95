package llava4j.evaluate.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import llava4j.error.UserError;
import llava4j.evaluate.TinyQuestion;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.SceneFile;
import llava4j.tinyworld.Telling;

/**
 * LLaVA-Bench of the tiny world, in the measure of LLaVA-Bench (COCO): 30 pictures that no stage has seen, and a question
 * of each of the three kinds about each.
 *
 * <p>The reference answers are those of {@code questions.json}: what the rule teacher says, who reads captions and boxes
 * and sees no picture. The conversation questions go through the six short types in turn.
 */
public final class TinyBench {

    private static final int PICTURES = 30;
    private static final List<String> SHORT = List.of("color", "where", "what", "count", "exists", "relation");

    private final List<BenchQuestion> questions;
    private final Map<String, Scene> scenes;

    private TinyBench(List<BenchQuestion> questions, Map<String, Scene> scenes) {
        this.questions = questions;
        this.scenes = scenes;
    }

    /**
     * Opens a world.
     *
     * @param world directory with {@code questions.json} and {@code scenes.json}
     * @param seed  of the choice of pictures
     * @return the bench of 90 questions
     * @throws UserError if it has no 30 pictures without a held-out pair
     */
    public static TinyBench open(Path world, long seed) {
        Map<String, Scene> scenes = SceneFile.read(world.resolve("scenes.json"));
        Map<String, Map<String, TinyQuestion>> byImage = new LinkedHashMap<>();
        for (TinyQuestion question : TinyQuestion.read(world.resolve("questions.json"))) {
            if (!question.heldOutPair() && scenes.containsKey(question.image())) {
                byImage.computeIfAbsent(question.image(), image -> new LinkedHashMap<>())
                        .put(question.type(), question);
            }
        }
        List<String> images = byImage.keySet().stream()
                .filter(image -> byImage.get(image).containsKey("relation")).collect(Collectors.toList());
        if (images.size() < PICTURES) {
            throw UserError.of("%s: has %d pictures of two things or more without a held-out pair, the bench takes %d: "
                    + "make a larger world", world, images.size(), PICTURES);
        }
        Collections.shuffle(images, new Random(seed));
        List<BenchQuestion> questions = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            Map<String, TinyQuestion> asked = byImage.get(images.get(i));
            String context = Telling.detail(scenes.get(images.get(i)));
            questions.add(question(asked.get(SHORT.get(i % SHORT.size())), QuestionKind.CONVERSATION, context));
            questions.add(question(asked.get("detail"), QuestionKind.DETAIL, context));
            questions.add(question(asked.get("reasoning"), QuestionKind.COMPLEX, context));
        }
        return new TinyBench(questions, scenes);
    }

    private static BenchQuestion question(TinyQuestion question, QuestionKind kind, String context) {
        return new BenchQuestion(question.id(), question.image(), kind, question.question(), context,
                question.answer());
    }

    /** {@return the 90 questions, a conversation, a detailed description and a reasoning for each picture} */
    public List<BenchQuestion> questions() {
        return questions;
    }

    /** {@return the built-in judge of these questions, who knows their scenes} */
    public Judge judge() {
        return new SceneJudge(scenes);
    }
}

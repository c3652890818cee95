package llava4j.evaluate.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import llava4j.tinyworld.Scene;

/**
 * The built-in judge: holds every statement of an answer against the scene.
 *
 * <p>rating = 1 + 9 · accuracy · (0.2 + 0.8 · coverage) · brevity, with accuracy the true statements among all that the
 * answer makes (words that state nothing count as false ones), coverage the share of what was asked for that it states
 * rightly, and brevity 1 up to twice the length of the reference, then falling. So a false statement costs even where the
 * rest is complete, and true words beside the point earn little. What was asked for is what the reference states, as far
 * as that is true.
 */
final class SceneJudge implements Judge {

    private static final double BESIDE_THE_POINT = 0.2;
    private static final double FREE_LENGTH = 2;

    private final Map<String, Scene> scenes;

    /** @param scenes by picture */
    SceneJudge(Map<String, Scene> scenes) {
        this.scenes = scenes;
    }

    @Override
    public String review(BenchQuestion question, String candidate) {
        Verdict reference = verdict(question, question.reference());
        Verdict other = verdict(question, candidate);
        return String.format(Locale.ROOT, "%.1f %.1f\nAssistant 1: %s.\nAssistant 2: %s.\n", reference.rating(),
                other.rating(), reference.inWords(), other.inWords());
    }

    /** What speaks for and against an answer. */
    private record Verdict(int right, int wrong, int asked, int covered, double brevity) {

        double rating() {
            double accuracy = right + wrong == 0 ? 0 : (double) right / (right + wrong);
            double coverage = asked == 0 ? 1 : (double) covered / asked;
            return 1 + 9 * accuracy * (BESIDE_THE_POINT + (1 - BESIDE_THE_POINT) * coverage) * brevity;
        }

        String inWords() {
            return String.format(Locale.ROOT, "%d statements true, %d false or unclear, %d of %d that were asked for%s", right,
                    wrong, covered, asked, brevity < 1 ? ", too long" : "");
        }
    }

    private Verdict verdict(BenchQuestion question, String answer) {
        Scene scene = scenes.get(question.image());
        List<Statement> asked = StatementReader.read(question.reference()).statements();
        StatementReader.Reading said = StatementReader.read(answer);
        int right = (int) said.statements().stream().filter(statement -> statement.holds(scene)).count();
        int wanted = (int) asked.stream().filter(statement -> statement.holds(scene)).count();
        int covered = (int) asked.stream().filter(statement -> statement.holds(scene)
                && said.statements().contains(statement)).count();
        double length = (double) words(answer) / words(question.reference());
        return new Verdict(right, said.statements().size() - right + said.unclear(), wanted, covered,
                Math.min(1, FREE_LENGTH / length));
    }

    private static int words(String text) {
        return Math.max(1, text.strip().split("\\s+").length);
    }
}

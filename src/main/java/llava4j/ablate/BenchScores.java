package llava4j.ablate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.data.FeatureStore;
import llava4j.evaluate.bench.BenchQuestion;
import llava4j.evaluate.bench.LlavaBench;
import llava4j.evaluate.bench.QuestionKind;
import llava4j.evaluate.bench.TinyBench;

/** The relative score on the tiny LLaVA-Bench, overall and by kind of question, as Tables 4 and 5 show it. */
final class BenchScores {

    private static final int LONGEST_ANSWER = 48;

    private BenchScores() {
    }

    /** The pictures that are asked about, each once. */
    static List<String> pictures(TinyBench bench) {
        return bench.questions().stream().map(BenchQuestion::image).distinct().collect(Collectors.toList());
    }

    /** A model's scores by column; {@code features} are those of {@link #pictures}. */
    static Map<String, Double> of(Llava model, TinyBench bench, FeatureStore features) {
        LlavaBench questions = new LlavaBench(bench.questions(), features);
        LlavaBench.Result result = questions.judged(questions.answers(model, LONGEST_ANSWER), bench.judge(), 0);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(PaperTable.SCORE, result.overall().score());
        for (QuestionKind kind : QuestionKind.values()) {
            values.put(kind.toString(), result.byKind().get(kind).score());
        }
        return values;
    }
}

package llava4j.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import llava4j.execution.Precision;
import llava4j.execution.Threads;

/**
 * All that decides the result of a run, by name and in readable words: a saved run is continued with the same and with
 * nothing else.
 *
 * <p>Each is written out rather than hashed, so that a refusal can say which one differs and what it was. What one would
 * get wrong: the number of processors belongs here too, since a batch is shared among them and its parts are added in
 * floating point, in another order on another machine, unless it is told how many parts to make.
 *
 * @param byName the option or the thing, such as {@code --learning-rate} or {@code data}, and its value
 */
public record RunSettings(Map<String, String> byName) {

    private static final String PROCESSORS = "processors";
    private static final String THREADS = "threads of an operation";
    private static final String PREFIX = "run: ";

    /**
     * {@return the settings of a plan, and others}
     *
     * @param plan   steps, learning rate and the optimizer's settings
     * @param others what the run is about: its data, pictures and model
     */
    static RunSettings of(TrainingPlan plan, Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("--steps", String.valueOf(plan.steps()));
        all.put("--batch", String.valueOf(plan.batch()));
        all.put("--learning-rate", String.valueOf(plan.learningRate()));
        all.put("--seed", String.valueOf(plan.seed()));
        all.put("warm-up", String.valueOf(plan.warmUp()));
        all.put("beta1", String.valueOf(plan.beta1()));
        all.put("beta2", String.valueOf(plan.beta2()));
        all.put("weight decay", String.valueOf(plan.weightDecay()));
        all.put("clip", String.valueOf(plan.clip()));
        if (plan.projectorRate() != plan.learningRate() || plan.loraDropout() != 0) {
            all.put("--projector-learning-rate", String.valueOf(plan.projectorRate()));
            all.put("--lora-dropout", String.valueOf(plan.loraDropout()));
        }
        if (Precision.ofTraining() == Precision.BFLOAT16) {
            all.put("products", "in bfloat16 (--bf16)");
        }
        if (plan.inPieces()) {
            all.put("--micro-batch", String.valueOf(plan.microBatch()));
        }
        all.putAll(others);
        return new RunSettings(all);
    }

    /**
     * {@return what of this machine belongs to the result: how many processors share a batch, and how many threads an
     * operation}
     *
     * @param width features of a token, D
     * @param batch rows, B
     * @param most  parts that the batch is split into, whatever the machine; 0: as many as it has cores
     */
    public static Map<String, String> machine(int width, int batch, int most) {
        Threads.Split split = Threads.split(width, batch, most);
        return Map.of(PROCESSORS, String.valueOf(split.parts()), THREADS, String.valueOf(split.threads()));
    }

    /** The settings as the metadata of a file. */
    Map<String, String> metadata() {
        return byName.entrySet().stream().collect(Collectors.toMap(entry -> PREFIX + entry.getKey(), Map.Entry::getValue));
    }

    /** The settings that {@link #metadata} has put into a file. */
    static RunSettings ofMetadata(Map<String, String> metadata) {
        return new RunSettings(metadata.entrySet().stream().filter(entry -> entry.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(entry -> entry.getKey().substring(PREFIX.length()), Map.Entry::getValue)));
    }

    /**
     * {@return what a saved run had otherwise and what to do about it, in words, or nothing if both are the same}
     *
     * @param saved of the run that is to be continued
     */
    Optional<String> differenceTo(RunSettings saved) {
        Set<String> names = new TreeSet<>(byName.keySet());
        names.addAll(saved.byName.keySet());
        names.removeIf(name -> value(name).equals(saved.value(name)));
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String differences = names.stream().map(name -> name + " was " + saved.value(name) + ", now " + value(name))
                .collect(Collectors.joining("; "));
        return Optional.of(differences + ": " + remedy(names, saved) + ", or start without --resume");
    }

    private static String remedy(Set<String> names, RunSettings saved) {
        if (names.contains(PROCESSORS)) {
            return "to go on on this machine, train --parts " + saved.value(PROCESSORS) + ", or with any command java "
                    + "-XX:ActiveProcessorCount=" + saved.value(PROCESSORS);
        }
        return names.contains(THREADS) ? "to go on on this machine, set OMP_NUM_THREADS=" + saved.value(THREADS)
                : "give the same as before";
    }

    private String value(String name) {
        return byName.getOrDefault(name, "not given");
    }
}

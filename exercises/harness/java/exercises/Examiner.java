package exercises;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the JUnit tests of an exercise on one answer and puts their verdict in words.
 *
 * <p>The thread of a test that never ends is left behind ({@link Patience}), so whoever calls this must end the program
 * with {@code System.exit}.
 */
final class Examiner {

    private final AnswerCompiler compiler = new AnswerCompiler();
    private final Launcher launcher = LauncherFactory.create();

    /**
     * The verdict on the answer whose source text this is.
     *
     * @param from whose answers stand for the earlier exercises that this one uses: {@code starters} or {@code solutions}
     */
    Outcome examine(Exercise exercise, String answer, String from) {
        return examine(exercise, answer, earlier -> Exercise.read(earlier.source(from)));
    }

    /**
     * The verdict on the answer whose source text this is.
     *
     * @param others the text of the answer to an earlier exercise; {@code null} where there is none
     */
    Outcome examine(Exercise exercise, String answer, Function<Exercise, String> others) {
        return examine(exercise, compiled(exercise, answer, others));
    }

    /** The answer compiled, which can be examined more than once. */
    AnswerCompiler.Compiled compiled(Exercise exercise, String answer, Function<Exercise, String> others) {
        Map<Exercise, String> earlier = new LinkedHashMap<>();
        for (Exercise used : exercise.usedBy(answer)) {
            String text = others.apply(used);
            if (text == null) {
                return new AnswerCompiler.Compiled(Map.of(), List.of("it uses " + used.type() + ".java of exercise "
                        + used.number() + ", which was not handed in"));
            }
            earlier.put(used, text);
        }
        return compiler.compile(exercise, answer, earlier);
    }

    /** The verdict on an answer that is compiled. */
    Outcome examine(Exercise exercise, AnswerCompiler.Compiled compiled) {
        if (!compiled.complaint().isEmpty()) {
            return new Outcome(Outcome.State.DOES_NOT_COMPILE, 0, 0, compiled.complaint());
        }
        ClassLoader loader = compiled.loader();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Class<?> test = loader.loadClass(exercise.folder() + "." + exercise.type() + "Test");
            Listener listener = new Listener(exercise);
            LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(DiscoverySelectors.selectClass(test))
                    .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                    .configurationParameter("junit.jupiter.testmethod.order.default",
                            "org.junit.jupiter.api.MethodOrderer$OrderAnnotation")
                    .build();
            launcher.execute(request, listener);
            return listener.outcome();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Collects the verdicts of the single tests. */
    private static final class Listener implements TestExecutionListener {

        private static final int LONGEST_MESSAGE = 500;

        private final Exercise exercise;
        private final List<String> says = new ArrayList<>();
        private final List<String> shows = new ArrayList<>();
        private int total;
        private int unwritten;

        Listener(Exercise exercise) {
            this.exercise = exercise;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (!test.isTest()) {
                return;
            }
            total++;
            result.getThrowable().ifPresent(problem -> {
                if (problem instanceof UnsupportedOperationException && problem.getMessage() != null
                        && problem.getMessage().startsWith("exercise " + exercise.number())) {
                    unwritten++;
                }
                says.add(inWords(problem));
            });
        }

        @Override
        public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
            shows.addAll(entry.getKeyValuePairs().values());
        }

        Outcome outcome() {
            Outcome.State state = total > 0 && unwritten == total ? Outcome.State.NOT_BEGUN
                    : says.isEmpty() && total > 0 ? Outcome.State.DONE : Outcome.State.UNFINISHED;
            return new Outcome(state, total - says.size(), total, List.copyOf(says), List.copyOf(shows));
        }

        /** An answer may throw a message of any length. */
        private static String beginning(String message) {
            return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + " ...";
        }

        private String inWords(Throwable problem) {
            String message = problem.getMessage() == null ? "" : beginning(problem.getMessage()).replaceAll("\\s+", " ");
            if (problem instanceof UnsupportedOperationException && message.matches("exercise \\d\\d: .*")
                    && !message.startsWith("exercise " + exercise.number())) {
                return "it uses exercise " + message.substring(9, 11) + ", which is not written yet: do that one first";
            }
            if (problem instanceof AssertionError || problem instanceof UnsupportedOperationException) {
                return message;
            }
            for (StackTraceElement at : problem.getStackTrace()) {
                if ((exercise.type() + ".java").equals(at.getFileName())) {
                    return problem.getClass().getSimpleName() + " in " + at.getFileName() + " line "
                            + at.getLineNumber() + (message.isEmpty() ? "" : ": " + message);
                }
            }
            return problem.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
        }
    }
}

package llava4j.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import llava4j.endpoint.StubEndpoint;

/**
 * Tries damaged files of every format and prints what came of them.
 *
 * <p>{@code java -cp target/test-classes:target/llava4j.jar llava4j.mutants.EveryMutant [NUMBER [FORMAT ...]]} after
 * {@code mvn package}; exit 1 if there was a fault.
 */
final class EveryMutant implements AutoCloseable {

    private static final int USUAL = 3000;
    private static final long SEED = 7;

    private final Path folder;
    private final Originals originals;
    private final StubEndpoint judge;
    private final CommandProcess process;
    private final List<Format> formats;

    /** @param folder empty */
    EveryMutant(Path folder) throws IOException {
        this.folder = folder;
        originals = new Originals(folder);
        judge = new StubEndpoint((name, before) -> StubEndpoint.Behaviour.says("8 6\nBoth are fair."));
        process = new CommandProcess(folder.resolve("stderr.txt"));
        formats = new Formats(originals, judge.url()).all();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int number = arguments.length > 0 ? Integer.parseInt(arguments[0]) : USUAL;
        List<String> names = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
        Path folder = Files.createTempDirectory("mutants");
        int faults;
        try (EveryMutant every = new EveryMutant(folder)) {
            faults = every.run(number, names);
        } finally {
            new Written(Map.of()).restore(folder);
        }
        System.exit(faults == 0 ? 0 : 1);
    }

    List<Format> formats() {
        return formats;
    }

    /**
     * Prints a line for each format, and one for each fault.
     *
     * @param number of mutants in all
     * @param names  of the formats, none for all
     * @return the number of faults
     */
    private int run(int number, List<String> names) throws IOException, InterruptedException {
        System.out.printf("%-26s %6s %8s %6s %9s %7s %8s%n", "format", "tried", "refused", "same", "accepted", "faults",
                "seconds");
        int faults = 0;
        for (Format format : formats) {
            if (names.isEmpty() || names.contains(format.name())) {
                faults += print(format, share(format, number)).size();
            }
        }
        return faults;
    }

    /** {@return how many of all mutants are this format's} */
    int share(Format format, int number) {
        return Math.max(1, Math.round((float) number * format.share() / formats.stream().mapToInt(Format::share).sum()));
    }

    /** {@return the faults, one line each} */
    List<String> print(Format format, int tries) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Map<Verdict.Kind, Integer> counts = new EnumMap<>(Verdict.Kind.class);
        List<String> faults = new ArrayList<>();
        trials(format).some(tries, SEED).forEach((mutant, verdict) -> {
            counts.merge(verdict.kind(), 1, Integer::sum);
            if (verdict.kind() == Verdict.Kind.FAULT) {
                faults.add(mutant.name() + ": " + verdict.message());
            }
            if (Boolean.getBoolean("mutants.all")) {
                System.out.println("    " + verdict.kind() + "  " + mutant.name() + "  " + verdict.message());
            }
        });
        System.out.printf(Locale.ROOT, "%-26s %6d %8d %6d %9d %7d %8.1f%n", format.name(), tries,
                counts.getOrDefault(Verdict.Kind.REFUSED, 0), counts.getOrDefault(Verdict.Kind.SAME, 0),
                counts.getOrDefault(Verdict.Kind.ACCEPTED, 0), faults.size(), (System.nanoTime() - begin) / 1e9);
        faults.forEach(fault -> System.out.println("    " + fault));
        return faults;
    }

    private Trials trials(Format format) throws IOException, InterruptedException {
        Map<String, byte[]> there = new TreeMap<>();
        if (format.file().startsWith(originals.out())) {
            there.put("", null);
            there.put(format.file().getFileName().toString(), Files.readAllBytes(originals.state()));
        }
        return new Trials(format, process, originals.out(), new Written(there));
    }

    @Override
    public void close() {
        process.close();
        judge.close();
    }
}

package llava4j.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import llava4j.endpoint.StubEndpoint;

/**
 * Tries damaged files of every format and prints what came of them.
 *
 * <p>{@code java -cp target/test-classes:target/llava4j.jar llava4j.mutants.EveryMutant [NUMBER [FORMAT ...]]} after
 * {@code mvn package}, or {@code one FORMAT NUMBER} for a single mutant; exit 1 if there was a fault.
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
        boolean one = arguments.length == 3 && arguments[0].equals("one");
        int number = one || arguments.length == 0 ? USUAL : Integer.parseInt(arguments[0]);
        List<String> names = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
        Path folder = Files.createTempDirectory("mutants");
        int faults;
        try (EveryMutant every = new EveryMutant(folder)) {
            faults = one ? every.one(arguments[1], Integer.parseInt(arguments[2])) : every.run(number, names);
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
        System.out.println(Tally.header());
        List<Tally> tallies = new ArrayList<>();
        for (Format format : formats) {
            if (names.isEmpty() || names.contains(format.name())) {
                Tally tally = tried(format, number);
                System.out.println(tally);
                tally.faults().forEach(fault -> System.out.println("    " + fault));
                tallies.add(tally);
            }
        }
        System.out.println(Tally.of(tallies));
        return Tally.of(tallies).faults().size();
    }

    /**
     * Tries a format's share, evenly over its damages where there are more of them than tries.
     *
     * @param number of mutants of all formats
     */
    Tally tried(Format format, int number) throws IOException, InterruptedException {
        int tries = Math.max(1, Math.round((float) number * format.share()
                / formats.stream().mapToInt(Format::share).sum()));
        int damages = format.damages().size();
        Trials trials = trials(format);
        Tally tally = new Tally(format.name());
        for (int i = 0; i < tries; i++) {
            long begin = System.nanoTime();
            Mutant mutant = trials.mutant(SEED, tries < damages ? (int) ((long) i * damages / tries) : i);
            Verdict verdict = trials.attempt(mutant);
            tally.add(mutant, verdict, (System.nanoTime() - begin) / 1e9);
            if (Boolean.getBoolean("mutants.all") && verdict.kind() != Verdict.Kind.FAULT) {
                System.out.println("    " + verdict.kind() + " " + mutant.name() + ": " + verdict.message());
            }
        }
        return tally;
    }

    /** Tries one mutant and writes its file to target; {@return the number of faults} */
    private int one(String name, int number) throws IOException, InterruptedException {
        Format format = formats.stream().filter(some -> some.name().equals(name)).findFirst().orElseThrow();
        Trials trials = trials(format);
        Mutant mutant = trials.mutant(SEED, number);
        Verdict verdict = trials.attempt(mutant);
        Path file = Path.of("target", "mutant-" + number + "-" + format.file().getFileName());
        Files.write(file, mutant.content());
        System.out.println(verdict.kind() + " " + mutant.name() + ": " + verdict.message() + "\n" + file + "\n"
                + String.join(" ", format.arguments()));
        return verdict.kind() == Verdict.Kind.FAULT ? 1 : 0;
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

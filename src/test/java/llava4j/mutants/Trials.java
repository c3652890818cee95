package llava4j.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Tries mutants of one format, each with the files around it as they were. */
final class Trials {

    private final Format format;
    private final CommandProcess process;
    private final Path out;
    private final Written before;
    private final byte[] original;
    private final Judge judge;

    /**
     * Runs the command on the untouched file, twice.
     *
     * @param out    where the command writes
     * @param before what lies there before it
     * @throws IllegalStateException if the command refuses the untouched file, or does not say the same twice
     */
    Trials(Format format, CommandProcess process, Path out, Written before) throws IOException, InterruptedException {
        this.format = format;
        this.process = process;
        this.out = out;
        this.before = before;
        before.restore(out);
        this.original = Files.readAllBytes(format.file());
        Outcome usual = run();
        Written written = Written.in(out);
        this.judge = new Judge(usual, before, written);
        Verdict again = attempt(new Mutant("untouched", original, Expected.SAME));
        if (usual.code() != 0 || again.kind() != Verdict.Kind.SAME) {
            throw new IllegalStateException(format.name() + ", untouched: " + again + " " + usual);
        }
    }

    Mutant mutant(long seed, int number) throws IOException {
        return format.mutant(original, seed, number);
    }

    Verdict attempt(Mutant mutant) throws IOException, InterruptedException {
        before.restore(out);
        Files.write(format.file(), mutant.content());
        try {
            Outcome outcome = run();
            if (format.file().startsWith(out) && Files.exists(format.file())
                    && Arrays.equals(mutant.content(), Files.readAllBytes(format.file()))) {
                Files.write(format.file(), original);       // left as it was: what else lies there is compared
            }
            return judge.of(mutant, outcome, Written.in(out));
        } finally {
            Files.write(format.file(), original);
        }
    }

    private Outcome run() throws IOException, InterruptedException {
        return process.run(format.arguments(), format.stdin());
    }
}

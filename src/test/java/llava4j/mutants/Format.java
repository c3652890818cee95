package llava4j.mutants;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A format, the command that reads it, and what is done to its files.
 *
 * @param name      as the table shows it
 * @param share     how many mutants of 3,000 or so
 * @param file      is damaged, one mutant at a time
 * @param arguments of the command that reads it
 * @param stdin     of the command
 * @param damages   taken in turn
 */
record Format(String name, int share, Path file, List<String> arguments, String stdin, List<Damage> damages) {

    /** The mutant of this number: seed and number give the same one on every run. */
    Mutant mutant(byte[] original, long seed, int number) throws IOException {
        Mutant mutant = damages.get(number % damages.size())
                .of(original, new Random(1_000_003L * seed + 31L * name.hashCode() + number));
        return new Mutant(seed + "+" + number + ": " + mutant.name(), mutant.content(), mutant.expected());
    }
}

package llava4j.mutants;

import java.io.IOException;
import java.util.Random;

/** One way to damage a file; chance decides where, and how much. */
@FunctionalInterface
interface Damage {

    /**
     * @param original the whole file, left as it is
     * @param random   the same seed gives the same mutant
     */
    Mutant of(byte[] original, Random random) throws IOException;
}

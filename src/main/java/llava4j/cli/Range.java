package llava4j.cli;

import java.util.function.DoublePredicate;
import java.util.function.Function;
import llava4j.picturebook.BookWriter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The ranges that number options may have: every one names its own, so that a number out of range is wrong usage (exit 2)
 * before anything is opened.
 *
 * <p>What one would get wrong: "NaN" and "Infinity" are numbers to Java, and NaN passes every check of the form
 * {@code x < 0}.
 *
 * @param <T> the option's type
 */
abstract class Range<T> implements ITypeConverter<T> {

    /** Samples a step, and tokens of a sample, that no machine holds: beyond it products of sizes would overflow. */
    private static final int LARGEST_BATCH = 1 << 20;
    /** The loss of each step is kept. */
    private static final int DEEPEST = 1000;
    static final int MOST_STEPS = 10_000_000;
    private static final int MOST_PICTURES = 999_999;

    /** Each has a thread of its own. */
    private static final int MOST_REQUESTS = 256;

    private final Function<String, T> parse;
    private final DoublePredicate holds;
    private final String words;

    private Range(Function<String, T> parse, DoublePredicate holds, String words) {
        this.parse = parse;
        this.holds = holds;
        this.words = words;
    }

    @Override
    public T convert(String text) {
        T value;
        try {
            value = parse.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "': need " + words);
        }
        if (!holds.test(((Number) value).doubleValue())) {
            throw new TypeConversionException(text + ": need " + words);
        }
        return value;
    }

    /** A count of things of which there must be one. */
    static final class Count extends Range<Integer> {
        Count() {
            super(Integer::valueOf, n -> n >= 1, "a whole number of at least 1");
        }
    }

    /** Requests under way at a time. */
    static final class Parallel extends Range<Integer> {
        Parallel() {
            super(Integer::valueOf, n -> n >= 1 && n <= MOST_REQUESTS, "a whole number from 1 to " + MOST_REQUESTS);
        }
    }

    /** A port to listen on; 0 is any. */
    static final class Port extends Range<Integer> {
        Port() {
            super(Integer::valueOf, n -> n >= 0 && n <= 65_535, "a whole number from 0 to 65535");
        }
    }

    /** Of a request, which is held in memory. */
    static final class Megabytes extends Range<Integer> {
        Megabytes() {
            super(Integer::valueOf, n -> n >= 1 && n <= 256, "a whole number from 1 to 256");
        }
    }

    /** Pictures of a painted world, whose names have six digits. */
    static final class Pictures extends Range<Integer> {
        Pictures() {
            super(Integer::valueOf, n -> n >= 1 && n <= MOST_PICTURES, "a whole number from 1 to " + MOST_PICTURES);
        }
    }

    /** Things in a picture of the picture book. */
    static final class Things extends Range<Integer> {
        Things() {
            super(Integer::valueOf, n -> n >= 1 && n <= BookWriter.MOST_THINGS,
                    "a whole number from 1 to " + BookWriter.MOST_THINGS);
        }
    }

    /** A count that may be none. */
    static final class CountOrNone extends Range<Integer> {
        CountOrNone() {
            super(Integer::valueOf, n -> n >= 0, "a whole number of at least 0");
        }
    }

    /** A count that may be larger than an int. */
    static final class LongCount extends Range<Long> {
        LongCount() {
            super(Long::valueOf, n -> n >= 1, "a whole number of at least 1");
        }
    }

    /** Samples a step, or tokens of a sample. */
    static final class BatchSize extends Range<Integer> {
        BatchSize() {
            super(Integer::valueOf, n -> n >= 1 && n <= LARGEST_BATCH, "a whole number from 1 to " + LARGEST_BATCH);
        }
    }

    /** Steps of a training run, of which there must be one. */
    static final class Steps extends Range<Integer> {
        Steps() {
            super(Integer::valueOf, n -> n >= 1 && n <= MOST_STEPS, "a whole number from 1 to " + MOST_STEPS);
        }
    }

    /** Steps of a training run that may be left out. */
    static final class StepsOrNone extends Range<Integer> {
        StepsOrNone() {
            super(Integer::valueOf, n -> n >= 0 && n <= MOST_STEPS, "a whole number from 0 to " + MOST_STEPS);
        }
    }

    /** A share that may be none, and may not be all. */
    static final class ShareOrNone extends Range<Double> {
        ShareOrNone() {
            super(Double::valueOf, x -> x >= 0 && x < 1, "a number of at least 0 and below 1");
        }
    }

    /** How much of a weight is taken away, as a multiple of the learning rate. */
    static final class Decay extends Range<Double> {
        Decay() {
            super(Double::valueOf, x -> x >= 0 && x <= 1, "a number from 0 to 1");
        }
    }

    /** A learning rate. */
    static final class Rate extends Range<Double> {
        Rate() {
            super(Double::valueOf, x -> x > 0 && x < Double.POSITIVE_INFINITY, "a number above 0");
        }
    }

    /** A temperature of sampling; 0 is greedy. */
    static final class Temperature extends Range<Double> {
        Temperature() {
            super(Double::valueOf, x -> x >= 0 && x < Double.POSITIVE_INFINITY, "a number of at least 0");
        }
    }

    /** A share of the probability, of which something must be left. */
    static final class Share extends Range<Double> {
        Share() {
            super(Double::valueOf, x -> x > 0 && x <= 1, "a number above 0 and at most 1");
        }
    }

    /** A share of numbers that fall out, of which some must be left. */
    static final class Dropout extends Range<Double> {
        Dropout() {
            super(Double::valueOf, x -> x >= 0 && x < 1, "a number from 0 to below 1");
        }
    }

    /** A layer counted from the beginning or, below 0, from the end. */
    static final class Layer extends Range<Integer> {
        Layer() {
            super(Integer::valueOf, n -> n >= -DEEPEST && n <= DEEPEST, "a whole number from -" + DEEPEST + " to " + DEEPEST);
        }
    }
}

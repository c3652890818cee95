package llava4j.ablate;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import llava4j.train.TrainingListener;

/**
 * One of the paper's tables in miniature: several ways to train, each measured the same way.
 */
public interface PaperTable {

    /** The name of the measured value that is compared. */
    String SCORE = "score";

    /** {@return its number in the paper} */
    int number();

    /** {@return what the score is, in a few words} */
    String measure();

    /** {@return the rows; all others are held against the first} */
    List<Row> rows();

    /** {@return values shown beside the score, by name, as far as a row has them} */
    List<String> details();

    /**
     * {@return steps that a row takes after stage 1}
     *
     * @param row one of {@link #rows}
     */
    int steps(Row row);

    /**
     * {@return what a row begins from}
     *
     * @param row one of {@link #rows}
     */
    Beginning beginning(Row row);

    /**
     * {@return the file in which a row's training saves itself on the way}
     *
     * @param row  one of {@link #rows}
     * @param seed the run's seed: each has a file of its own
     */
    Path state(Row row, long seed);

    /** {@return what a reader should know beside the figures, as Markdown; empty if nothing} */
    default String note() {
        return "";
    }

    /**
     * Trains and measures one row; a training that was saved is continued.
     *
     * @param row      one of {@link #rows}
     * @param seed     of W, of the samples' order and of what is drawn from the data
     * @param progress is told of each step
     * @return values by name, {@link #SCORE} among them
     */
    Map<String, Double> run(Row row, long seed, TrainingListener progress);
}

package llava4j.ablate;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.model.Design;
import llava4j.train.TrainingListener;

/**
 * One of the paper's tables in miniature: several ways to train, each measured the same way.
 */
public interface Table {

    /** The name of the measured value that is compared. */
    String SCORE = "score";

    /** Its number in the paper. */
    int number();

    /** What the score is, in a few words. */
    String measure();

    /** The rows; all others are held against the first. */
    List<Row> rows();

    /** Values shown beside the score, by name, as far as a row has them. */
    List<String> details();

    /** Steps that a row takes behind stage 1. */
    int steps(Row row);

    /** The design that stage 1 is run on for a row; none for a row that does without. */
    Optional<Design> aligned(Row row);

    /** Where a row's training saves itself on the way. */
    Path state(Row row, long seed);

    /**
     * Trains and measures one row; a training that was saved is continued.
     *
     * @param seed     of W, of the samples' order and of what is drawn from the data
     * @param progress is told of each step
     * @return values by name, {@link #SCORE} among them
     */
    Map<String, Double> run(Row row, long seed, TrainingListener progress);
}

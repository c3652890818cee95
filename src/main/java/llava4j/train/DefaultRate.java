package llava4j.train;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/**
 * The peak learning rate where none is given: the smaller the model, the higher.
 *
 * <p>Two points are known for each stage. The paper's rates, 2e-3 and 2e-5, are for seven billion parameters; the main job's,
 * 1e-2 and 1e-3, are for the tiny model's 0.7 million. Between them a power law, lr = paper · (7e9 / n)^a, a straight
 * line on two logarithmic axes; outside it stays at the nearer point. It is a place to begin, not a law. What one would get
 * wrong: the paper's rate in a tiny model does not fail, it learns next to nothing.
 *
 * @param rate       rounded to one digit, so that what is printed can be given as {@code --learning-rate}
 * @param paper      the paper's
 * @param parameters of W and f, n
 */
public record DefaultRate(double rate, double paper, long parameters) {

    private static final double PAPER_SIZE = 7e9;
    private static final double TINY_SIZE = 0.7e6;
    private static final double[] PAPER = {2e-3, 2e-5};
    private static final double[] TINY = {1e-2, 1e-3};

    /**
     * {@return the rate for a stage}
     *
     * @param stage      which parameters learn
     * @param parameters of W and f, whether they learn or not: what the gradient has to come through
     */
    public static DefaultRate of(Stage stage, long parameters) {
        double paper = PAPER[stage.ordinal()];
        double tiny = TINY[stage.ordinal()];
        double exponent = Math.log(tiny / paper) / Math.log(PAPER_SIZE / TINY_SIZE);
        double size = Math.max(TINY_SIZE, Math.min(PAPER_SIZE, parameters));
        double rate = paper * Math.pow(PAPER_SIZE / size, exponent);
        return new DefaultRate(new BigDecimal(rate).round(new MathContext(1)).doubleValue(), paper, parameters);
    }

    /**
     * {@return the rate for what learns more slowly than a matrix does}
     *
     * @param share of this rate; 1 leaves it as it is
     */
    public DefaultRate times(double share) {
        return share == 1 ? this
                : new DefaultRate(new BigDecimal(rate * share).round(new MathContext(1)).doubleValue(), paper, parameters);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "learning rate %s: for a model of %s parameters; the paper's %s is for 7 B", written(rate),
                parameters < 1e9 ? String.format(Locale.ROOT, "%.1f M", parameters / 1e6)
                        : String.format(Locale.ROOT, "%.1f B", parameters / 1e9), written(paper));
    }

    private static String written(double rate) {
        return String.format(Locale.ROOT, "%.0e", rate).replace("e-0", "e-");
    }
}

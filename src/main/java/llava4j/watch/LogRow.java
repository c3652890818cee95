package llava4j.watch;

import java.util.Locale;
import java.util.Optional;

/**
 * A line of {@code train-log.csv}.
 *
 * @param step         steps done
 * @param epoch        that the step belongs to, from 1
 * @param loss         mean over the scored tokens of its batch
 * @param learningRate of the step
 * @param gradientNorm length of the whole gradient before it was clipped
 * @param tokensPerSecond of the step alone, without what is done between steps
 * @param validationLoss  mean over the scored tokens of the held-out samples, or NaN where it was not computed, as in the four
 *                     before where they are not known
 * @param seconds      since the run began, the time in which it was stopped not counted
 */
record LogRow(int step, int epoch, double loss, double learningRate, double gradientNorm, double tokensPerSecond,
              double validationLoss, double seconds) {

    static final String HEADER = "step,epoch,loss,learning_rate,gradient_norm,tokens_per_second,validation_loss,seconds";
    private static final int COLUMNS = 8;

    String line() {
        return String.join(",", String.valueOf(step), String.valueOf(epoch), cell("%.6f", loss), cell("%.6g", learningRate),
                cell("%.6g", gradientNorm), cell("%.1f", tokensPerSecond), cell("%.6f", validationLoss), cell("%.1f", seconds));
    }

    private static String cell(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    /** The row of a step of which no more is known than the loss. */
    static LogRow ofLoss(int step, int epoch, double loss, double seconds) {
        return new LogRow(step, epoch, loss, Double.NaN, Double.NaN, Double.NaN, Double.NaN, seconds);
    }

    /** The row of a line; nothing for the header, or a line that a killed run has left in half. */
    static Optional<LogRow> of(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LogRow(Integer.parseInt(cells[0]), Integer.parseInt(cells[1]), Double.parseDouble(cells[2]),
                    number(cells[3]), number(cells[4]), number(cells[5]), number(cells[6]), Double.parseDouble(cells[7])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }
}

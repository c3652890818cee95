package llava4j.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import llava4j.execution.RepeatableGradient;
import llava4j.train.Stage;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs every operation of the training graph of stage 2, forward and backward, each alone and on inputs that another
 * backend recorded: the first operation that is missing or wrong tells its name, whatever comes after it.
 *
 * <p>An operation may end the process. So each is written to the log before it runs; a second start passes over those.
 */
public final class OperationCheck {

    private final SameDiff gradient;
    private final Map<String, INDArray> placeholders;

    private OperationCheck() {
        BackendCase model = new BackendCase();
        LossGraph loss = new LossGraph(model.config, model.weights, BackendCase.ROWS, Stage.of(2).trained(), true);
        RepeatableGradient.of(loss.graph, loss.trained());
        gradient = loss.graph.getFunction("grad");
        INDArray features = Nd4j.createFromArray(new float[BackendCase.ROWS * model.config.imageTokens()
                * model.config.connector().inputSize()]).reshape(-1, model.config.connector().inputSize());
        for (int i = 0; i < features.length(); i++) {
            features.putScalar(i, Math.sin(i));
        }
        placeholders = loss.placeholders(model.prompt(features), model.labels);
    }

    /**
     * @param arguments {@code record FILE}, or {@code compare FILE LOG}, which adds to the log
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        OperationCheck check = new OperationCheck();
        if (arguments[0].equals("record")) {
            Recorded.write(Path.of(arguments[1]), check.everything());
        } else {
            check.compare(Recorded.read(Path.of(arguments[1])), Path.of(arguments[2]));
        }
    }

    /** Every array of one run, weights and constants too. */
    private Map<String, INDArray> everything() {
        List<String> results = new ArrayList<>();
        Map<String, INDArray> all = new LinkedHashMap<>();
        for (SDVariable variable : gradient.variables()) {
            if (variable.getVariableType() == VariableType.ARRAY) {
                results.add(variable.name());
            } else if (variable.getVariableType() != VariableType.PLACEHOLDER) {
                all.put(variable.name(), variable.getArr());
            }
        }
        all.putAll(placeholders);
        all.putAll(gradient.output(placeholders, results));
        return all;
    }

    private void compare(Map<String, INDArray> recorded, Path log) throws IOException {
        List<String> begun = !Files.exists(log) ? List.of() : Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("begin ")).map(line -> line.substring("begin ".length())).toList();
        for (SameDiffOp made : gradient.getOps().values()) {
            if (begun.contains(made.getName()) || !recorded.keySet().containsAll(made.getOutputsOfOp())) {
                continue;
            }
            say(log, "begin " + made.getName());
            say(log, String.format(Locale.ROOT, "%s %s %s", made.getOp().opName(), made.getName(), outcome(made, recorded)));
        }
        say(log, "all");
    }

    private String outcome(SameDiffOp made, Map<String, INDArray> recorded) {
        try {
            List<INDArray> results = run(made, recorded);
            double worst = 0;
            for (int i = 0; i < results.size(); i++) {
                worst = Math.max(worst, Recorded.difference(results.get(i), recorded.get(made.getOutputsOfOp().get(i))));
            }
            return String.format(Locale.ROOT, "%.1e", worst);
        } catch (RuntimeException | LinkageError e) {
            return ("failed: " + e).lines().findFirst().orElse("");
        }
    }

    private List<INDArray> run(SameDiffOp made, Map<String, INDArray> recorded) {
        DifferentialFunction operation = made.getOp();
        OpContext context = Nd4j.getExecutioner().buildContext();
        int inputs = made.getInputsToOp() == null ? 0 : made.getInputsToOp().size();
        for (int i = 0; i < inputs; i++) {
            context.setInputArray(i, recorded.get(made.getInputsToOp().get(i)).dup('c'));
        }
        List<LongShapeDescriptor> shapes;
        if (operation instanceof DynamicCustomOp custom) {
            context.setIArguments(custom.iArgs());
            context.setDArguments(custom.dArgs());
            context.setTArguments(custom.tArgs());
            context.setBArguments(custom.bArgs());
            shapes = custom.calculateOutputShape(context);
        } else {
            shapes = ((BaseOp) operation).calculateOutputShape(context);
        }
        List<INDArray> results = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            DataType type = gradient.getVariable(made.getOutputsOfOp().get(i)).dataType();
            results.add(Nd4j.create(type, shapes.get(i).getShape()));
            context.setOutputArray(i, results.get(i));
        }
        if (operation instanceof CustomOp custom) {
            Nd4j.exec(custom, context);
        } else {
            Nd4j.exec((Op) operation, context);
        }
        Nd4j.getExecutioner().commit();
        return results;
    }

    private static void say(Path log, String line) throws IOException {
        Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

package llava4j.spark;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import llava4j.model.LossGraph;

/**
 * What comes back of a part.
 *
 * @param loss       mean over its scored tokens
 * @param supervised how many these are; 0 for rows without any, which have no gradient
 * @param names      of the parameters, in the order in which one process would go through them: the gradient's length is a sum
 *                   in this order
 * @param orders     for each, whether its gradient lies row by row (c) or column by column (f): sums follow the memory
 * @param numbers    the gradients ({@link Floats})
 */
record PartGradient(double loss, long supervised, List<String> names, String orders, byte[] numbers) implements Serializable {

    /** Of rows in which nothing is scored. */
    static final PartGradient NONE = new PartGradient(0, 0, List.of(), "", new byte[0]);

    static PartGradient of(LossGraph.Gradients gradients) {
        List<String> names = List.copyOf(gradients.byName().keySet());
        return new PartGradient(gradients.loss(), gradients.supervised(), names, names.stream()
                .map(name -> String.valueOf(gradients.byName().get(name).ordering())).collect(Collectors.joining()),
                Floats.of(names, gradients.byName()));
    }
}

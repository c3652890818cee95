package llava4j.graph;

import java.util.Map;
import java.util.function.Predicate;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A place in the tree of parameter names, from which a layer takes its weights while it adds itself to a graph.
 *
 * <p>{@code scope.at("self_attn").at("q_proj").weight("bias")} is the parameter {@code ...self_attn.q_proj.bias}: the
 * path through the code is the name in the checkpoint. The graph shares the arrays with the map it was given and copies
 * none, so a training graph and a decoding graph over the same map always hold the same weights.
 *
 * <p>A trained parameter enters the graph as a variable, a frozen one as a constant. That alone is freezing: no gradient
 * is asked of a constant, and SameDiff prunes the whole part of the backward graph that only led to constants. What one
 * would get wrong: switching a variable to a constant after the gradient function exists changes nothing.
 */
public final class Scope {

    private final SameDiff graph;
    private final Map<String, INDArray> parameters;
    private final Predicate<String> trained;
    private final boolean dropsOut;
    private final String path;

    private Scope(SameDiff graph, Map<String, INDArray> parameters, Predicate<String> trained, boolean dropsOut,
                  String path) {
        this.graph = graph;
        this.parameters = parameters;
        this.trained = trained;
        this.dropsOut = dropsOut;
        this.path = path;
    }

    /**
     * The root of the tree.
     *
     * @param graph      the graph that layers are added to
     * @param parameters all parameters by full name
     * @param trained    which of them get a gradient; the others are frozen
     * @return the scope whose names have no prefix
     */
    public static Scope root(SameDiff graph, Map<String, INDArray> parameters, Predicate<String> trained) {
        return new Scope(graph, parameters, trained, false, "");
    }

    /** {@return the same place in a graph whose layers may drop inputs out: one for training ({@link Dropout})} */
    public Scope droppingOut() {
        return new Scope(graph, parameters, trained, true, path);
    }

    /** {@return whether layers may drop inputs out} */
    boolean dropsOut() {
        return dropsOut;
    }

    /**
     * {@return the scope below this one}
     *
     * @param name one step, or several as in {@code "mlp.gate_proj"}
     */
    public Scope at(String name) {
        return new Scope(graph, parameters, trained, dropsOut, path + name + ".");
    }

    /**
     * {@return the scope of one layer of a list of layers}
     *
     * @param list  the list's name, such as {@code "model.layers"}
     * @param index of the layer, from 0
     */
    public Scope at(String list, int index) {
        return at(list + "." + index);
    }

    /** {@return the graph that layers are added to} */
    public SameDiff graph() {
        return graph;
    }

    /**
     * {@return whether the parameters hold {@code name} here: how a layer learns that it has a bias}
     *
     * @param name below this scope
     */
    public boolean has(String name) {
        return parameters.containsKey(path + name);
    }

    /**
     * {@return the parameter {@code name} of this scope, in the shape it is stored in and in float32}
     *
     * <p>A parameter that is kept in 16 bits is widened here, and nowhere else: a cast in the graph, which
     * {@link llava4j.execution.Schedule} runs anew for every reader, so that one matrix at a time is wide.
     *
     * @param name below this scope
     * @throws IllegalArgumentException if there is none: the loader has checked names and shapes before
     */
    public SDVariable weight(String name) {
        SDVariable stored = stored(name);
        if (stored.dataType() == DataType.FLOAT) {
            return stored;
        }
        String wide = stored.name() + ".float32";
        return graph.hasVariable(wide) ? graph.getVariable(wide) : stored.castTo(wide, DataType.FLOAT);
    }

    /**
     * {@return some rows of a table of this scope, in float32; of a table in 16 bits only these rows are widened}
     *
     * @param name below this scope, [V, D]
     * @param rows [n] numbers of rows; the result is [n, D]
     */
    public SDVariable rows(String name, SDVariable rows) {
        SDVariable chosen = graph.gather(stored(name), rows, 0);                              // [V, D] -> [n, D]
        return chosen.dataType() == DataType.FLOAT ? chosen : chosen.castTo(DataType.FLOAT);
    }

    /**
     * {@return a single number among the parameters, fixed once the graph is built}
     *
     * @param name below this scope; it is there
     */
    double number(String name) {
        return parameters.get(path + name).getDouble(0);
    }

    /**
     * {@return an input of the graph that belongs to this place}
     *
     * @param name  below this scope
     * @param shape −1 where any size will do
     */
    SDVariable placeholder(String name, long... shape) {
        return graph.placeHolder(path + name, DataType.FLOAT, shape);
    }

    private SDVariable stored(String name) {
        String full = path + name;
        INDArray array = parameters.get(full);
        if (array == null) {
            throw new IllegalArgumentException("no parameter named " + full);
        }
        if (graph.hasVariable(full)) {
            return graph.getVariable(full);
        }
        if (trained.test(full) && array.dataType() != DataType.FLOAT) {
            throw new IllegalStateException(full + " is to be trained but is kept in 16 bits: load it as float32");
        }
        SDVariable variable = trained.test(full) ? graph.var(full, array) : graph.constant(full, array);
        // Where the backend keeps its numbers: on a GPU the address in the machine's own memory may not exist
        if (variable.getArr().data().platformAddress() != array.data().platformAddress()) {
            // Training would change an array that the graph does not look at.
            throw new IllegalStateException(full + " is a view, which SameDiff copies: store it as an array of its own");
        }
        return variable;
    }

    /**
     * A fixed array that is part of the architecture, not learned.
     *
     * <p>Every use needs a constant of its own: SameDiff cannot build the gradient function when one constant feeds
     * several differentiated ops ("…-grad already exists").
     *
     * @param purpose names it below this scope; no other constant or parameter there has that name
     * @param value   of any shape
     * @return the constant in the graph
     */
    public SDVariable constant(String purpose, INDArray value) {
        return graph.constant(path + purpose, value);
    }
}

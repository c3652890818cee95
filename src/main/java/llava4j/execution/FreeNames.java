package llava4j.execution;

import java.lang.reflect.Field;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The variables of a graph, kept so that a new operation finds its name at once.
 *
 * <p>SameDiff names the n-th product of a graph by trying {@code matmul}, {@code matmul_1}, and so on, and for each try
 * compares the name with those of all variables: three nested loops over the size of the graph. The gradient of 30 layers
 * takes minutes that way, with LoRA many more. The names of operations are what keeps them apart, and those it finds by
 * hashing; a result is named after its operation. So it is shown only the variables that are no results, less the parameters,
 * whose names have dots, and finds the same names. What one would get wrong: the gradient is a graph of its own, made inside SameDiff,
 * and it is the large one; {@link #whileDifferentiating} reaches it through a variable that is told which graph it is in.
 * ND4J 1.0.0-M2.1 keeps its variables in a trie, which finds names by itself.
 */
final class FreeNames extends LinkedHashMap<String, Variable> {

    private static final String WITNESS = "free_names_witness";
    private static final Field VARIABLES = field();

    private final Set<String> others = new LinkedHashSet<>();

    private FreeNames(Map<String, Variable> variables) {
        variables.forEach(this::put);
    }

    /** Has a graph find names at once from now on, where it does not do so by itself. */
    static void in(SameDiff graph) {
        if (!Nd4jVersion.isM11()) {
            return;
        }
        Map<String, Variable> variables = variables(graph);
        if (!(variables instanceof FreeNames)) {
            try {
                VARIABLES.set(graph, new FreeNames(variables));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Runs what makes the gradient graph of {@code graph}; that one finds its names at once too. */
    static void whileDifferentiating(SameDiff graph, Runnable making) {
        variables(graph).put(WITNESS, Variable.builder().name(WITNESS).variable(new Witness(graph)).build());
        try {
            making.run();
        } finally {
            variables(graph).remove(WITNESS);
        }
        variables(graph.getFunction("grad")).remove(WITNESS);
    }

    @Override
    public Variable put(String name, Variable variable) {
        VariableType type = variable.getVariable().getVariableType();
        if (type == VariableType.PLACEHOLDER || type != VariableType.ARRAY && !name.contains(".")) {
            others.add(name);
        }
        return super.put(name, variable);
    }

    /** {@return the names that no operation gave: SameDiff looks through them for the graph's inputs, and to find a name} */
    @Override
    public Set<String> keySet() {
        return Collections.unmodifiableSet(others);
    }

    /** Learns of the gradient graph when its variables are copied into it. */
    private static final class Witness extends SDVariable {

        Witness(SameDiff graph) {
            setVarName(WITNESS);
            setVariableType(VariableType.ARRAY);
            setDataType(DataType.FLOAT);
            super.setSameDiff(graph);
        }

        @Override
        public SDVariable clone(SameDiff graph) {
            return new Witness(graph);
        }

        @Override
        public void setSameDiff(SameDiff graph) {
            super.setSameDiff(graph);
            in(graph);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Variable> variables(SameDiff graph) {
        try {
            return (Map<String, Variable>) VARIABLES.get(graph);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field field() {
        try {
            Field field = SameDiff.class.getDeclaredField("variables");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}

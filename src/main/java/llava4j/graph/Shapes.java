package llava4j.graph;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names and shapes of a part's parameters, in their order, as its layers take them from a {@link Scope}. */
public final class Shapes {

    private final Map<String, long[]> byName = new LinkedHashMap<>();

    /**
     * A tensor of any shape.
     *
     * @param name  its full name
     * @param shape none for a single number
     * @return this list
     */
    public Shapes put(String name, long... shape) {
        byName.put(name, shape);
        return this;
    }

    /**
     * A linear map, {@code weight} [out, in] and perhaps {@code bias} [out].
     *
     * @param name of the map
     * @param in   inputs
     * @param out  outputs
     * @param bias whether it has one
     * @return this list
     */
    public Shapes linear(String name, long in, long out, boolean bias) {
        put(name + ".weight", out, in);
        return bias ? put(name + ".bias", out) : this;
    }

    /**
     * A layer normalisation, {@code weight} and {@code bias} [size].
     *
     * @param name of the normalisation
     * @param size features of a token
     * @return this list
     */
    public Shapes norm(String name, long size) {
        return put(name + ".weight", size).put(name + ".bias", size);
    }

    /** {@return shapes by name, in the order in which they were put} */
    public Map<String, long[]> byName() {
        return byName;
    }
}

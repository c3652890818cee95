package exercises;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Numbers made with torch and transformers by {@code reference/make_reference.py}, one file for each exercise. */
public final class Reference {

    private static final ObjectMapper JSON = new ObjectMapper();
    private final JsonNode file;

    private Reference(JsonNode file) {
        this.file = file;
    }

    /** The numbers of an exercise, {@code e05}. */
    public static Reference of(String exercise) {
        try (InputStream in = Reference.class.getResourceAsStream("/reference/" + exercise + ".json")) {
            return new Reference(JSON.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of this name as a Java type: {@code double[][].class}, {@code String.class} .. */
    public <T> T get(String name, Class<T> type) {
        if (!file.has(name)) {
            throw new IllegalArgumentException("the reference has no " + name);
        }
        return JSON.convertValue(file.get(name), type);
    }

    /** A matrix. */
    public double[][] matrix(String name) {
        return get(name, double[][].class);
    }

    /** A vector. */
    public double[] vector(String name) {
        return get(name, double[].class);
    }

    /** A number. */
    public double number(String name) {
        return get(name, Double.class);
    }
}

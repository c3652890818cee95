package llava4j.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import llava4j.error.UserError;

/**
 * The objects of a file that holds one array, fetched one after another: what {@link JsonFile#elements} is for a reader
 * that is told, this is for one that asks.
 *
 * <p>An element that is no object is an error of its own, after which the next can be asked for; a fault in the JSON itself
 * ends the reading, since nobody can say where the next element begins.
 */
public final class JsonElements implements Iterator<Fields>, AutoCloseable {

    private final Path file;
    private final JsonParser parser;
    private boolean more = true;
    private UserError failed;

    private JsonElements(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * Opens a file.
     *
     * @param file a JSON array
     * @return its elements; the file is closed after the last, or by {@link #close}
     * @throws UserError if the file is missing or holds something else
     */
    public static JsonElements of(Path file) {
        JsonElements elements;
        try {
            elements = new JsonElements(file, JsonFile.parser(file));
        } catch (IOException e) {
            throw JsonFile.unreadable(file, e);
        }
        elements.advance(true);
        if (elements.failed != null) {
            throw elements.failed;
        }
        return elements;
    }

    /** Looks for what comes next: an element, or the end of the array and of the file. Keeps an error for later. */
    private void advance(boolean first) {
        try {
            JsonToken token = parser.nextToken();
            if (first) {
                if (token != JsonToken.START_ARRAY) {
                    fail(UserError.of("%s: %s", file, token == null ? "is empty" : "need a JSON array"));
                    return;
                }
                token = parser.nextToken();
            }
            if (token == JsonToken.END_ARRAY) {
                more = false;
                if (parser.nextToken() != null) {
                    fail(JsonFile.moreText(file, parser));
                }
                close();
            }
        } catch (JsonProcessingException e) {
            fail(JsonFile.invalid(file, parser.currentLocation().getLineNr(), e));
        } catch (IOException e) {
            fail(JsonFile.unreadable(file, e));
        }
    }

    private void fail(UserError error) {
        failed = error;
        more = false;
        close();
    }

    /** {@return whether an element, or an error, is still to come} */
    @Override
    public boolean hasNext() {
        return more || failed != null;
    }

    /**
     * {@return the next element, whose place in errors is file and line}
     *
     * @throws UserError if the element is no object, or the file is no JSON from here on
     */
    @Override
    public Fields next() {
        if (failed != null) {
            UserError error = failed;
            failed = null;
            throw error;
        }
        if (!more) {
            throw new NoSuchElementException();
        }
        String place = file + ", line " + parser.currentTokenLocation().getLineNr();
        JsonNode element;
        try {
            element = JsonFile.tree(parser);
        } catch (JsonProcessingException e) {
            more = false;
            close();
            throw JsonFile.invalid(file, parser.currentLocation().getLineNr(), e);
        } catch (IOException e) {
            more = false;
            close();
            throw JsonFile.unreadable(file, e);
        }
        advance(false);
        return Fields.of(place, element);
    }

    /** Closes the file. */
    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw JsonFile.unreadable(file, e);
        }
    }
}

package llava4j.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.error.UserError;
import llava4j.graph.Attention;
import llava4j.graph.Linear;
import llava4j.train.AdamW;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The source of a method, as a notebook prints it")
class SourceTest {

    @Test
    @DisplayName("each line is the line of the file that its number says, and the method is whole")
    void linesAreThoseOfTheFile() throws IOException {
        String printed = Source.of("llava4j.model.Splice", "of");
        List<String> file = Files.readAllLines(Path.of("src/main/java/llava4j/model/Splice.java"));
        Matcher line = Pattern.compile("^ *(\\d+)  (.*)$", Pattern.MULTILINE).matcher(printed);
        int count = 0;
        String last = "";
        while (line.find()) {
            last = line.group(2);
            assertEquals(file.get(Integer.parseInt(line.group(1)) - 1).strip(), last.strip());
            count++;
        }
        assertTrue(count >= 4, printed);
        assertEquals("}", last);
        assertTrue(printed.contains("graph.gather(graph.concat(0, hq, hv), order, 0)"), printed);
    }

    @Test
    @DisplayName("above it stand its name, a link to its lines and the first sentence of its comment, or else of its class's")
    void theHeadSaysWhatItDoes() {
        String linear = Source.of(Linear.class, "of").lines().findFirst().orElseThrow();
        assertTrue(linear.contains("`Linear.of`"), linear);
        assertTrue(linear.matches(".*\\(src/main/java/llava4j/graph/Linear\\.java#L\\d+-L\\d+\\).*"), linear);
        assertTrue(linear.contains("Adds the map whose `weight` (and `bias`, if there is one) lie in `scope`."), linear);
        String splice = Source.of("llava4j.model.Splice", "of").lines().findFirst().orElseThrow();
        assertTrue(splice.contains("Puts the image tokens Hv in their places"), splice);
        assertTrue(Source.of(Attention.class, "weights").contains("softmax(Q Kᵀ / √d + M)."), "letters beyond ASCII stay as they are");
    }

    @Test
    @DisplayName("all methods of the name are printed, a constructor under the name new")
    void overloadsAreAllPrinted() {
        assertEquals(2, Source.of(AdamW.class, "step").lines().filter(line -> line.equals("```java")).count());
        assertTrue(Source.of(AdamW.class, "new").contains("this.beta1 = beta1;"));
    }

    @Test
    @DisplayName("a method that only a nested class has is found in the nested class alone")
    void nestedClassesHaveTheirOwn() {
        assertTrue(Source.of("llava4j.language.Decoder$Output", "last").contains("hidden.size() - 1"));
        assertThrows(UserError.class, () -> Source.of("llava4j.language.Decoder", "last"));
    }

    @Test
    @DisplayName("of an unknown method or class one is told what there is and where it was looked for")
    void whatIsNotThereIsSaid() {
        String method = assertThrows(UserError.class, () -> Source.of(Attention.class, "attention")).getMessage();
        assertTrue(method.contains("no method attention") && method.contains("splitHeads, "), method);
        String type = assertThrows(UserError.class, () -> Source.of("llava4j.model.Splicer", "of")).getMessage();
        assertTrue(type.contains("src/main/java/llava4j/model/Splicer.java"), type);
        assertFalse(type.contains("\n"));
    }
}

package llava4j.captions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * A file of captions, read an element at a time, so that three million of them need no memory: LLaVA's array of
 * conversations, whose caption is the first answer, or COCO's object with {@code images} and {@code annotations}.
 *
 * <p>Captions are numbered from 0 in the file's order. An element that is kept is written with all its fields, whether this
 * project knows them or not.
 */
final class CaptionFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final boolean coco;

    /**
     * @param file looked at up to its first bracket
     * @throws UserError if it is missing or not JSON
     */
    CaptionFile(Path file) {
        this.file = file;
        coco = !JsonFile.isArray(file);
    }

    /**
     * Reads all captions.
     *
     * @param consumer is given each one
     * @throws UserError if an element has no caption, or the file is not in one of the two forms
     */
    void captions(Consumer<String> consumer) {
        elements(coco ? "annotations" : "", element -> consumer.accept(caption(element)));
    }

    private String caption(Fields element) {
        if (coco) {
            element.id("image_id");
            return element.text("caption");
        }
        return element.objects("conversations").stream().filter(turn -> turn.text("from").equals("gpt")).findFirst()
                .orElseThrow(() -> element.error("conversations", "need an answer, \"from\": \"gpt\", which is the caption"))
                .text("value");
    }

    /**
     * Writes a file of the same form that has the kept captions alone, in their order, and of COCO's images those that they
     * are about.
     *
     * @param out  replaced if it is there
     * @param kept numbers of captions
     * @throws UserError if it cannot be written, or a kept caption is about an image that the file does not list
     */
    void write(Path out, BitSet kept) {
        WholeFile.write(out, temporary -> {
            try (BufferedWriter writer = Files.newBufferedWriter(temporary)) {
                if (coco) {
                    Set<String> images = images(kept);
                    writer.write("{\"images\": ");
                    Set<String> missing = new HashSet<>(images);
                    array(writer, "images", image -> {
                        missing.remove(image.id("id"));
                        return images.contains(image.id("id"));
                    });
                    if (!missing.isEmpty()) {
                        throw UserError.of("%s: %d captions' images are not listed under \"images\", such as image_id %s", file,
                                missing.size(), missing.iterator().next());
                    }
                    writer.write(",\n\"annotations\": ");
                }
                array(writer, "annotations", numbered(kept));
                writer.write(coco ? "}\n" : "\n");
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    private Set<String> images(BitSet kept) {
        Set<String> images = new HashSet<>();
        Predicate<Fields> isKept = numbered(kept);
        elements("annotations", annotation -> {
            if (isKept.test(annotation)) {
                images.add(annotation.id("image_id"));
            }
        });
        return images;
    }

    /** Asked about each caption in turn. */
    private static Predicate<Fields> numbered(BitSet kept) {
        int[] number = new int[1];
        return element -> kept.get(number[0]++);
    }

    private void array(BufferedWriter writer, String name, Predicate<Fields> isKept) throws IOException {
        String[] before = {"[\n"};
        elements(name, element -> {
            if (isKept.test(element)) {
                try {
                    writer.write(before[0] + line(element.json()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                before[0] = ",\n";
            }
        });
        writer.write("\n]");
    }

    private static String line(JsonNode element) throws JsonProcessingException {
        return JSON.writeValueAsString(element);
    }

    private void elements(String name, Consumer<Fields> consumer) {
        if (coco) {
            JsonFile.arrays(file, Map.of(name, consumer));
        } else {
            JsonFile.elements(file, consumer);
        }
    }
}

package llava4j.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import llava4j.endpoint.Message;
import llava4j.error.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CocoAnnotationsTest {

    private static final String CAPTIONS = """
            {"info": {"year": 2017}, "licenses": [{"id": 1}],
             "images": [{"license": 1, "file_name": "000000000139.jpg", "height": 426, "width": 640, "id": 139},
                        {"license": 1, "file_name": "000000000285.jpg", "height": 640, "width": 586, "id": 285}],
             "annotations": [{"image_id": 139, "id": 37, "caption": "A room with\\n chairs. "},
                             {"image_id": 139, "id": 38, "caption": "A person at a table."}]}
            """;
    private static final String INSTANCES = """
            {"annotations": [{"segmentation": [[240.86, 211.31, 240.16, 197.19]], "area": 531.8, "iscrowd": 0,
               "image_id": 139, "bbox": [64, 42.6, 320, 426], "category_id": 1, "id": 26},
              {"segmentation": {"counts": [272, 2, 4], "size": [426, 640]}, "area": 9, "iscrowd": 1,
               "image_id": 139, "bbox": [0, 0, 640, 426], "category_id": 62, "id": 90}],
             "images": [{"file_name": "000000000139.jpg", "height": 426, "width": 640, "id": 139},
                        {"file_name": "000000000285.jpg", "height": 640, "width": 586, "id": 285}],
             "categories": [{"supercategory": "person", "id": 1, "name": "person"},
                            {"supercategory": "furniture", "id": 62, "name": "chair"}]}
            """;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("COCO's files become captions, a blank line, and category: [x1, y1, x2, y2] in shares with three decimals")
    void context() throws IOException {
        CocoAnnotations read = read(CAPTIONS, INSTANCES);
        assertEquals(1, read.pictures().size());
        assertEquals(1, read.withoutCaption());
        assertEquals(Set.of("person", "chair"), read.categories());
        AnnotatedPicture picture = read.pictures().get(0);
        assertEquals("""
                A room with chairs.
                A person at a table.

                person: [0.100, 0.100, 0.600, 1.000]
                chair: [0.000, 0.000, 1.000, 1.000]""", picture.context(true));
        assertEquals("000000000139", picture.stem());
        assertTrue(picture.boxes().get(1).crowd());
    }

    @Test
    @DisplayName("for a conversation the teacher is shown captions alone, for the other kinds boxes too")
    void boxesForTwoKinds() throws IOException {
        AnnotatedPicture picture = read(CAPTIONS, INSTANCES).pictures().get(0);
        for (InstructionKind kind : InstructionKind.values()) {
            List<Message> messages = Request.of(picture, kind, 0, false, 0).messages();
            assertEquals(kind != InstructionKind.CONVERSATION,
                    messages.get(messages.size() - 1).content().contains("person: ["));
        }
    }

    @ParameterizedTest(name = "{0} in place of {1}: the message names the file and says {2}")
    @CsvSource(delimiter = '|', value = {"\"id\": 286 | \"id\": 285 | lists no image 285",
        "\"bbox\": [64, 42.6, 320] | \"bbox\": [64, 42.6, 320, 426] | bbox",
        "\"width\": 0 | \"width\": 640 | width", "\"category_id\": 2 | \"category_id\": 1 | category 2",
        "\"boxes\": [ | \"annotations\": [ | annotations", "} | ]} | not valid JSON"})
    void mistakes(String wrong, String right, String said) {
        UserError error = assertThrows(UserError.class, () -> read(CAPTIONS, INSTANCES.replace(right, wrong)));
        assertTrue(error.getMessage().contains("instances.json") && error.getMessage().contains(said), error.getMessage());
    }

    @Test
    @DisplayName("ids that are texts name the same pictures as ids that are numbers")
    void idsAsTexts() throws IOException {
        AnnotatedPicture numbered = read(CAPTIONS, INSTANCES).pictures().get(0);
        AnnotatedPicture texts = read(CAPTIONS, INSTANCES.replaceAll("((?:\"id\"|_id\"): )(\\d+)", "$1\"$2\""))
                .pictures().get(0);
        assertEquals(numbered, texts);
        AnnotatedPicture named = read(CAPTIONS.replace("139}", "\"a\"}").replace("\"image_id\": 139", "\"image_id\": \"a\""),
                INSTANCES.replace("139}", "\"a\"}").replace("\"image_id\": 139", "\"image_id\": \"a\"")).pictures().get(0);
        assertEquals(numbered.context(true), named.context(true));
    }

    @ParameterizedTest(name = "{0} in place of {1}: one line that names file and line")
    @CsvSource(delimiter = '|', value = {"\"bbox\": [64, 42.6, 320, 1e400] | \"bbox\": [64, 42.6, 320, 426]",
        "\"bbox\": {\"x\": 1} | \"bbox\": [64, 42.6, 320, 426]", "\"bbox\": [64, 42.6, -320, 426] | \"bbox\": [64, 42.6, 320, 426]",
        "\"bbox\": [\"64\", 42.6, 320, 426] | \"bbox\": [64, 42.6, 320, 426]", "\"iscrowd\": 7 | \"iscrowd\": 1",
        "\"width\": \"640\", \"id\": 139 | \"width\": 640, \"id\": 139", "\"id\": [62] | \"id\": 62", "\"id\": 139 | \"id\": 285"})
    void faultsHaveALine(String wrong, String right) {
        assertTrue(INSTANCES.contains(right), right);
        String message = assertThrows(UserError.class, () -> read(CAPTIONS, INSTANCES.replace(right, wrong))).getMessage();
        assertTrue(message.contains("instances.json, line "), message);
    }

    @Test
    @DisplayName("many faults are told at once, the first twenty in words")
    void manyFaults() {
        String bad = "{\"image_id\": 139, \"category_id\": 1, \"bbox\": [1, 2]}";
        String message = assertThrows(UserError.class, () -> read(CAPTIONS, INSTANCES.replace("\"annotations\": [",
                "\"annotations\": [" + (bad + ",\n").repeat(25)))).getMessage();
        assertTrue(message.contains(": 25 faults:") && message.endsWith("and 5 more"), message);
    }

    private CocoAnnotations read(String captions, String instances) throws IOException {
        return CocoAnnotations.read(Files.writeString(folder.resolve("captions.json"), captions),
                Files.writeString(folder.resolve("instances.json"), instances));
    }
}

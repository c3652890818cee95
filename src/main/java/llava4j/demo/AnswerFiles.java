package llava4j.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.json.JsonFile;

/** A model's answers, kept as soon as all of an exam are there: a long job that goes on does not ask again. */
final class AnswerFiles {

    private final Path folder;
    private final boolean resume;

    /**
     * @param folder for a file for each exam
     * @param resume whether answers that are there count; else they are of another run and are removed
     */
    AnswerFiles(Path folder, boolean resume) {
        this.folder = folder;
        this.resume = resume;
        if (!resume && Files.isDirectory(folder)) {
            try (var files = Files.newDirectoryStream(folder, "*.json")) {
                for (Path file : files) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UserError(folder + ": an earlier run's answers cannot be removed", e);
            }
        }
    }

    /**
     * {@return the answers of an exam, from its file if they are there}
     *
     * @param name of the exam
     * @param ask  asks the model
     */
    List<String> of(String name, Supplier<List<String>> ask) {
        Path file = folder.resolve(name + ".json");
        if (resume && Files.exists(file)) {
            return JsonFile.object(file).texts("answers");
        }
        List<String> said = ask.get();
        ObjectMapper json = new ObjectMapper();
        ArrayNode answers = json.createArrayNode();
        said.forEach(answers::add);
        WholeFile.write(file, json.createObjectNode().set("answers", answers).toPrettyString() + "\n");
        return said;
    }
}

package llava4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.error.UserError;
import llava4j.execution.Threads;
import llava4j.json.Fields;
import llava4j.json.JsonText;

/**
 * The same model in Hugging Face transformers, in a process of its own: one JSON task a line in, one answer a line out.
 *
 * <p>It is given the same checkpoint and the same batches as files, as many threads as this machine has processors,
 * and the GPU where this side has it.
 */
final class Peer implements Side {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCRIPT = Path.of("src/bench/python/peer.py");

    private final Process process;
    private final Writer tasks;
    private final BufferedReader answers;
    private final Shortened recipe;
    private final int newTokens;
    private final Path errors;
    private final Fields versions;

    /**
     * Writes checkpoint and batches to {@code folder} and starts the process.
     *
     * @param python the interpreter, one that has torch and transformers
     * @param gguf   what llama.cpp reads, or {@code null}
     * @throws UserError if it cannot be started or lacks a package
     */
    Peer(Workload work, Shortened recipe, int newTokens, String python, Path gguf, Path folder) {
        if (!Files.isRegularFile(SCRIPT)) {
            throw UserError.of("%s: not found: run bench --peer in the folder of the source", SCRIPT);
        }
        this.recipe = recipe;
        this.newTokens = newTokens;
        ModelDirectoryWriter.write(folder, work.config(), work.weights(), Map.of(), folder);
        SafetensorsWriter.write(folder.resolve("batches.safetensors"), work.arrays());
        int threads = Runtime.getRuntime().availableProcessors();
        ProcessBuilder builder = new ProcessBuilder(python, SCRIPT.toString(), "--model", folder.toString(), "--batches",
                folder.resolve("batches.safetensors").toString(), "--threads", Integer.toString(threads),
                "--learning-rate", Double.toString(TrainingSteps.LEARNING_RATE), "--device", Threads.onCpu() ? "cpu" : "cuda",
                "--decode-in", work.sixteenBits() ? "bfloat16" : "float32");
        if (gguf != null) {
            builder.command().addAll(List.of("--gguf", gguf.toAbsolutePath().toString()));
        }
        errors = folder.resolve("peer.err");
        builder.redirectError(errors.toFile());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UserError("--python " + python + ": cannot be run: " + e.getMessage(), e);
        }
        tasks = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        versions = answer();
    }

    /** {@code torch}, {@code transformers} and {@code threads}, as the process has them. */
    JsonNode versions() {
        return versions.json();
    }

    @Override
    public Sample run(Task task, int repeats) {
        ObjectNode line = JSON.createObjectNode();
        switch (task) {
            case STAGE1_STEP, STAGE2_STEP, LORA_STEP -> line.put("task", "train").put("stage", task.stage().ordinal() + 1)
                    .put("repeats", repeats);
            case RECIPE -> line.put("task", "recipe").put("steps1", recipe.steps1()).put("steps2", recipe.steps2())
                    .put("measured1", recipe.measured1()).put("measured2", recipe.measured2());
            case ENCODE -> line.put("task", "encode").put("repeats", repeats);
            case ENCODE_ONE -> line.put("task", "encode").put("repeats", repeats).put("pictures", 1);
            case PREFILL -> line.put("task", "prefill").put("repeats", repeats);
            case DECODE_TOKEN -> line.put("task", "decode").put("tokens", newTokens).put("repeats", repeats);
            case DECODE_LLAMA_CPP -> line.put("task", "llama_cpp").put("tokens", newTokens).put("repeats", repeats);
            default -> throw new IllegalArgumentException(task.name());
        }
        try {
            tasks.write(line + "\n");
            tasks.flush();
        } catch (IOException e) {
            throw failed(e);
        }
        Fields answer = answer();
        return new Sample(answer.numbers("seconds"), answer.numbers("losses"),
                answer.tokenIds("tokens", List.of()).stream().mapToInt(Integer::intValue).toArray(),
                answer.number("resident_mb", 0.0, 0, Double.MAX_VALUE), answer.number("peak_mb", 0.0, 0, Double.MAX_VALUE));
    }

    private Fields answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw failed(null);
            }
            return JsonText.object("the Python side's answer", line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private UserError failed(Exception cause) {
        String last = "it said nothing";
        try {
            last = Files.readString(errors).strip().lines().reduce((first, second) -> second).orElse(last);
        } catch (IOException e) {
            // the process's own message is only a help; the failure is told all the same
        }
        return new UserError("the Python side stopped: " + last
                + ": its interpreter (--python) needs what src/bench/python/requirements.txt lists", cause);
    }

    @Override
    public void close() {
        process.destroy();
    }
}

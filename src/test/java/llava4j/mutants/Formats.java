package llava4j.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Every format that the command line reads, and the command that reads it. */
final class Formats {

    private static final KnownKeys CONFIG = KnownKeys.of("model_type text", "text_config object?", "vision_config object?",
            "image_token_id whole?", "vision_feature_layer whole?",
            "vision_feature_select_strategy text?", "projector_hidden_act text?", "multimodal_projector_bias flag?",
            "mm_projector_type text?", "tie_word_embeddings flag?", "text_config/model_type text?",
            "text_config/hidden_size size?", "text_config/intermediate_size size?", "text_config/num_hidden_layers size?",
            "text_config/num_attention_heads size?", "text_config/num_key_value_heads size?", "text_config/head_dim size?",
            "text_config/vocab_size size?", "text_config/max_position_embeddings size?", "text_config/rms_norm_eps number?",
            "text_config/attention_bias flag?", "text_config/mlp_bias flag?",
            "text_config/bos_token_id whole?", "pad_token_id whole?", "text_config/tie_word_embeddings flag?",
            "text_config/hidden_act text?", "text_config/rope_parameters object?",
            "text_config/rope_parameters/rope_theta number?", "text_config/rope_parameters/rope_type text?",
            "vision_config/model_type text?", "vision_config/hidden_size size?", "vision_config/intermediate_size size?",
            "vision_config/num_hidden_layers size?", "vision_config/num_attention_heads size?",
            "vision_config/image_size size?", "vision_config/patch_size size?", "vision_config/layer_norm_eps number?",
            "vision_config/hidden_act text?", "llava4j object?", "llava4j/conversation_template text?",
            "llava4j/system_prompt text?");
    private static final KnownKeys PICTURES = KnownKeys.of("crop_size/height size", "crop_size/width size", "do_center_crop flag?",
            "do_convert_rgb flag?", "do_normalize flag?", "do_rescale flag?", "do_resize flag?", "image_mean list?",
            "image_mean/* number", "image_processor_type text?", "image_std list?", "image_std/* number", "resample whole?",
            "rescale_factor number?", "size/shortest_edge size", "size/height size", "size/width size");
    private static final KnownKeys CONVERSATIONS = KnownKeys.of("* object", "*/id name?", "*/image text?",
            "*/conversations list", "*/conversations/* object", "*/conversations/*/from text",
            "*/conversations/*/value text");
    private static final KnownKeys CAPTIONS = KnownKeys.of("images list", "annotations list", "images/* object",
            "images/*/id whole", "images/*/file_name text", "annotations/* object", "annotations/*/image_id whole",
            "annotations/*/caption text");
    private static final KnownKeys INSTANCES = KnownKeys.of("images list", "annotations list", "categories list",
            "images/* object", "images/*/id whole", "images/*/width positive", "images/*/height positive", "annotations/* object",
            "annotations/*/image_id whole", "annotations/*/category_id whole", "annotations/*/bbox list",
            "annotations/*/bbox/* number", "annotations/*/iscrowd whole?", "categories/* object", "categories/*/id whole",
            "categories/*/name text");
    private static final KnownKeys PROBLEMS = KnownKeys.of("* object", "*/question text", "*/choices list", "*/choices/* text",
            "*/answer whole", "*/hint text?", "*/image text?", "*/grade text", "*/subject text", "*/lecture text?",
            "*/solution text?");
    private static final KnownKeys SCENES = KnownKeys.of("* object", "*/image text", "*/things list", "*/things/* object",
            "*/things/*/color text", "*/things/*/kind text", "*/things/*/cell whole");
    private static final KnownKeys QUESTIONS = KnownKeys.of("* object", "*/id text", "*/image text", "*/type text",
            "*/objects whole", "*/held_out_pair flag", "*/question text", "*/answer text");

    private final Originals originals;
    private final String judge;

    /** @param judge address of an endpoint that rates answers */
    Formats(Originals originals, String judge) {
        this.originals = originals;
        this.judge = judge;
    }

    List<Format> all() throws IOException {
        Path model = originals.model();
        Path out = originals.out();
        Path weights = model.resolve("model.safetensors");
        List<Format> formats = new ArrayList<>();
        formats.add(format("safetensors", 120, weights, both(SafetensorsDamage.head(),
                ByteDamage.of(Expected.EITHER, Expected.REFUSED)), "inspect", weights, "--json"));
        formats.add(format("a model's weights", 120, weights, both(SafetensorsDamage.head(),
                ByteDamage.of(Expected.EITHER, Expected.REFUSED)), "inspect", model, "--json"));
        formats.add(json("shard index", 130, originals.sharded().resolve("model.safetensors.index.json"),
                KnownKeys.of("weight_map object", "weight_map/* text", "metadata object?"),
                "inspect", originals.sharded(), "--json"));
        Object[] generate = {"generate", "--model", model, "--prompt", "USER: what color is the tree? ASSISTANT:",
            "--max-new-tokens", 2, "--json"};
        formats.add(numbers("config.json", 420, model.resolve("config.json"), CONFIG, generate));
        formats.add(numbers("generation_config.json", 100, model.resolve("generation_config.json"),
                KnownKeys.of("eos_token_id whole?"), generate));
        formats.add(numbers("preprocessor_config.json", 200, model.resolve("preprocessor_config.json"), PICTURES, "preprocess",
                "--model", model, "--image", originals.file("picture.png"), "--output", out.resolve("pixels.safetensors")));
        formats.addAll(tokenizer(model));
        formats.addAll(data(model, out));
        formats.addAll(exams(originals.brief()));
        formats.add(format("training state", 200, out.resolve("training-state.safetensors"), TrainingStateDamage.damages(),
                "train", "--stage", 1, "--model", model, "--data", originals.file("world/captions.json"), "--images",
                originals.images(), "--out", out, "--steps", Originals.STEPS, "--batch", Originals.BATCH,
                "--learning-rate", "2e-3", "--resume"));
        formats.addAll(pictures());
        return formats;
    }

    private List<Format> tokenizer(Path model) {
        List<Format> formats = new ArrayList<>();
        String texts = "[\"what color is the tree?\", \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"<image>\\n<s> x\", [5, 6, 3]]";
        KnownKeys rules = KnownKeys.of("model object", "model/type text?", "model/vocab object", "model/vocab/* whole",
                "added_tokens list?", "added_tokens/* object", "added_tokens/*/id whole", "added_tokens/*/content text",
                "added_tokens/*/special flag", "added_tokens/*/single_word flag", "added_tokens/*/lstrip flag",
                "added_tokens/*/rstrip flag", "added_tokens/*/normalized flag");
        formats.add(new Format("tokenizer.json, byte pairs", 200, originals.file("pairs/tokenizer.json"),
                arguments("tokenize", "--model", originals.file("pairs"), "--json"), texts,
                both(TokenizerDamage.damages(), of(KnownKeys.of("model object", "model/vocab object", "model/merges list")
                        .closed()))));
        formats.add(new Format("tokenizer.json", 300, model.resolve("tokenizer.json"),
                arguments("tokenize", "--model", model, "--json"), texts,
                both(TokenizerDamage.damages(), of(rules.closed()))));
        formats.add(new Format("tokenizer_config.json", 80, model.resolve("tokenizer_config.json"),
                arguments("tokenize", "--model", model, "--json"), texts, of(KnownKeys.of("eos_token text?",
                        "clean_up_tokenization_spaces flag?"))));
        return formats;
    }

    private List<Format> data(Path model, Path out) {
        Path captions = originals.file("world/captions.json");
        Path instances = originals.file("world/instances.json");
        Path conversations = originals.file("conversations.json");
        Object[] make = {"make-data", "--captions", captions, "--instances", instances, "--teacher", "rule", "--held-out", "",
            "--out", out.resolve("made.json")};
        return List.of(
                named("LLaVA JSON", 320, conversations, CONVERSATIONS, "image", "train", "--stage", 2, "--model", model, "--data",
                        conversations, "--images", originals.images(), "--out", out, "--steps", 1, "--batch", 3),
                named("COCO captions", 160, captions, CAPTIONS, "file_name", make),
                json("COCO instances", 160, instances, INSTANCES, make),
                named("COCO captions, stage 1", 60, captions, CAPTIONS, "file_name", "train", "--stage", 1, "--model", model, "--data", captions,
                        "--images", originals.images(), "--out", out, "--steps", 1, "--batch", 2));
    }

    private List<Format> exams(Path model) {
        Path science = originals.file("science");
        Object[] scienceQa = {"evaluate", "--suite", "scienceqa", "--model", model, "--data", science, "--images",
            originals.file("worlds"), "--json"};
        Path bench = originals.file("bench");
        Object[] llavaBench = {"evaluate", "--suite", "llava-bench", "--model", model, "--questions",
            bench.resolve("questions.jsonl"), "--context", bench.resolve("context.jsonl"), "--references",
            bench.resolve("references.jsonl"), "--images", originals.images(), "--judge", judge, "--max-new-tokens", 1,
            "--json"};
        return List.of(
                format("problems.json", 200, science.resolve("problems.json"), Stream.of(grades(), JsonTree.fileNames("image"),
                        of(PROBLEMS)).flatMap(Collection::stream).toList(), scienceQa),
                json("pid_splits.json", 80, science.resolve("pid_splits.json"), KnownKeys.of("test list", "test/* name"),
                        scienceQa),
                named("scenes.json", 140, originals.file("worlds/train/scenes.json"), SCENES, "image", "science", "data", "--world",
                        originals.file("worlds"), "--out", originals.out(), "--train", 3, "--validation", 1, "--test", 1),
                named("questions.json", 140, originals.file("exam/questions.json"), QUESTIONS, "image", "evaluate", "--suite", "tiny",
                        "--model", model, "--data", originals.file("exam"), "--json"),
                format("LLaVA-Bench questions", 90, bench.resolve("questions.jsonl"), JsonLines.of(KnownKeys.of(
                        "question_id name", "image text", "text text", "category text?"), JsonTree.fileNames("image")),
                        llavaBench),
                format("LLaVA-Bench context", 80, bench.resolve("context.jsonl"), JsonLines.of(KnownKeys.of("image text",
                        "caption text?"), List.of()), llavaBench),
                format("LLaVA-Bench references", 80, bench.resolve("references.jsonl"), JsonLines.of(KnownKeys.of(
                        "question_id name", "text text", "category text?"), List.of()), llavaBench));
    }

    private List<Format> pictures() {
        return List.of(
                picture("PNG", 200, "picture.png", PngDamage.damages()),
                picture("JPEG", 200, "picture.jpg", JpegDamage.damages()),
                picture("JPEG with EXIF", 60, "turned6.jpg", TiffDamage.exif()),
                picture("GIF", 100, "gif.gif", GifDamage.damages()),
                picture("BMP", 100, "bmp.bmp", BmpDamage.damages()),
                picture("TIFF", 130, "tiff.tif", TiffDamage.damages()),
                picture("TIFF, packed", 100, "tifflzw.tif", TiffDamage.damages()),
                picture("WebP", 80, "webp.webp", WebpDamage.damages()),
                picture("WebP, lossless", 80, "webplossless.webp", WebpDamage.damages()));
    }

    private Format picture(String name, int share, String file, List<Damage> damages) {
        return format(name, share, originals.file(file), damages, "preprocess", "--model", originals.model(), "--image",
                originals.file(file), "--output", originals.out().resolve("pixels.safetensors"));
    }

    private static Format json(String name, int share, Path file, KnownKeys known, Object... arguments) {
        return format(name, share, file, of(known), arguments);
    }

    /** Data that name files, under some key. */
    private static Format named(String name, int share, Path file, KnownKeys known, String key, Object... arguments) {
        return format(name, share, file, both(JsonTree.fileNames(key), of(known)), arguments);
    }

    /** ScienceQA goes from grade1 to grade12. */
    private static List<Damage> grades() {
        return Stream.of("grade99999999999", "grade0", "grade13", "grade-1", "5", "grade", "grade1.5")
                .map(grade -> JsonTree.text("grade", grade, Expected.REFUSED)).toList();
    }

    /** A configuration: each of its numbers is tried as everything that it should not be. */
    private static Format numbers(String name, int share, Path file, KnownKeys known, Object... arguments) throws IOException {
        return format(name, share, file, both(of(known), JsonTree.everyNumber(Files.readAllBytes(file), known)), arguments);
    }

    private static List<Damage> of(KnownKeys known) {
        return both(both(JsonText.of(known), JsonTree.of(known)), ByteDamage.of(Expected.EITHER, Expected.EITHER));
    }

    private static List<Damage> both(List<Damage> one, List<Damage> other) {
        return Stream.of(one, other).flatMap(Collection::stream).toList();
    }

    private static Format format(String name, int share, Path file, List<Damage> damages, Object... arguments) {
        return new Format(name, share, file, arguments(arguments), "", damages);
    }

    private static List<String> arguments(Object... arguments) {
        return Stream.of(arguments).map(String::valueOf).toList();
    }
}

package llava4j.fetch;

import java.util.List;
import java.util.stream.Collectors;
import llava4j.error.UserError;

/**
 * A short name for a repository that the way of the paper uses, or a smaller one that serves in its place.
 *
 * @param name    what the user types
 * @param repo    where it lies on the hub
 * @param include which of its files are taken; none for the files of a model directory
 * @param role    what it is for
 * @param size    as its authors state it, for the reader; empty where no source states it. The hub's own sizes are printed
 *                before anything is downloaded.
 */
public record Recipe(String name, HubRepo repo, List<String> include, String role, String size) {

    /** All of them, decoders first. */
    public static final List<Recipe> ALL = List.of(
            model("smollm2-135m", "HuggingFaceTB/SmolLM2-135M-Instruct", "decoder, 135 M parameters", ""),
            model("smollm2-360m", "HuggingFaceTB/SmolLM2-360M-Instruct", "decoder, 360 M parameters", ""),
            model("tinyllama-1.1b", "TinyLlama/TinyLlama-1.1B-Chat-v1.0", "decoder, 1.1 B parameters", "2.2 GB"),
            model("vicuna-7b", "lmsys/vicuna-7b-v1.5", "decoder, LLaVA 1.5's", ""),
            model("clip-vit-b-32", "openai/clip-vit-base-patch32", "encoder, 49 image tokens", ""),
            model("clip-vit-l-14", "openai/clip-vit-large-patch14", "encoder, the paper's, 256 image tokens", ""),
            model("clip-vit-l-14-336", "openai/clip-vit-large-patch14-336", "encoder, LLaVA 1.5's, 576 image tokens", ""),
            new Recipe("llava-595k", HubRepo.parse("hf:datasets/liuhaotian/LLaVA-CC3M-Pretrain-595K"),
                    List.of("chat.json", "images.zip"), "stage 1, pictures with captions", "211 MB and the pictures"),
            new Recipe("llava-158k", HubRepo.parse("hf:datasets/liuhaotian/LLaVA-Instruct-150K"),
                    List.of("llava_instruct_150k.json"), "stage 2, conversations; the pictures are COCO's", "229 MB"));

    private static Recipe model(String name, String id, String role, String size) {
        return new Recipe(name, new HubRepo(false, id, "main"), List.of(), role, size);
    }

    /**
     * {@return the recipe that a text names, or one of its own for a repository}
     *
     * @param text {@code NAME}, {@code NAME@REVISION}, or a repository as {@link HubRepo#parse} reads it
     * @throws UserError if it is neither
     */
    public static Recipe of(String text) {
        if (text.startsWith("hf:")) {
            return new Recipe(text, HubRepo.parse(text), List.of(), "", "");
        }
        String[] parts = text.split("@", 2);
        Recipe named = ALL.stream().filter(recipe -> recipe.name.equals(parts[0])).findFirst().orElseThrow(() ->
                UserError.of("%s: neither hf:OWNER/REPO nor one of %s", text,
                        ALL.stream().map(Recipe::name).collect(Collectors.joining(", "))));
        return parts.length == 1 ? named : new Recipe(named.name, HubRepo.parse(named.repo + "@" + parts[1]),
                named.include, named.role, named.size);
    }
}

package llava4j.cli;

import java.util.Optional;
import llava4j.Llava;
import llava4j.conversation.Template;
import picocli.CommandLine.Option;

/** The option that says how conversations are written, shared by every command in which a model converses. */
final class TemplateOption {

    @Option(names = "--template", paramLabel = "NAME",
            description = "How conversations are written: v1, v0 (Vicuna), blip2, chatml, llama2, llama3, zephyr, plain. Default: "
                    + "as the model was trained here; else its own chat_template; else v1, for a BLIP-2 blip2.")
    private String name;

    /** The model, conversing as was asked for. */
    Llava asked(Llava model) {
        return asked().map(model::withTemplate).orElse(model);
    }

    /** The template, if one was asked for. */
    Optional<Template> asked() {
        return Optional.ofNullable(name).map(Template::of);
    }
}

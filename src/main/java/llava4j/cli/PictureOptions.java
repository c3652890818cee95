package llava4j.cli;

import llava4j.Llava;
import llava4j.image.ImageConvention;
import picocli.CommandLine.Option;

/** The option that says how picture files are read, shared by every command that reads some. */
final class PictureOptions {

    @Option(names = "--image-convention", paramLabel = "NAME",
            description = "How picture files are read. transformers: photographs are turned upright, transparent places "
                    + "laid on white. llava: as LLaVA's own code reads them, on their side if they are stored so, alpha "
                    + "left out. Default: as the model was trained here; else transformers.")
    private ImageConvention convention;

    /** The model, reading pictures as was asked for. */
    Llava asked(Llava model) {
        return convention == null ? model : model.withImageConvention(convention);
    }

    ImageConvention or(ImageConvention usual) {
        return convention == null ? usual : convention;
    }
}

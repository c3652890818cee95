package llava4j.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.image.ClipImageProcessor;
import llava4j.image.ImageFile;
import llava4j.image.ImageProcessorConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Turns a picture into the numbers that the encoder sees. */
@Command(name = "preprocess", mixinStandardHelpOptions = true,
        description = "Write a picture as the encoder takes it: pixel_values F32 [1,3,H,W], by the directory's "
                + "preprocessor_config.json or processor_config.json.")
final class PreprocessCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Mixin
    private PictureOptions pictures;

    @Option(names = "--image", required = true, paramLabel = "FILE", description = "PNG, JPEG, GIF, BMP, TIFF or WebP.")
    private Path image;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The safetensors file to write.")
    private Path output;

    @Option(names = "--pad-to-square",
            description = "First put the picture in the middle of a square of the mean colour, as LLaVA 1.5 does; on by itself "
                    + "where config.json says \"image_aspect_ratio\": \"pad\".")
    private boolean pad;

    @Override
    public Integer call() {
        ImageProcessorConfig config = ModelDirectory.imageProcessorFile(model.model).map(ImageProcessorConfig::read)
                .orElseGet(() -> ModelDirectory.open(model.model, model.encoder())
                        .imageProcessor());
        ClipImageProcessor processor = new ClipImageProcessor(config);
        BufferedImage picture = ImageFile.read(image, pictures.or(ModelDirectory.imageConvention(model.model)));
        boolean square = pad || ModelDirectory.padsToSquare(model.model);
        SafetensorsWriter.write(output, Map.of("pixel_values",
                processor.pixelValues(List.of(square ? processor.padToSquare(picture) : picture))));
        return 0;
    }
}

package llava4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import llava4j.error.UserError;

/**
 * The formats that are read: how each begins, what of its frame is checked first, and how its samples become colours.
 *
 * <p>Java decodes all but WebP, for which there is libwebp, the library that PIL uses too. What one would get wrong: asking
 * {@link ImageIO} for any reader that will take a file; another one on the class path could then read PNG or JPEG, and give
 * other pixels.
 */
enum ImageFormat {

    PNG("png", PngChunks::begins) {
        @Override
        BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException {
            ByteBuffer exif = PngChunks.check(file);
            BufferedImage decoded = decoder(in).read(0);
            return turned(DecodedColours.of(decoded, PngChunks.isGrey(file), convention.transparency), exif, convention);
        }
    },

    JPEG("jpeg", JpegMarkers::begins) {
        @Override
        BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException {
            JpegMarkers markers = JpegMarkers.check(file);
            return turned(DecodedColours.ofJpeg(decoder(in).readRaster(0, null), markers.isYCbCr()), markers.exif(),
                    convention);
        }
    },

    GIF("gif", GifBlocks::begins) {
        @Override
        BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException {
            GifBlocks blocks = GifBlocks.check(file);
            checkSize(blocks.screen());
            BufferedImage decoded = decoder(in).read(0);
            IndexColorModel palette = (IndexColorModel) decoded.getColorModel();
            if (!blocks.hasPalette()) {
                return blocks.onScreen(DecodedColours.ofJpeg(decoded.getRaster(), false), 0);
            }
            return blocks.onScreen(DecodedColours.of(decoded, false, convention.transparency),
                    convention.transparency.rgb(palette.getRGB(blocks.besideIndex())));
        }
    },

    BMP("bmp", BmpHeader::begins) {
        @Override
        BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException {
            return DecodedColours.of(decoder(BmpHeader.check(file)).read(0), false, convention.transparency);
        }
    },

    TIFF("tiff", TiffDirectory::begins) {
        private static final int SAMPLES_PER_PIXEL = 277;
        private static final int COLOUR_MAP = 320;

        @Override
        BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException {
            TiffDirectory directory = new TiffDirectory(file);
            int samples = directory.number(SAMPLES_PER_PIXEL, 1);
            if (samples < 1 || samples > 4) {
                throw UserError.of("this TIFF has %d numbers a pixel, and 1 to 4 are read: save it as PNG or JPEG", samples);
            }
            ImageReader decoder = decoder(in);
            TiffStrips.check(file, directory);
            BufferedImage decoded = decoder.read(0);
            int[] map = directory.numbers(COLOUR_MAP);
            if (decoded.getColorModel() instanceof IndexColorModel && map.length > 0) {
                decoded = new BufferedImage(palette(map), decoded.getRaster(), false, null);
            }
            boolean grey = decoded.getRaster().getNumBands() == 1;
            // PIL turns a TIFF whenever it reads one
            return Orientation.of(directory).applyTo(DecodedColours.of(decoded, grey, convention.transparency));
        }

        /** The upper 8 of each 16 bits, as PIL takes them: all reds, all greens, all blues. */
        private IndexColorModel palette(int[] map) {
            int size = map.length / 3;
            byte[][] colours = new byte[3][size];
            for (int i = 0; i < 3 * size; i++) {
                colours[i / size][i % size] = (byte) (map[i] >> 8);
            }
            return new IndexColorModel(Integer.numberOfTrailingZeros(Integer.highestOneBit(size)), size, colours[0],
                    colours[1], colours[2]);
        }
    },

    WEBP("webp", WebpChunks::begins) {
        @Override
        BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException {
            ByteBuffer exif = WebpChunks.check(file);
            try {
                return turned(DecodedColours.of(decoder(in).read(0), false, convention.transparency), exif, convention);
            } catch (LinkageError e) {
                throw new UserError("the library that reads WebP does not run on this machine: save it as PNG or JPEG", e);
            }
        }
    };

    private final String reader;
    private final Predicate<ByteBuffer> begins;

    ImageFormat(String reader, Predicate<ByteBuffer> begins) {
        this.reader = reader;
        this.begins = begins;
    }

    /**
     * {@return the format of a file}
     *
     * @throws UserError saying what it is instead, without naming it
     */
    static ImageFormat of(ByteBuffer file) {
        for (ImageFormat format : values()) {
            if (format.begins.test(file)) {
                return format;
            }
        }
        throw OtherFile.refusal(file);
    }

    /**
     * Checks and decodes a file of this format.
     *
     * @param in the same bytes
     * @return {@code TYPE_INT_RGB}
     * @throws UserError without naming the file
     */
    abstract BufferedImage read(ByteBuffer file, ImageInputStream in, ImageConvention convention) throws IOException;

    /** Opens the decoder and looks at the size, which is all that has been read so far. */
    final ImageReader decoder(ImageInputStream in) throws IOException {
        ImageReader decoder = ImageIO.getImageReadersByFormatName(reader).next();
        // Comments, profiles and thumbnails are skipped: they say nothing here, and may be bombs of their own
        decoder.setInput(in, true, true);
        checkSize(new ImageSize(decoder.getHeight(0), decoder.getWidth(0)));
        checkSize(new ImageSize(decoder.getTileHeight(0), decoder.getTileWidth(0)));
        return decoder;
    }

    static void checkSize(ImageSize size) {
        if (size.pixels() > BicubicResize.MOST_PIXELS) {
            throw UserError.of("%s pixels are more than %d million: shrink it first", size,
                    BicubicResize.MOST_PIXELS / 1_000_000);
        }
    }

    static BufferedImage turned(BufferedImage stored, ByteBuffer exif, ImageConvention convention) {
        return convention.upright ? Orientation.of(exif).applyTo(stored) : stored;
    }

    /** Whether a file that begins so is, by its own account, in one of these formats. */
    static boolean known(ByteBuffer beginning) {
        return Arrays.stream(values()).anyMatch(format -> format.begins.test(beginning));
    }
}

package llava4j.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import llava4j.error.UserError;

/**
 * Reads a PNG or JPEG into red, green and blue of 8 bits each, the numbers that PIL reads from it.
 *
 * <p>A picture comes from anywhere, so that its frame ({@link PngChunks}, {@link JpegMarkers}) and its size are checked
 * before anything is decoded. What one would get wrong: a file of a hundred bytes may claim 40,000 x 40,000 pixels; and
 * a camera's note on which way is up is not followed, as PIL does not follow it.
 */
public final class ImageFile {

    private static final long LARGEST_FILE = 256L << 20;

    /** As many bytes of a file tell what kind of picture it is. */
    public static final int FIRST_BYTES = 16;

    private ImageFile() {
    }

    /**
     * {@return whether a file that begins so is, by its own account, a picture that can be read; nothing is decoded}
     *
     * @param first the file's first bytes, {@link #FIRST_BYTES} or fewer where it is shorter
     */
    public static boolean isPicture(byte[] first) {
        ByteBuffer beginning = ByteBuffer.wrap(first);
        return PngChunks.begins(beginning) || JpegMarkers.begins(beginning);
    }

    /**
     * Reads a picture and lays it on white where it is transparent, as the image processors of transformers do.
     *
     * @param file PNG of any kind, or JPEG in grey or colour
     * @return {@code TYPE_INT_RGB}
     * @throws UserError as {@link #read(Path, Transparency)}
     * @see #read(Path, Transparency)
     */
    public static BufferedImage read(Path file) {
        return read(file, Transparency.ON_WHITE);
    }

    /**
     * Reads a picture.
     *
     * @param file         PNG of any kind, or JPEG in grey or colour
     * @param transparency what becomes of transparent places
     * @return {@code TYPE_INT_RGB}
     * @throws UserError in one line naming the file: missing, empty, neither PNG nor JPEG, cut short, damaged, CMYK,
     *                   larger than 256 MiB, or of more than 50 million pixels
     */
    public static BufferedImage read(Path file, Transparency transparency) {
        byte[] bytes = bytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            if (PngChunks.begins(buffer)) {
                PngChunks.check(buffer);
                return DecodedColours.ofPng(decoder("png", in).read(0), PngChunks.isGrey(buffer), transparency);
            }
            if (JpegMarkers.begins(buffer)) {
                JpegMarkers markers = JpegMarkers.check(buffer);
                return DecodedColours.ofJpeg(decoder("jpeg", in).readRaster(0, null), markers.isYCbCr());
            }
            throw new UserError("neither a PNG nor a JPEG: convert it to one of them");
        } catch (UserError e) {
            throw new UserError(file + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            // The decoders answer damaged files with every kind of exception
            throw new UserError(file + ": the picture is damaged and cannot be decoded; fetch or save it again", e);
        } catch (OutOfMemoryError e) {
            throw new UserError(file + ": there is not enough memory to decode it; shrink it, or raise java's -Xmx", e);
        }
    }

    /** Opens the decoder and looks at the size, which is all that has been read so far. */
    private static ImageReader decoder(String format, ImageInputStream in) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        // Comments, profiles and thumbnails are skipped: they say nothing here, and may be bombs of their own
        reader.setInput(in, true, true);
        ImageSize size = new ImageSize(reader.getHeight(0), reader.getWidth(0));
        if (size.pixels() > BicubicResize.MOST_PIXELS) {
            throw UserError.of("%s pixels are more than %d million: shrink it first", size,
                    BicubicResize.MOST_PIXELS / 1_000_000);
        }
        return reader;
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new UserError(file + ": a folder, not a picture");
            }
            long size = Files.size(file);
            if (size == 0) {
                throw new UserError(file + ": the file is empty; fetch or save the picture again");
            }
            if (size > LARGEST_FILE) {
                throw UserError.of("%s: %d bytes are more than 256 MiB, too many for a picture; shrink it first", file,
                        size);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new UserError(file + ": no such file; check the name", e);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read; check that you may", e);
        }
    }
}

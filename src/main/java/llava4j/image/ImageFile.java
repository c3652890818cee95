package llava4j.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import llava4j.error.UserError;

/**
 * Reads a picture into red, green and blue of 8 bits each, the numbers that PIL reads from it, and turns it upright.
 *
 * <p>A picture comes from anywhere, so that its frame and its size are checked before anything is decoded
 * ({@link ImageFormat}). What one would get wrong: what a file's name ends in says nothing (many GIFs are called .jpg); a
 * file of a hundred bytes may claim 40,000 x 40,000 pixels; and a photograph is stored as the sensor lay in the hand.
 */
public final class ImageFile {

    private static final int LARGEST_FILE = 256 << 20;

    /** As many bytes of a file tell what kind of picture it is. */
    public static final int FIRST_BYTES = 64;

    private ImageFile() {
    }

    /**
     * {@return whether a file that begins so is, by its own account, a picture that can be read; nothing is decoded}
     *
     * @param first the file's first bytes, {@link #FIRST_BYTES} or fewer where it is shorter
     */
    public static boolean isPicture(byte[] first) {
        ByteBuffer beginning = ByteBuffer.wrap(first);
        return ImageFormat.known(beginning);
    }

    /**
     * Reads a picture as transformers does: upright, and on white where it is transparent.
     *
     * @param file PNG, JPEG, GIF, BMP, TIFF or WebP
     * @return {@code TYPE_INT_RGB}
     * @throws UserError as {@link #read(Path, ImageConvention)}
     * @see #read(Path, ImageConvention)
     */
    public static BufferedImage read(Path file) {
        return read(file, ImageConvention.TRANSFORMERS);
    }

    /**
     * Reads a picture; of several in one file, the first.
     *
     * @param file       PNG, JPEG, GIF, BMP, TIFF or WebP, whatever its name ends in
     * @param convention which way is up, and what becomes of transparent places
     * @return {@code TYPE_INT_RGB}
     * @throws UserError in one line naming the file: missing, no file, empty, of another format (which), cut short,
     *                   damaged, larger than 256 MiB, or of more than 50 million pixels
     */
    public static BufferedImage read(Path file, ImageConvention convention) {
        return read(bytes(file), file.toString(), convention);
    }

    /**
     * Reads a picture of which the bytes are here already.
     *
     * @param bytes      a file of any of the formats of {@link #read(Path, ImageConvention)}
     * @param name       how errors name it
     * @param convention which way is up, and what becomes of transparent places
     * @return {@code TYPE_INT_RGB}
     * @throws UserError as {@link #read(Path, ImageConvention)}
     */
    public static BufferedImage read(byte[] bytes, String name, ImageConvention convention) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            return ImageFormat.of(ByteBuffer.wrap(bytes)).read(ByteBuffer.wrap(bytes), in, convention);
        } catch (UserError e) {
            throw new UserError(name + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            // The decoders answer damaged files with every kind of exception
            throw new UserError(name + ": the picture is damaged and cannot be decoded; fetch or save it again", e);
        } catch (OutOfMemoryError e) {
            throw new UserError(name + ": there is not enough memory to decode it; shrink it, or raise java's -Xmx", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new UserError(file + ": a folder, not a picture");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new UserError(file + ": a pipe or a device, not a file: save the picture as a file first");
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(LARGEST_FILE + 1);
            }
            if (bytes.length == 0) {
                throw new UserError(file + ": the file is empty; fetch or save the picture again");
            }
            if (bytes.length > LARGEST_FILE) {
                throw UserError.of("%s: more than 256 MiB, too much for a picture; shrink it first", file);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new UserError(file + ": no such file; check the name", e);
        } catch (AccessDeniedException e) {
            throw new UserError(file + ": you may not read this file; change its permissions", e);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new UserError(file + ": there is not enough memory to read it; shrink it, or raise java's -Xmx", e);
        }
    }
}

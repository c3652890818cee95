package llava4j.site;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Pictures one after the other as a GIF that begins anew when it has ended, by Java's own writer.
 *
 * <p>Of each picture only the part that differs from the one before is kept: a quarter of the bytes, and fewer colours in each
 * part than the 256 that a GIF allows.
 */
final class AnimatedGif {

    private static final String FORM = "javax_imageio_gif_image_1.0";

    private AnimatedGif() {
    }

    /**
     * One picture and how long it stands.
     *
     * @param image       all of one size
     * @param hundredths of a second
     */
    record Frame(BufferedImage image, int hundredths) {
    }

    /** The bytes of the file. */
    static byte[] of(List<Frame> frames) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            BufferedImage before = null;
            for (Frame frame : frames) {
                Rectangle part = changed(before, frame.image());
                BufferedImage image = copy(frame.image().getSubimage(part.x, part.y, part.width, part.height));
                writer.writeToSequence(new IIOImage(image, null, metadata(writer, image, part, frame.hundredths(), before == null)), null);
                before = frame.image();
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The smallest part of a picture outside of which it is as before; all of it where there was none before. */
    private static Rectangle changed(BufferedImage before, BufferedImage now) {
        if (before == null) {
            return new Rectangle(0, 0, now.getWidth(), now.getHeight());
        }
        Rectangle part = null;
        for (int y = 0; y < now.getHeight(); y++) {
            for (int x = 0; x < now.getWidth(); x++) {
                if (now.getRGB(x, y) != before.getRGB(x, y)) {
                    Rectangle pixel = new Rectangle(x, y, 1, 1);
                    part = part == null ? pixel : part.union(pixel);
                }
            }
        }
        return part == null ? new Rectangle(0, 0, 1, 1) : part;
    }

    private static BufferedImage copy(BufferedImage part) {
        BufferedImage copy = new BufferedImage(part.getWidth(), part.getHeight(), BufferedImage.TYPE_INT_RGB);
        copy.createGraphics().drawImage(part, 0, 0, null);
        return copy;
    }

    private static IIOMetadata metadata(ImageWriter writer, BufferedImage image, Rectangle place, int hundredths, boolean first)
            throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
        IIOMetadataNode root = new IIOMetadataNode(FORM);
        IIOMetadataNode descriptor = new IIOMetadataNode("ImageDescriptor");
        descriptor.setAttribute("imageLeftPosition", String.valueOf(place.x));
        descriptor.setAttribute("imageTopPosition", String.valueOf(place.y));
        descriptor.setAttribute("imageWidth", String.valueOf(place.width));
        descriptor.setAttribute("imageHeight", String.valueOf(place.height));
        descriptor.setAttribute("interlaceFlag", "FALSE");
        root.appendChild(descriptor);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", String.valueOf(hundredths));
        root.appendChild(control);
        if (first) {
            // Netscape's extension: 1, then how often, 0 for ever
            IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(new byte[] {1, 0, 0});
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(loop);
            root.appendChild(extensions);
        }
        metadata.mergeTree(FORM, root);
        return metadata;
    }
}

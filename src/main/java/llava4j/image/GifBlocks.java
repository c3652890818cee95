package llava4j.image;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import llava4j.error.UserError;

/**
 * The frame of a GIF up to its first picture: a screen, colour tables, extensions, and pictures that lie on the screen.
 *
 * <p>Of a moving GIF the first picture is what one sees. What one would get wrong: it may be smaller than the screen; what
 * it leaves free is transparent, or else the first colour of the table, as PIL has it. And a decoder fills a file that was
 * cut short and says nothing.
 */
final class GifBlocks {

    private static final int PICTURE = ',';
    private static final int EXTENSION = '!';
    private static final int GRAPHIC_CONTROL = 0xf9;

    private final ByteBuffer file;
    private boolean palette;
    private int transparent = -1;
    private int left;
    private int top;
    private ImageSize screen;

    private GifBlocks(ByteBuffer file) {
        this.file = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the file says that it is a GIF. */
    static boolean begins(ByteBuffer file) {
        return file.limit() >= 6 && file.getInt(0) == 0x47494638 && (file.get(4) == '7' || file.get(4) == '9')
                && file.get(5) == 'a';
    }

    /**
     * Walks the blocks up to the end of the first picture.
     *
     * @throws UserError if the file ends before, saying so without naming it
     */
    static GifBlocks check(ByteBuffer file) {
        GifBlocks blocks = new GifBlocks(file);
        try {
            blocks.walk();
        } catch (IndexOutOfBoundsException e) {
            throw UserError.of("this GIF is cut short or damaged: it holds no whole picture in %d bytes; fetch or save it "
                    + "again", file.limit());
        }
        return blocks;
    }

    /** The screen's size, or more where the first picture reaches beyond it. */
    ImageSize screen() {
        return screen;
    }

    /** Whether there are colours at all; without, PIL takes the numbers for grey. */
    boolean hasPalette() {
        return palette;
    }

    /**
     * {@return the screen with the picture on it}
     *
     * @param picture  its colours, where it is opaque
     * @param beside   the colour of what it leaves free
     */
    BufferedImage onScreen(BufferedImage picture, int beside) {
        if (picture.getWidth() == screen.width() && picture.getHeight() == screen.height()) {
            return picture;
        }
        BufferedImage whole = new BufferedImage(screen.width(), screen.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < screen.height(); y++) {
            for (int x = 0; x < screen.width(); x++) {
                boolean inside = x >= left && x < left + picture.getWidth() && y >= top && y < top + picture.getHeight();
                whole.setRGB(x, y, inside ? picture.getRGB(x - left, y - top) : beside);
            }
        }
        return whole;
    }

    /** Number in the table of the colour beside the picture. */
    int besideIndex() {
        return Math.max(0, transparent);
    }

    private void walk() {
        int at = afterTable(13, unsigned(10));
        while (unsigned(at) == EXTENSION) {
            if (unsigned(at + 1) == GRAPHIC_CONTROL && (unsigned(at + 3) & 1) == 1) {
                transparent = unsigned(at + 6);
            }
            at = afterData(at + 2);
        }
        if (unsigned(at) != PICTURE) {
            throw new IndexOutOfBoundsException();
        }
        left = file.getShort(at + 1) & 0xffff;
        top = file.getShort(at + 3) & 0xffff;
        screen = new ImageSize(Math.max(file.getShort(8) & 0xffff, top + (file.getShort(at + 7) & 0xffff)),
                Math.max(file.getShort(6) & 0xffff, left + (file.getShort(at + 5) & 0xffff)));
        int codes = afterTable(at + 10, unsigned(at + 9));
        int end = afterData(codes + 1);
        long pixels = (file.getShort(at + 5) & 0xffffL) * (file.getShort(at + 7) & 0xffff);
        if (unsigned(codes) > 8 || LzwCodes.inGif(joined(codes + 1, end), unsigned(codes)) < pixels) {
            throw new IndexOutOfBoundsException();
        }
    }

    /** What the blocks of [length, bytes] hold between two places. */
    private ByteBuffer joined(int from, int end) {
        ByteBuffer data = ByteBuffer.allocate(end - from);
        for (int at = from; unsigned(at) != 0; at += 1 + unsigned(at)) {
            data.put(file.slice(at + 1, unsigned(at)));
        }
        return data.flip();
    }

    /** Steps over 2, 4, .. 256 colours of three bytes, if the flags say that there are some. */
    private int afterTable(int at, int flags) {
        boolean there = (flags & 0x80) != 0;
        palette |= there;
        return there ? at + 3 * (2 << (flags & 7)) : at;
    }

    /** Steps over blocks of [length, bytes] and the empty one that ends them. */
    private int afterData(int from) {
        int at = from;
        while (unsigned(at) != 0) {
            at += 1 + unsigned(at);
        }
        return at + 1;
    }

    private int unsigned(int at) {
        return file.get(at) & 0xff;
    }
}

package llava4j.cli;

import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llava4j.image.PngBytes;

/**
 * A picture in the terminal, as those that can show one are told of it: by Kitty's protocol or by iTerm2's.
 *
 * <p>Which of them a terminal knows is told by its environment. Any other would print the picture's bytes as letters, so that
 * it gets nothing.
 */
final class TerminalPicture {

    private static final Set<String> ITERM = Set.of("iTerm.app", "WezTerm", "mintty");
    private static final Set<String> KITTY = Set.of("xterm-kitty", "xterm-ghostty");
    private static final int CHUNK = 4096;
    private static final int ROWS = 10;

    private TerminalPicture() {
    }

    /**
     * What to print.
     *
     * @param environment of the process
     * @return nothing for a terminal of which it is not known that it shows pictures
     */
    static Optional<String> of(BufferedImage picture, Map<String, String> environment) {
        if (KITTY.contains(environment.getOrDefault("TERM", "")) || environment.containsKey("KITTY_WINDOW_ID")) {
            return Optional.of(kitty(PngBytes.base64(picture)));
        }
        if (ITERM.contains(environment.getOrDefault("TERM_PROGRAM", ""))) {
            return Optional.of("\u001b]1337;File=inline=1;height=" + ROWS + ":" + PngBytes.base64(picture) + "\u0007\n");
        }
        return Optional.empty();
    }

    /** In pieces of at most 4096 letters, of which all but the last say that more will come. */
    private static String kitty(String png) {
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < png.length(); from += CHUNK) {
            int to = Math.min(png.length(), from + CHUNK);
            text.append("\u001b_G").append(from == 0 ? "f=100,a=T,r=" + ROWS + "," : "").append("m=")
                    .append(to < png.length() ? 1 : 0).append(';').append(png, from, to).append("\u001b\\");
        }
        return text.append('\n').toString();
    }
}

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import llava4j.Llava;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;

/**
 * Shows a picture to a model and asks about it: {@code Describe MODEL ENCODER PICTURE QUESTION}.
 *
 * <p>The encoder's folder is for a model that keeps it apart, as the shipped one does; {@code -} for all others, and where the
 * model's {@code config.json} names a folder that is there.
 */
public final class Describe {

    private static final int LONGEST = 64;

    private Describe() {
    }

    /**
     * Prints the answer as it comes.
     *
     * @param arguments model, encoder, picture, question
     */
    public static void main(String[] arguments) {
        List<String> given = List.of(arguments);
        if (given.size() != 4) {
            System.err.println("usage: Describe MODEL ENCODER PICTURE QUESTION (ENCODER is - where it lies in the model)");
            System.exit(2);
        }
        Optional<Path> encoder = Optional.of(given.get(1)).filter(name -> !name.equals("-")).map(Path::of);
        Chat chat = new Chat(Llava.open(Path.of(given.get(0)), encoder));
        chat.show(Path.of(given.get(2)));
        chat.ask(given.get(3), LONGEST, Sampler.greedy(), System.out::print);
        System.out.println();
    }
}

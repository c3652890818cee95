package llava4j.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import llava4j.Llava;
import llava4j.evaluate.picturebook.BookQuestion;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;
import llava4j.image.ImageFile;

/**
 * A chat of three turns about a picture that no stage has seen.
 *
 * @param picture its file
 * @param turns   questions and answers
 */
public record Talk(Path picture, List<Demo.Said> turns) {

    private static final int CHATS = 10;
    private static final int LONGEST = 64;
    /** Of each turn, the first question of the picture that is one of these. */
    private static final List<Set<String>> TYPES = List.of(Set.of("description"), Set.of("place", "count", "relation", "presence"),
            Set.of("use", "kind", "helps", "eaten", "alive", "flies", "belongs"));

    /** About the first pictures of a book, in its order: nothing is chosen. */
    static List<Talk> about(Llava model, Path book) {
        List<BookQuestion> questions = BookQuestion.read(book);
        List<Talk> talks = new ArrayList<>();
        for (String image : questions.stream().map(BookQuestion::image).distinct().limit(CHATS).toList()) {
            Path picture = book.resolve("images").resolve(image);
            Chat chat = new Chat(model);
            chat.show(ImageFile.read(picture));
            List<Demo.Said> turns = new ArrayList<>();
            for (Set<String> types : TYPES) {
                questions.stream().filter(question -> question.image().equals(image) && types.contains(question.type()))
                        .findFirst().ifPresent(question -> turns.add(new Demo.Said(question.question(),
                                chat.ask(question.question(), LONGEST, Sampler.greedy(), piece -> { }))));
            }
            talks.add(new Talk(picture, turns));
        }
        return talks;
    }
}

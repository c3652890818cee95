package llava4j.teacher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;

/**
 * The pipeline of the paper's section 3: captions and boxes, as text, to a teacher; its replies, parsed and checked, to
 * conversations.
 *
 * <p>Pictures that show what is held out, such as a pair of colour and kind, are left out whatever teacher writes, so that the exam can ask
 * whether the model puts together what it learned apart.
 */
public final class InstructionData {

    private final List<AnnotatedPicture> pictures = new ArrayList<>();
    private final BoxCheck boxes;
    private final int withoutCaption;
    private final int heldOut;

    /**
     * What came of a plan.
     *
     * @param conversations what the replies without fault say, in the plan's order
     * @param samples       the same, counted by kind
     * @param leftOut       replies left out, by reason
     * @param notAsked      samples that the teacher's budget did not allow
     */
    public record Made(List<Conversation> conversations, Map<InstructionKind, Integer> samples,
            Map<Fault, Integer> leftOut, int notAsked) {
    }

    /**
     * Reads COCO's files.
     *
     * @param captions  COCO's captions file
     * @param instances COCO's instances file, with categories and boxes
     * @param heldOut   a picture one of whose captions says one of these is left out
     * @throws UserError if they are not COCO's or do not fit together
     */
    public InstructionData(Path captions, Path instances, Collection<String> heldOut) {
        this(captions, instances, picture -> heldOut.stream().anyMatch(picture::says));
    }

    /**
     * Reads COCO's files.
     *
     * @param captions  COCO's captions file
     * @param instances COCO's instances file, with categories and boxes
     * @param heldOut   whether a picture is left out
     * @throws UserError if they are not COCO's or do not fit together
     */
    public InstructionData(Path captions, Path instances, Predicate<AnnotatedPicture> heldOut) {
        CocoAnnotations read = CocoAnnotations.read(captions, instances);
        read.pictures().stream().filter(heldOut.negate()).forEach(pictures::add);
        boxes = new BoxCheck(read.categories());
        withoutCaption = read.withoutCaption();
        this.heldOut = read.pictures().size() - pictures.size();
    }

    /** {@return the number of pictures that samples can be about} */
    public int size() {
        return pictures.size();
    }

    /** {@return the number of pictures left out since nobody wrote a caption} */
    public int withoutCaption() {
        return withoutCaption;
    }

    /** {@return the number of pictures left out for a held-out phrase} */
    public int heldOut() {
        return heldOut;
    }

    /**
     * Asks for all samples of the plan.
     *
     * @param plan     which samples, in which order
     * @param teacher  writes the replies
     * @param parallel how many requests may be under way at a time
     * @param progress is told after each reply how many there are and how many will be
     * @return conversations in the plan's order, and how many replies were left out for what
     * @throws UserError if the teacher fails; requests that were under way are waited for first
     */
    public Made make(SamplePlan plan, Teacher teacher, int parallel, BiConsumer<Integer, Integer> progress) {
        List<Request> requests = plan.over(pictures);
        Map<Integer, Teacher.Reply> replies = ask(requests, teacher, parallel, progress);
        List<Conversation> conversations = new ArrayList<>();
        Map<InstructionKind, Integer> samples = new EnumMap<>(InstructionKind.class);
        Map<Fault, Integer> leftOut = new EnumMap<>(Fault.class);
        replies.forEach((i, reply) -> {
            Request request = requests.get(i);
            List<String> questions = teacher.descriptionQuestions();
            String question = questions.get(new Random(request.seed()).nextInt(questions.size()));
            ParsedReply parsed = ParsedReply.of(reply, request, question, boxes);
            if (parsed.fault() == null) {
                conversations.add(conversation(request, parsed.turns()));
                samples.merge(request.kind(), 1, Integer::sum);
            } else {
                leftOut.merge(parsed.fault(), 1, Integer::sum);
            }
        });
        return new Made(conversations, samples, leftOut, requests.size() - replies.size());
    }

    /** Replies by the number of their request; each thread takes the next request that nobody has taken. */
    private static Map<Integer, Teacher.Reply> ask(List<Request> requests, Teacher teacher, int parallel,
            BiConsumer<Integer, Integer> progress) {
        Map<Integer, Teacher.Reply> replies = new TreeMap<>();
        AtomicInteger next = new AtomicInteger();
        Runnable asking = () -> {
            for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
                Optional<Teacher.Reply> reply = teacher.answer(requests.get(i));
                synchronized (replies) {
                    if (reply.isPresent()) {
                        replies.put(i, reply.get());
                        progress.accept(replies.size(), requests.size());
                    }
                }
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            CompletableFuture<?>[] all = new CompletableFuture<?>[parallel];
            Arrays.setAll(all, thread -> CompletableFuture.runAsync(asking, threads));
            CompletableFuture.allOf(all).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            threads.shutdown();
        }
        return replies;
    }

    private static Conversation conversation(Request request, List<Turn> turns) {
        List<Turn> withImage = new ArrayList<>(turns);
        Turn first = turns.get(0);
        withImage.set(0, new Turn(Conversation.IMAGE + "\n" + first.human(), first.gpt()));
        return new Conversation(request.id(), List.of(request.picture().fileName()), withImage);
    }
}

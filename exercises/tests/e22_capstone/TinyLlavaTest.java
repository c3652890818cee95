package e22_capstone;

import exercises.Check;
import exercises.Reference;
import exercises.TinyModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class TinyLlavaTest {

    private static final Reference TORCH = Reference.of("e22");

    @Test
    @Order(1)
    void eachHeadLooksWithItsOwnColumns() {
        double[][] k = {{2, 0}, {0, 2}};
        double[][] out = TinyLlava.heads(new double[][] {{1, 1}}, k, k, 2, null);
        double high = 2 * Math.exp(2) / (Math.exp(2) + 1);
        Check.not(new double[][] {{1, 1}}, out, "the heads look as one: each takes its own columns of q, k and v");
        Check.not(new double[][] {{high, 0}}, out, "only the first head has looked");
        Check.same("two heads of one column, scores 2 and 0 in each: the result", new double[][] {{high, high}}, out, 1e-9);
    }

    @Test
    @Order(2)
    void theMaskHidesWhatComesLater() {
        double[][] mask = {{0, -1e9}, {0, 0}};
        double[][] out = TinyLlava.heads(new double[2][2], new double[2][2], new double[][] {{10, 10}, {20, 20}}, 2, mask);
        Check.not(new double[][] {{15, 15}, {15, 15}}, out, "token 0 saw token 1: the mask is not used");
        Check.same("equal scores, values 10 and 20: the result", new double[][] {{10, 10}, {15, 15}}, out, 1e-9);
    }

    @Test
    @Order(3)
    void theFeaturesAreThoseOfTheLastLayerButOne() {
        double[][] zv = new TinyLlava(TinyModel.shipped()).features(picture());
        Check.that(zv == null || zv.length != 10, "there are ten rows: the class token is the first of them, and it is left out");
        Check.shape("a picture of 48 x 48 pixels, patches of 16: the features", new double[9][96], zv);
        slip("last layer", zv[4], "these are the features of the last layer: LLaVA takes those of the last but one");
        slip("no norm before", zv[4], "the tokens go into the first layer as they are: CLIP normalises them before "
                + "(pre_layrnorm)");
        slip("no position", zv[4], "the patches have no positions: add position_embedding, as in exercise 02");
        slip("no residual", zv[4], "the residual is missing: what a layer computes is added to what came in");
        Check.same("features of patch 4", TORCH.vector("features"), zv[4], 1e-6);
    }

    @Test
    @Order(4)
    void theLanguageModelExpectsWhatTheProjectsExpects() {
        double[][] logits = new TinyLlava(TinyModel.shipped()).logits(ids(), picture());
        int length = ids().length + 8;
        Check.shape(ids().length + " ids, one of them a picture's mark: the logits", new double[length][223], logits);
        double[] row = logits[TORCH.get("row", Integer.class)];
        slip("not turned", row, "queries and keys are not turned by their positions: exercise 06, in every layer");
        slip("turned whole", row, "you turn a row as a whole: each head's 32 columns are turned by themselves");
        slip("values turned", row, "the values are turned too: only queries and keys are");
        slip("no mask", row, "a token saw what comes after it: hand the mask of exercise 04 to the heads");
        slip("no last norm", row, "the last normalisation is missing: model.norm comes before lm_head");
        slip("no decoder residual", row, "the residual is missing: what a layer computes is added to what came in");
        Check.same("logits of the place before the answer", TORCH.vector("logits"), row, 1e-6);
    }

    @Test
    @Order(5)
    void theLossIsThatOfTheAnswerAlone() {
        // the model would never say this, so each of its tokens costs ten and more; beside the right answer's 0.00003 a wrong
        // loss would look right
        double loss = new TinyLlava(TinyModel.shipped()).loss(TORCH.get("question", String.class),
                TORCH.get("unlikely", String.class), picture());
        Check.not(cost("unshifted"), loss, "the logits are scored against their own token: row t is about token t + 1");
        Check.not(cost("narrow labels"), loss, "the labels are not stretched for the picture: one mark became nine rows, "
                + "Splicing.labels of exercise 09");
        Check.not(cost("everything"), loss, "the question is scored too: only what the assistant says is");
        Check.not(cost("role"), loss, "\"ASSISTANT:\" is scored too: the answer begins after it");
        Check.not(cost("no first word"), loss, "the first word of the answer is not scored: the row of \"ASSISTANT:\" says it");
        Check.not(cost("no end"), loss, "</s> is not scored: it is the last token of the answer");
        Check.not(cost("summed"), loss, "you return the sum: it is the mean over the scored tokens");
        Check.not(cost("over all"), loss, "you divide by the number of all tokens: the mean is over the scored ones");
        Check.not(cost("no logarithm"), loss, "this is the mean of 1 - p: the loss of a token is minus the logarithm of p");
        Check.not(-cost("loss"), loss, "the sign is wrong: the loss is minus the logarithm of a probability");
        Check.same("the loss of \"" + TORCH.get("unlikely", String.class) + "\"", cost("loss"), loss, 1e-8);
    }

    @Test
    @Order(6)
    void itAnswersAsTheProjectDoes(TestReporter reporter) {
        TinyModel model = TinyModel.shipped();
        TinyLlava llava = new TinyLlava(model);
        String[] pictures = TORCH.get("pictures", String[].class);
        String[] questions = TORCH.get("questions", String[].class);
        String[] answers = TORCH.get("answers", String[].class);
        StringBuilder chat = new StringBuilder();
        for (int i = 0; i < pictures.length; i++) {
            String said = llava.answer(questions[i], model.picture(pictures[i]));
            Check.that(said == null || !said.contains("</s>"), "your answer ends with \"</s>\": the model says it to end, stop there "
                    + "and leave it out");
            Check.that(said == null || !said.contains("assistant:"), "your answer has the question in it: return the new words alone");
            Check.that(answers[i].equals(said), "picture " + pictures[i] + ", \"" + questions[i] + "\": you say \"" + said
                    + "\", the project says \"" + answers[i] + "\". Do the ids that you begin with end at \"ASSISTANT:\", and is "
                    + "the largest logit of the last row taken each time?");
            chat.append(i == 0 || !pictures[i].equals(pictures[i - 1]) ? "\n[" + pictures[i] + ".png]" : "")
                    .append("\nyou: ").append(questions[i]).append("\nit:  ").append(said);
        }
        for (String line : chat.toString().strip().split("\n")) {
            reporter.publishEntry("chat", line);
        }
    }

    private static void slip(String name, double[] row, String message) {
        Map<?, ?> slips = TORCH.get("slips", Map.class);
        double[] numbers = ((List<?>) slips.get(name)).stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray();
        Check.not(numbers, Arrays.copyOf(row, numbers.length), message);
    }

    /** The loss of the unlikely answer, or what a mistake makes of it. */
    private static double cost(String name) {
        return ((Number) TORCH.get("losses", Map.class).get(name)).doubleValue();
    }

    private static double[][][] picture() {
        return TinyModel.shipped().picture(TORCH.get("picture", String.class));
    }

    /** The question and its answer, after Table 2 of the paper. */
    private static int[] ids() {
        return TinyModel.shipped().ids("<s>USER: <image>\n" + TORCH.get("question", String.class) + " ASSISTANT: "
                + TORCH.get("answer", String.class) + "</s>");
    }
}

package llava4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import llava4j.Llava;
import llava4j.evaluate.Exam;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A batch of an exam, with the pictures' features, as it goes to an executor.
 *
 * @param prompts  token ids of each paper
 * @param features of each paper's picture, row by row, or {@code null}
 * @param width    features of an image token, Dv
 */
record Papers(List<int[]> prompts, List<float[]> features, long width) implements Serializable {

    static Papers of(List<Exam.Paper> papers) {
        boolean seeing = papers.get(0).features() != null;
        return new Papers(new ArrayList<>(papers.stream().map(Exam.Paper::prompt).toList()), seeing
                ? new ArrayList<>(papers.stream().map(paper -> paper.features().dup('c').data().asFloat()).toList()) : null,
                seeing ? papers.get(0).features().size(1) : 0);
    }

    /** The answers; called on an executor. */
    ArrayList<String> answers(Llava model, int longest) {
        List<Exam.Paper> papers = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            papers.add(new Exam.Paper(prompts.get(i), features == null ? null
                    : Nd4j.createFromArray(features.get(i)).reshape(features.get(i).length / width, width)));
        }
        return new ArrayList<>(new Exam(model, longest).answersInOrder(papers, (done, all) -> { }));
    }
}

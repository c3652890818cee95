/**
 * LLaVA-Bench (paper, section 5.1): a judge rates Xa of Figure 1 beside a reference answer; the relative score is the
 * quotient of the means.
 */
package llava4j.evaluate.bench;

/**
 * ScienceQA (paper, section 5.2): multiple-choice questions as Xq, the letter read out of Xa, and the two ensembles
 * with a solver that has no eyes.
 */
package llava4j.evaluate.scienceqa;

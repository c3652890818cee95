/**
 * A training run that one can watch and trust: its log and chart, the loss and some answers on held-out samples, and model
 * directories on the way.
 */
package llava4j.watch;

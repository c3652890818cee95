/**
 * How a SameDiff graph is run: its operations in an order that is found once, memory that is lent and taken back, threads,
 * and weights that stay in 16 bits until they are read. It knows nothing of what the graph computes.
 */
package llava4j.execution;

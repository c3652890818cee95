/**
 * The command line. Each command reads its options, calls one thing of another folder and prints what came of it;
 * nothing of Figure 1 is decided here.
 */
package llava4j.cli;

/**
 * Xq of Figure 1 before it is numbers: how a conversation is written as text (paper, Table 2), cut into tokens, and
 * which of these are scored (equation 3). Text and loss mask are made together, so that they cannot drift apart.
 */
package llava4j.conversation;

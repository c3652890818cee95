/**
 * The one exception that means "the user can mend this". It belongs to no part of Figure 1; all of them throw it.
 */
package llava4j.error;

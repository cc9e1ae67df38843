/** Checks the readers of data files against the verdicts of others. */
@NullMarked
package dev.kindling.examples.checkdata;

import org.jspecify.annotations.NullMarked;

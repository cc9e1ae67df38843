/** Losses: a number that training makes small, and its gradient. */
@NullMarked
package dev.kindling.nn.loss;

import org.jspecify.annotations.NullMarked;

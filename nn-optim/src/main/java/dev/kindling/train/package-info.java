/** The training loop, what watches it, and what measures a model. */
@NullMarked
package dev.kindling.train;

import org.jspecify.annotations.NullMarked;

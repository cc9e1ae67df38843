/** Gradient checks of every layer. */
@NullMarked
package dev.kindling.nn.check;

import org.jspecify.annotations.NullMarked;

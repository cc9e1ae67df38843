/** Checks of a layer's backward pass against its forward pass. */
@NullMarked
package dev.kindling.nn.check;

import org.jspecify.annotations.NullMarked;

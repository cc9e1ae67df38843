/** Activation functions, each a layer. */
@NullMarked
package dev.kindling.nn.activation;

import org.jspecify.annotations.NullMarked;

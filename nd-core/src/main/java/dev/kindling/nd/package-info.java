/** Tensors, shapes, random numbers and the operations on them. */
@NullMarked
package dev.kindling.nd;

import org.jspecify.annotations.NullMarked;

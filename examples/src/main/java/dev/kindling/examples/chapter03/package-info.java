/** Chapter 3: a deep network that tells cats from dogs. */
@NullMarked
package dev.kindling.examples.chapter03;

import org.jspecify.annotations.NullMarked;

/** Chapter 4: convolutions, by hand, on clothes, and on photographs of cats and dogs. */
@NullMarked
package dev.kindling.examples.chapter04;

import org.jspecify.annotations.NullMarked;

/** Chapter 2: a network with one hidden layer. */
@NullMarked
package dev.kindling.examples.chapter02;

import org.jspecify.annotations.NullMarked;

/** Chapter 1: linear regression. */
@NullMarked
package dev.kindling.examples.chapter01;

import org.jspecify.annotations.NullMarked;

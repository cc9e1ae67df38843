/** What tests need of a package whose constructors are its own. */
@NullMarked
package dev.kindling.train;

import org.jspecify.annotations.NullMarked;

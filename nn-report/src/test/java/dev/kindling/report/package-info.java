/** Tests of what people look at. */
@NullMarked
package dev.kindling.report;

import org.jspecify.annotations.NullMarked;

/** Well-known networks, put together from the library's layers: to be used, and to be read. */
@NullMarked
package dev.kindling.nn.models;

import org.jspecify.annotations.NullMarked;

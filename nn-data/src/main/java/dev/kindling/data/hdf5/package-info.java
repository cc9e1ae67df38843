/**
 * HDF5 files: the numbers and texts of their datasets, read without the C library. See docs/adr for why not with another
 * one.
 */
@NullMarked
package dev.kindling.data.hdf5;

import org.jspecify.annotations.NullMarked;

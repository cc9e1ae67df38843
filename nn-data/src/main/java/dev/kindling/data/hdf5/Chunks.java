package dev.kindling.data.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Data in pieces of one size, found by a tree of their places (specification III.A.1, version 1). */
final class Chunks {

  private final Blocks file;
  private final int[] dims;
  private final int[] chunk; // the size of one, on each axis
  private final int bytes; // of an element
  private final Filters filters;
  private final List<Piece> pieces = new ArrayList<>();

  /** One chunk: where it is in the file, and where in the array. */
  private static final class Piece {
    final long address;
    final long stored;
    final int mask;
    final long[] place;

    Piece(long address, long stored, int mask, long[] place) {
      this.address = address;
      this.stored = stored;
      this.mask = mask;
      this.place = place;
    }
  }

  Chunks(Blocks file, int[] dims, int[] chunk, int bytes, Filters filters) {
    this.file = file;
    this.dims = dims;
    this.chunk = chunk;
    this.bytes = bytes;
    this.filters = filters;
  }

  /**
   * Lists the pieces.
   *
   * @return how many bytes they have in the file, together
   */
  long find(long tree) throws IOException {
    if (tree != Block.UNDEFINED) {
      nodes(tree, -1);
    }
    long stored = 0;
    for (Piece piece : pieces) {
      stored += piece.stored;
      if (stored > file.size()) {
        throw file.wrong(
            piece.address, "expected chunks that fit into the file, found larger ones");
      }
    }
    return stored;
  }

  /** How many pieces there are. */
  long count() {
    return pieces.size();
  }

  /** Brings all pieces into one array in C order; what no piece covers is left as it is. */
  void read(byte[] to) throws IOException {
    int size = bytes;
    for (int n : chunk) {
      size *= n;
    }
    for (Piece piece : pieces) {
      byte[] stored = file.at(piece.address, piece.stored).bytes((int) piece.stored);
      byte[] data = filters.undo(stored, piece.mask, size, file, piece.address);
      copy(data, filters.shuffled(piece.mask), piece.place, to, 0, 0, 0);
    }
  }

  private void nodes(long address, int level) throws IOException {
    file.visit(address);
    Block node = file.at(address, 8 + 2L * file.offsetBytes());
    node.expect("TREE");
    node.expectVersion("tree of chunks", 1);
    long at = node.address();
    int found = node.u1();
    if (level >= 0 && found != level) {
      throw file.wrong(at, "expected a node of level " + level + ", found " + found);
    }
    int used = node.u2();
    long entry = 8 + 8L * (dims.length + 1) + file.offsetBytes();
    Block entries = file.at(address + 8 + 2L * file.offsetBytes(), used * entry);
    for (int i = 0; i < used; i++) {
      file.visit(entries.address());
      long stored = entries.u4();
      int mask = (int) entries.u4();
      long[] place = new long[dims.length];
      for (int axis = 0; axis < place.length; axis++) {
        at = entries.address();
        place[axis] = entries.number(8);
        if (place[axis] % chunk[axis] != 0) {
          throw file.wrong(at, "expected a chunk's place, found " + place[axis]);
        }
      }
      entries.skip(8);
      long child = entries.offset();
      if (found > 0) {
        nodes(child, found - 1);
      } else if (within(place)) {
        pieces.add(new Piece(child, stored, mask, place));
      }
    }
  }

  /** A dataset that was made smaller may keep chunks that are outside now. */
  private boolean within(long[] place) {
    for (int axis = 0; axis < place.length; axis++) {
      if (place[axis] >= dims[axis]) {
        return false;
      }
    }
    return true;
  }

  /** Copies what lies inside of the array, axis by axis. */
  private void copy(
      byte[] data, boolean shuffled, long[] place, byte[] to, int axis, int from, int target) {
    int first = (int) place[axis];
    int n = Math.min(chunk[axis], dims[axis] - first);
    for (int i = 0; i < n; i++) {
      int source = from * chunk[axis] + i;
      int index = target * dims[axis] + first + i;
      if (axis < dims.length - 1) {
        copy(data, shuffled, place, to, axis + 1, source, index);
      } else if (shuffled) {
        int elements = data.length / bytes;
        for (int b = 0; b < bytes; b++) {
          to[index * bytes + b] = data[b * elements + source];
        }
      } else {
        System.arraycopy(data, source * bytes, to, index * bytes, n * bytes);
        return; // the whole row
      }
    }
  }
}

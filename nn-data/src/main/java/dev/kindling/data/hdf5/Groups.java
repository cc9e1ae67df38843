package dev.kindling.data.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the datasets in a file's groups (specification III.A to III.E, IV.A.2.g and IV.A.2.r). */
final class Groups {

  private static final int DEEPEST = 64;
  private static final int SYMBOLIC = 2;

  private final Blocks file;
  private final Map<String, ObjectHeader> datasets = new LinkedHashMap<>();
  private final Set<Long> open = new HashSet<>();

  private Groups(Blocks file) {
    this.file = file;
  }

  /** All datasets by their path, {@code group/name}. */
  static Map<String, ObjectHeader> datasets(Blocks file, long root) throws IOException {
    Groups groups = new Groups(file);
    groups.walk(root, "", 0);
    return groups.datasets;
  }

  private record Link(String name, long address) {}

  private void walk(long address, String path, int depth) throws IOException {
    ObjectHeader header = ObjectHeader.read(file, address);
    if (header.has(ObjectHeader.LAYOUT)) {
      datasets.put(path.isEmpty() ? "/" : path, header);
      return;
    }
    if (!open.add(address)) {
      return; // a group that contains one that it is in, which is allowed
    }
    if (depth > DEEPEST) {
      throw file.wrong(address, "expected at most " + DEEPEST + " groups within each other");
    }
    for (Link link : links(header)) {
      file.visit(link.address);
      walk(link.address, path.isEmpty() ? link.name : path + "/" + link.name, depth + 1);
    }
    open.remove(address);
  }

  private List<Link> links(ObjectHeader header) throws IOException {
    List<Link> links = new ArrayList<>();
    Block table = header.find(ObjectHeader.SYMBOL_TABLE);
    if (table != null) {
      long tree = table.offset();
      Block names = heap(table.offset());
      nodes(tree, -1, names, links);
    }
    Block info = header.find(ObjectHeader.LINK_INFO);
    if (info != null) {
      info.expectVersion("link info message", 0);
      info.skip((info.u1() & 1) != 0 ? 8 : 0);
      long at = info.address();
      if (info.offset() != Block.UNDEFINED) {
        throw file.wrong(
            at, "links in a fractal heap aren't supported; write the file with libver='earliest'");
      }
    }
    for (Block link : header.all(ObjectHeader.LINK)) {
      link(link, links);
    }
    return links;
  }

  /** The names of a group's members. */
  private Block heap(long address) throws IOException {
    Block heap = file.at(address, 8 + 2L * file.lengthBytes() + file.offsetBytes());
    heap.expect("HEAP");
    heap.expectVersion("local heap", 0);
    heap.skip(3);
    long size = heap.length();
    heap.skipLength();
    return file.at(heap.offset(), size);
  }

  /**
   * Walks over a tree of names, versions 1 of B-trees.
   *
   * @param level what the node must say, so that no node is below itself; -1 for the root
   */
  private void nodes(long address, int level, Block names, List<Link> links) throws IOException {
    file.visit(address);
    Block node = file.at(address, 8 + 2L * file.offsetBytes());
    node.expect("TREE");
    node.expectVersion("tree of a group", 0);
    long at = node.address();
    int found = node.u1();
    if (level >= 0 && found != level) {
      throw file.wrong(at, "expected a node of level " + level + ", found " + found);
    }
    int used = node.u2();
    int entry = file.lengthBytes() + file.offsetBytes();
    Block entries = file.at(address + 8 + 2L * file.offsetBytes(), (long) used * entry);
    for (int i = 0; i < used; i++) {
      entries.skipLength();
      long child = entries.offset();
      if (found > 0) {
        nodes(child, found - 1, names, links);
      } else {
        symbols(child, names, links);
      }
    }
  }

  private void symbols(long address, Block names, List<Link> links) throws IOException {
    file.visit(address);
    Block head = file.at(address, 8);
    head.expect("SNOD");
    head.expectVersion("symbol table node", 1);
    head.skip(1);
    int count = head.u2();
    int entry = 2 * file.offsetBytes() + 24;
    Block symbols = file.at(address + 8, (long) count * entry);
    for (int i = 0; i < count; i++) {
      file.visit(symbols.address());
      long name = symbols.offset();
      long header = symbols.offset();
      long kind = symbols.u4();
      symbols.skip(20);
      if (kind != SYMBOLIC) {
        links.add(new Link(names.name(name), header));
      }
    }
  }

  private void link(Block link, List<Link> links) throws IOException {
    link.expectVersion("link message", 1);
    int flags = link.u1();
    int type = (flags & 0x08) != 0 ? link.u1() : 0;
    link.skip((flags & 0x04) != 0 ? 8 : 0);
    link.skip((flags & 0x10) != 0 ? 1 : 0);
    long length = link.number(1 << (flags & 3));
    String name =
        new String(link.part(length).bytes((int) length), java.nio.charset.StandardCharsets.UTF_8);
    if (type == 0) { // a hard one; others may lead out of the file
      links.add(new Link(name, link.offset()));
    }
  }
}

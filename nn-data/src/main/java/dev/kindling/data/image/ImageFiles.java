package dev.kindling.data.image;

import dev.kindling.data.format.Csv;
import dev.kindling.data.format.Table;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Image files and their classes, in a fixed order. Immutable. */
public final class ImageFiles {

  /** Digits compare as numbers, everything else as text. */
  static final Comparator<String> NATURAL = ImageFiles::compareNaturally;

  private final Path root;
  private final List<String> classNames;
  private final List<Path> paths;
  private final int[] labels;

  private ImageFiles(Path root, List<String> classNames, List<Path> paths, int[] labels) {
    this.root = root;
    this.classNames = List.copyOf(classNames);
    this.paths = List.copyOf(paths);
    this.labels = labels;
  }

  /**
   * Lists a folder in one of the two layouts of {@link ImageFolder}.
   *
   * @throws DataFormatException if it has neither
   * @throws IOException if it can't be listed
   */
  public static ImageFiles scan(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new DataFormatException(
          folder.toString(), -1, "expected a folder of images, found none");
    }
    List<Path> images = new ArrayList<>();
    Map<String, List<Path>> classes = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (isImage(entry)) {
          images.add(entry);
        } else if (Files.isDirectory(entry) && !name(entry).startsWith(".")) {
          List<Path> inside = imagesIn(entry);
          if (!inside.isEmpty()) {
            classes.put(name(entry), inside);
          }
        }
      }
    }
    if (!images.isEmpty() && !classes.isEmpty()) {
      throw new DataFormatException(
          folder.toString(),
          -1,
          "expected images named CLASS.NUMBER.jpg or one folder a class, found both: "
              + name(images.get(0))
              + " and the folder "
              + classes.keySet().iterator().next());
    }
    for (Path image : images) {
      String name = name(image);
      int point = name.indexOf('.');
      if (point < 1 || point == name.lastIndexOf('.')) {
        throw new DataFormatException(
            image.toString(), -1, "expected a name like cat.1.jpg, or one folder a class");
      }
      classes.computeIfAbsent(name.substring(0, point), k -> new ArrayList<>()).add(image);
    }
    if (classes.isEmpty()) {
      throw new DataFormatException(
          folder.toString(),
          -1,
          "expected .jpg or .png images named CLASS.NUMBER.jpg, or one folder a class, found none");
    }
    return of(folder, classes);
  }

  private static ImageFiles of(Path root, Map<String, List<Path>> classes) {
    List<Path> paths = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    int label = 0;
    for (List<Path> files : classes.values()) {
      files.sort(Comparator.comparing(ImageFiles::name, NATURAL).thenComparing(Path::toString));
      for (Path file : files) {
        paths.add(file);
        labels.add(label);
      }
      label++;
    }
    int[] all = labels.stream().mapToInt(Integer::intValue).toArray();
    return new ImageFiles(root, new ArrayList<>(classes.keySet()), paths, all);
  }

  /**
   * Reads a table of image files and their classes, in its order.
   *
   * @param table a file with a header; comma-separated, or by tabs where it is called {@code .tsv}
   * @param pathColumn the column of files, relative to the table's own folder
   * @param labelColumn the column of classes
   * @throws DataFormatException if it is no such table, or names a file outside its folder
   * @throws IOException if it can't be read
   */
  public static ImageFiles list(Path table, String pathColumn, String labelColumn)
      throws IOException {
    boolean tabs = name(table).toLowerCase(Locale.ROOT).endsWith(".tsv");
    Table t = Csv.standard().separator(tabs ? '\t' : ',').read(table);
    for (String column : List.of(pathColumn, labelColumn)) {
      if (!t.columnNames().contains(column)) {
        throw new DataFormatException(
            table.toString(), 0, "expected a column '" + column + "', found " + t.columnNames());
      }
    }
    Path parent = table.toAbsolutePath().getParent();
    Path root = (parent == null ? table : parent).normalize();
    List<Path> paths = new ArrayList<>();
    for (String file : t.texts(pathColumn)) {
      Path path = root.resolve(file).normalize();
      if (file.isEmpty() || !path.startsWith(root)) {
        throw new DataFormatException(
            table.toString(), -1, "expected files within the table's folder, found '" + file + "'");
      }
      paths.add(path);
    }
    List<String> texts = t.texts(labelColumn);
    List<String> names = new ArrayList<>(new TreeSet<>(texts));
    names.sort(NATURAL);
    int[] labels = new int[texts.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = names.indexOf(texts.get(i));
    }
    return new ImageFiles(root, names, paths, labels);
  }

  private static List<Path> imagesIn(Path folder) throws IOException {
    List<Path> images = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (isImage(entry)) {
          images.add(entry);
        }
      }
    }
    return images;
  }

  private static boolean isImage(Path file) {
    String name = name(file).toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png"))
        && Files.isRegularFile(file);
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  private static int compareNaturally(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int endA = digits(a, i);
      int endB = digits(b, j);
      if (endA > i && endB > j) {
        String x = a.substring(i, endA).replaceFirst("^0+", "");
        String y = b.substring(j, endB).replaceFirst("^0+", "");
        int c = x.length() != y.length() ? x.length() - y.length() : x.compareTo(y);
        if (c != 0) {
          return c;
        }
        i = endA;
        j = endB;
      } else if (a.charAt(i) != b.charAt(j)) {
        return a.charAt(i) - b.charAt(j);
      } else {
        i++;
        j++;
      }
    }
    return (a.length() - i) - (b.length() - j);
  }

  private static int digits(String s, int from) {
    int i = from;
    while (i < s.length() && s.charAt(i) >= '0' && s.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  // ---------------------------------------------------------------- what they are

  /** The number of files. */
  public int size() {
    return labels.length;
  }

  /** The folder that they are in. */
  public Path root() {
    return root;
  }

  /** The names of the classes, by index. */
  public List<String> classNames() {
    return classNames;
  }

  /** A file. */
  public Path path(int index) {
    return paths.get(index);
  }

  /** The class of a file. */
  public int label(int index) {
    return labels[index];
  }

  /** The class of every file, as a copy. */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * The first n of each class.
   *
   * @throws IllegalArgumentException if n is below 1
   */
  public ImageFiles limitPerClass(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("limitPerClass must be at least 1, got " + n);
    }
    int[] taken = new int[classNames.size()];
    boolean[] keep = new boolean[size()];
    for (int i = 0; i < keep.length; i++) {
      keep[i] = taken[labels[i]]++ < n;
    }
    return keep(keep);
  }

  /** These without some. */
  public ImageFiles without(List<Path> files) {
    Set<Path> unwanted = new HashSet<>(files);
    boolean[] keep = new boolean[size()];
    for (int i = 0; i < keep.length; i++) {
      keep[i] = !unwanted.contains(paths.get(i));
    }
    return keep(keep);
  }

  private ImageFiles keep(boolean[] keep) {
    List<Path> kept = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    for (int i = 0; i < keep.length; i++) {
      if (keep[i]) {
        kept.add(paths.get(i));
        classes.add(labels[i]);
      }
    }
    return new ImageFiles(
        root, classNames, kept, classes.stream().mapToInt(Integer::intValue).toArray());
  }
}

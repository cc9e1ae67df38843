package dev.kindling.data.format;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.kindling.nd.DataFormatException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tables as text (RFC 4180): one record a line, fields between commas, quotes around fields with commas or line ends in
 * them. Line ends may be LF, CRLF or CR; blank lines are passed over. An immutable description of a dialect:
 *
 * <pre>{@code
 * Table table = Csv.standard().separator('\t').read(file);
 * }</pre>
 *
 * <p>The text is UTF-8 unless {@link #charset} says otherwise, or UTF-16 where it begins with a byte order mark.
 */
public final class Csv {

  private static final Csv STANDARD =
      new Csv(',', true, StandardCharsets.UTF_8, Set.of("", "NA", "N/A", "null", "?"));

  private final char separator;
  private final boolean header;
  private final Charset charset;
  private final Set<String> missing;

  private Csv(char separator, boolean header, Charset charset, Set<String> missing) {
    this.separator = separator;
    this.header = header;
    this.charset = charset;
    this.missing = missing;
  }

  /** Commas, a header in the first record, UTF-8; empty fields, NA, N/A, null and ? are missing values. */
  public static Csv standard() {
    return STANDARD;
  }

  /** Reads a table with the {@link #standard} settings. */
  public static Table readTable(Path file) throws IOException {
    return STANDARD.read(file);
  }

  /** Another character between fields. */
  public Csv separator(char c) {
    return new Csv(c, header, charset, missing);
  }

  /** No header: the columns are called "0", "1", … */
  public Csv withoutHeader() {
    return new Csv(separator, false, charset, missing);
  }

  /** Another encoding. */
  public Csv charset(Charset other) {
    return new Csv(separator, header, other, missing);
  }

  /** Which fields, white space around them removed, stand for a missing value. */
  public Csv missing(String... fields) {
    return new Csv(separator, header, charset, Set.of(fields));
  }

  /**
   * Reads a table.
   *
   * @throws DataFormatException if the text isn't in the encoding, a record has more or fewer fields than the first one,
   *     a quote is left open, or two columns have the same name
   * @throws IOException if the file can't be read
   */
  public Table read(Path file) throws IOException {
    return read(() -> Files.newInputStream(file), file.toString());
  }

  /**
   * Reads a table from a stream, to its end.
   *
   * @param name what to call the source in errors
   */
  public Table read(InputStream in, String name) throws IOException {
    byte[] all = in.readAllBytes();
    return read(() -> new ByteArrayInputStream(all), name);
  }

  /** Reads twice: once to see which columns are numbers, once to keep them as such. */
  private Table read(Source source, String name) throws IOException {
    TableBuilder builder = new TableBuilder(name, missing);
    walk(source, name, builder, true);
    walk(source, name, builder, false);
    return builder.build();
  }

  private void walk(Source source, String name, TableBuilder builder, boolean first)
      throws IOException {
    try (InputStream in = source.open();
        QuoteCounter reader = new QuoteCounter(decode(in));
        CloseableIterator<CsvRecord> records =
            CsvReader.builder()
                .fieldSeparator(separator)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowExtraCharsAfterClosingQuote(false)
                .ofCsvRecord(reader)
                .iterator()) {
      boolean names = true;
      String last = "";
      while (records.hasNext()) {
        CsvRecord record = records.next();
        List<String> fields = record.getFields();
        long line = record.getStartingLineNumber();
        last = fields.isEmpty() ? "" : fields.get(fields.size() - 1);
        if (names) {
          names = false;
          if (first) {
            builder.columns(header ? fields : numbered(fields.size()));
          }
          if (header) {
            continue;
          }
        }
        if (first) {
          builder.look(fields, line);
        } else {
          builder.keep(fields, line);
        }
      }
      if (names) {
        throw new DataFormatException(name, 0, "expected a table, found nothing");
      }
      // The library closes an open quote at the end of the text, and so may take half a table for
      // one field.
      if (reader.quotes % 2 != 0 && (last.indexOf('\n') >= 0 || last.indexOf('\r') >= 0)) {
        throw new DataFormatException(name, -1, "a quote in the last field is never closed");
      }
    } catch (CsvParseException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof CharacterCodingException) {
        throw encoding(name, cause);
      }
      throw new DataFormatException(name, -1, e.getMessage() + " (" + cause.getMessage() + ")", e);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw encoding(name, e.getCause());
      }
      throw e.getCause();
    } catch (CharacterCodingException e) {
      throw encoding(name, e);
    }
  }

  private DataFormatException encoding(String name, Throwable cause) {
    return new DataFormatException(
        name, -1, "the text isn't in the encoding " + charset + "; see Csv.charset", cause);
  }

  private static List<String> numbered(int n) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }

  /** Decodes strictly; a byte order mark has the last word on the encoding. */
  private Reader decode(InputStream raw) throws IOException {
    InputStream in = new BufferedInputStream(raw);
    in.mark(3);
    byte[] mark = in.readNBytes(3);
    Charset actual = charset;
    int skip = 0;
    if (mark.length >= 3
        && mark[0] == (byte) 0xef
        && mark[1] == (byte) 0xbb
        && mark[2] == (byte) 0xbf) {
      actual = StandardCharsets.UTF_8;
      skip = 3;
    } else if (mark.length >= 2 && mark[0] == (byte) 0xfe && mark[1] == (byte) 0xff) {
      actual = StandardCharsets.UTF_16BE;
      skip = 2;
    } else if (mark.length >= 2 && mark[0] == (byte) 0xff && mark[1] == (byte) 0xfe) {
      actual = StandardCharsets.UTF_16LE;
      skip = 2;
    }
    in.reset();
    in.skipNBytes(skip);
    return new InputStreamReader(
        in,
        actual
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /** Counts the quotes that pass. */
  private static final class QuoteCounter extends FilterReader {
    long quotes;

    QuoteCounter(Reader in) {
      super(in);
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      for (int i = from; i < from + n; i++) {
        quotes += buffer[i] == '"' ? 1 : 0;
      }
      return n;
    }

    @Override
    public int read() throws IOException {
      int c = super.read();
      quotes += c == '"' ? 1 : 0;
      return c;
    }
  }

  private interface Source {
    InputStream open() throws IOException;
  }

  /** Refuses a header in which two columns have the same name. */
  static void checkNames(List<String> names, String file) throws DataFormatException {
    Set<String> seen = new HashSet<>();
    for (String n : names) {
      if (!seen.add(n)) {
        throw new DataFormatException(file, 0, "two columns are called '" + n + "'");
      }
    }
  }
}

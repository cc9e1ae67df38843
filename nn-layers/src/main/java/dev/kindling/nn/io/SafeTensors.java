package dev.kindling.nn.io;

import com.google.gson.stream.JsonWriter;
import dev.kindling.nd.AtomicFile;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.io.Header.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The contents of a safetensors file: named tensors, and texts beside them. The format is an 8-byte length, a header in
 * JSON and the numbers, little-endian, back to back; Python reads and writes it with the package {@code safetensors}.
 *
 * @param tensors by name, in the order of the file
 * @param metadata texts by name; empty for most files
 */
public record SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {

  private static final int CHUNK = 1 << 14;

  /** Keeps the order of both maps. */
  public SafeTensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** Tensors without metadata. */
  public static SafeTensors of(Map<String, Tensor> tensors) {
    return new SafeTensors(tensors, Map.of());
  }

  /**
   * Reads a file. Numbers of any of the format's types but the 8-bit floats are converted to float32; those that it can't
   * hold exactly are rounded.
   *
   * @throws DataFormatException if it is no safetensors file: all of its header is checked before memory is taken
   * @throws IOException if it can't be read
   */
  public static SafeTensors read(Path file) throws IOException {
    try (TensorFile open = TensorFile.open(file)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Entry e : open.entries()) {
        Tensor t = Tensor.zeros(e.shape());
        open.read(e, t.data(), 0);
        tensors.put(e.name(), t);
      }
      return new SafeTensors(tensors, open.metadata());
    }
  }

  /**
   * Writes a file, all or nothing: another file of this name is replaced when the new one is complete. The numbers begin
   * at a multiple of 8 bytes.
   *
   * @throws IllegalArgumentException if a name or text holds half of a surrogate pair, or a tensor is called
   *     {@code __metadata__}
   * @throws IOException if it can't be written
   */
  public void write(Path file) throws IOException {
    write(file, NumberType.F32);
  }

  /**
   * As {@link #write}, with every number rounded to half precision (IEEE 754 binary16: three digits, up to 65,504), in half
   * the space.
   *
   * @throws IllegalArgumentException also if a finite number is too large for that; nothing is written then
   */
  public void writeHalf(Path file) throws IOException {
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      for (float x : e.getValue().toArray()) {
        if (Float.isFinite(x) && Math.abs(x) >= 65_520) {
          throw new IllegalArgumentException(
              "'" + e.getKey() + "' holds " + x + ", half precision ends at 65504");
        }
      }
    }
    write(file, NumberType.F16);
  }

  private void write(Path file, NumberType type) throws IOException {
    byte[] header = header(type);
    AtomicFile.write(file, out -> write(out, header, type));
  }

  private void write(OutputStream out, byte[] header, NumberType type) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(type.bytes * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    out.write(chunk.putLong(header.length).array(), 0, Header.PREFIX);
    out.write(header);
    for (Tensor t : tensors.values()) {
      for (int at = 0; at < t.size(); at += CHUNK) {
        int n = Math.min(CHUNK, t.size() - at);
        chunk.clear();
        if (type == NumberType.F16) {
          for (int i = t.offset() + at, end = i + n; i < end; i++) {
            chunk.putShort(NumberType.toHalf(t.data()[i]));
          }
        } else {
          chunk.asFloatBuffer().put(t.data(), t.offset() + at, n);
        }
        out.write(chunk.array(), 0, type.bytes * n);
      }
    }
  }

  private byte[] header(NumberType type) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(Header.METADATA).beginObject();
        for (Map.Entry<String, String> e : metadata.entrySet()) {
          json.name(checked(e.getKey())).value(checked(e.getValue()));
        }
        json.endObject();
      }
      long at = 0;
      for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
        if (e.getKey().equals(Header.METADATA)) {
          throw new IllegalArgumentException("A tensor can't be called " + Header.METADATA);
        }
        json.name(checked(e.getKey())).beginObject().name("dtype").value(type.name());
        json.name("shape").beginArray();
        for (int dim : e.getValue().shape().dims()) {
          json.value(dim);
        }
        json.endArray().name("data_offsets").beginArray().value(at);
        at += (long) type.bytes * e.getValue().size();
        json.value(at).endArray().endObject();
      }
      json.endObject();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, (bytes.length + 7) / 8 * 8);
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String checked(String text) {
    if (!Header.isWellFormed(text)) {
      throw new IllegalArgumentException("Half of a surrogate pair in '" + text + "'");
    }
    return text;
  }
}

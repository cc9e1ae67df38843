package dev.kindling.examples;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.ShapeException;
import dev.kindling.train.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells a user's mistake in one line that says what is wrong and what would be right, with exit code 2. A training that
 * can't go on, or a machine without a font, is one line too, with exit code 1. Anything else that goes wrong is a fault in
 * the program: it keeps its stack trace, and the exit code is 1. {@code -Dkindling.log=debug} shows every stack trace.
 */
final class Mistakes implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Mistakes.class);
  private static final int USER = 2;
  private static final int CIRCUMSTANCES = 1;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return tell(e.getCommandLine(), line(e), USER);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed)
      throws Exception {
    if (e instanceof ParameterException mistake) {
      return tell(line, line(mistake), USER);
    }
    Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    LOG.debug("Stopped", e);
    String mistake = fromUser(cause);
    if (mistake != null) {
      return tell(line, mistake, USER);
    } else if (cause instanceof TrainingException || cause instanceof IOException) {
      return tell(line, message(cause), CIRCUMSTANCES);
    }
    throw e;
  }

  private static int tell(CommandLine command, String message, int code) {
    command
        .getErr()
        .println(command.getCommandName() + ": " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    command.getErr().flush();
    return code;
  }

  /** What to say of an exception that a setting or a file of the user's caused; null for any other. */
  static @Nullable String fromUser(Throwable e) {
    if (e instanceof IllegalArgumentException
        || e instanceof DataFormatException
        || e instanceof ShapeException) {
      return e.getMessage();
    } else if (e instanceof NoSuchFileException missing) {
      return "there is no file '" + missing.getFile() + "'";
    } else if (e instanceof NotDirectoryException file) {
      return "'" + file.getFile() + "' must be a folder";
    } else if (e instanceof AccessDeniedException denied) {
      return "no permission to open '" + denied.getFile() + "'";
    } else if (e instanceof FileSystemException other) {
      return other.getMessage();
    }
    return null;
  }

  private static String line(ParameterException e) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched, command);
    }
    if (e instanceof MissingParameterException missing
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      String name = option.longestName();
      String needs =
          missing.getMissing().size() == 1 && option.required() && !given(command, option)
              ? " must be given: "
              : " needs a value: ";
      return name + needs + name + " " + option.paramLabel();
    }
    ArgSpec arg = e.getArgSpec();
    if (arg instanceof OptionSpec option && e.getValue() != null) {
      return option.longestName()
          + " must be "
          + expected(option, e)
          + ", got '"
          + e.getValue()
          + "'";
    }
    if (e instanceof CommandLine.OverwrittenOptionException twice
        && twice.getOverwritten() instanceof OptionSpec option) {
      return option.longestName() + " may be given only once";
    }
    return message(e);
  }

  private static String message(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  private static String unmatched(UnmatchedArgumentException e, CommandLine command) {
    String wrong = e.getUnmatched().get(0);
    boolean chapter = command.getParent() != null;
    if (!wrong.startsWith("-")) {
      return chapter
          ? "unexpected '"
              + wrong
              + "'; settings are written --name VALUE, and "
              + command.getCommandName()
              + " has "
              + options(command)
          : "no chapter '"
              + wrong
              + "'; there are "
              + String.join(", ", command.getSubcommands().keySet());
    }
    if (!chapter) {
      return "unknown option '" + wrong + "'; the chapter comes first: ./run CHAPTER [OPTIONS]";
    }
    List<String> close = e.getSuggestions();
    return "unknown option '"
        + wrong
        + "'; "
        + (close.isEmpty()
            ? "there are " + options(command)
            : "did you mean " + String.join(" or ", close) + "?");
  }

  private static String options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(o -> !o.hidden())
        .sorted(Comparator.comparingInt(OptionSpec::order))
        .map(OptionSpec::longestName)
        .collect(Collectors.joining(", "));
  }

  private static boolean given(CommandLine command, OptionSpec option) {
    return command.getParseResult() != null && command.getParseResult().hasMatchedOption(option);
  }

  private static String expected(OptionSpec option, ParameterException e) {
    Class<?> type = option.auxiliaryTypes()[0];
    if (e.getCause() instanceof CommandLine.TypeConversionException conversion
        && option.converters().length > 0) {
      return message(conversion);
    } else if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(c -> c.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    } else if (type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class) {
      return option.typeInfo().isMultiValue()
          ? "whole numbers with commas between them"
          : "a whole number";
    } else if (type == double.class
        || type == Double.class
        || type == float.class
        || type == Float.class) {
      return option.typeInfo().isMultiValue() ? "numbers with commas between them" : "a number";
    }
    return option.paramLabel();
  }
}

package dev.kindling.nd.kernel;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a piece of work allocates once it is compiled. Vectors are objects until the compiler has seen the loops, and it works
 * in the background: so the work is repeated until nothing is allocated, or until the process has computed for so long that
 * nothing will change any more.
 */
final class Garbage {

  /** Processor time of the whole process, the compiler's threads included: a busy machine takes none of it away. */
  private static final long PATIENCE = 60_000_000_000L;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Garbage() {}

  /** The bytes of the last run: 0 as soon as one did without. */
  static long settled(Runnable work) {
    long end = patience();
    long bytes = allocated(work);
    while (bytes > 0 && !outOfPatience(end)) {
      bytes = allocated(work);
    }
    return bytes;
  }

  /** Until when {@link #outOfPatience} says no. */
  static long patience() {
    return PROCESS.getProcessCpuTime() + PATIENCE;
  }

  /** Whether it is useless to go on. */
  static boolean outOfPatience(long end) {
    return PROCESS.getProcessCpuTime() >= end;
  }

  /** The bytes that one run allocates now. */
  static long allocated(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
